using MemoryBackup.Crdt;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.History;

/// <summary>One entry that a publication deleted.</summary>
/// <param name="Key">The entry.</param>
/// <param name="Publication">The first publication that lists its versions as removed, or no longer has them.</param>
/// <param name="Host">The label of the host that published it.</param>
/// <param name="Deleted">The versions that went, in the order of their dots.</param>
public sealed record PastDelete(EntryKey Key, PastPublication Publication, string Host, IReadOnlyList<Version> Deleted);
