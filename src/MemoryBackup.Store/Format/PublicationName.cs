namespace MemoryBackup.Store.Format;

/// <summary>Names one publication of a replica: its number, and a token that no other publication has (design, section 13.5).</summary>
/// <param name="Number">The publication number <c>n</c>, counted from 1.</param>
/// <param name="Token">26 characters of base32: 130 random bits.</param>
public readonly record struct PublicationName(long Number, string Token);
