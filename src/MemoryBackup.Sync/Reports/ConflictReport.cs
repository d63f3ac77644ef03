namespace MemoryBackup.Sync.Reports;

/// <summary>One element with alternatives.</summary>
/// <param name="Key">The entry, as shown to a person.</param>
/// <param name="Element">The element's path inside the entry (<c>/name</c>, <c>/tags#text</c>).</param>
/// <param name="Shown">The value shown; <see langword="null"/> where the element's container is gone.</param>
/// <param name="Others">The alternatives, the one that ranks highest first.</param>
public sealed record ConflictReport(string Key, string Element, ConflictValue? Shown, IReadOnlyList<ConflictValue> Others);

/// <summary>One of the values in a conflict.</summary>
/// <param name="Json">The value as JSON text.</param>
/// <param name="UniqueId">The write that made it.</param>
/// <param name="Timestamp">When it was made.</param>
public sealed record ConflictValue(string Json, string UniqueId, string Timestamp);
