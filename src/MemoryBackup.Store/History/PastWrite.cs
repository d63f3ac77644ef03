using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.History;

/// <summary>One write that was published.</summary>
/// <param name="Version">What it made.</param>
/// <param name="Publication">The publication that brought it; <see langword="null"/> if history does not have it any more.</param>
/// <param name="Replaced">The versions that it was made on top of, and replaced, as far as history has them; in the order of their dots.</param>
/// <param name="IsWhole">Whether history has all of them.</param>
public sealed record PastWrite(Version Version, PastPublication? Publication, IReadOnlyList<Version> Replaced, bool IsWhole);
