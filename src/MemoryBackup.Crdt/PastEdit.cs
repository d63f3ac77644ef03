namespace MemoryBackup.Crdt;

/// <summary>One write in the past of an entry.</summary>
/// <param name="Version">What it made.</param>
/// <param name="Replaced">The versions that it was made on top of, as far as they are at hand.</param>
/// <param name="IsWhole">Whether all of them are. Otherwise what the write changed cannot be told.</param>
public sealed record PastEdit(Version Version, IReadOnlyList<Version> Replaced, bool IsWhole);
