using MemoryBackup.Crdt;
using MemoryBackup.Store.History;

namespace MemoryBackup.Sync.Restoring;

/// <summary>What is to be brought back.</summary>
internal sealed record Restorable
{
    /// <summary>The entries, in the order of a merge.</summary>
    public required IReadOnlyList<PastEntry> Entries { get; init; }

    /// <summary>The memory that they are taken from; <see langword="null"/> where it is one version.</summary>
    public MemoryAt? Memory { get; init; }

    /// <summary>The one entry that was asked for.</summary>
    public EntryKey? Entry { get; init; }

    /// <summary>The one version that it is taken from.</summary>
    public string? UniqueId { get; init; }
}
