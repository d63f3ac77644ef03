using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.States;

/// <summary>A replica's state as it stands in one commit.</summary>
public sealed class PublishedState
{
    /// <summary>The commit.</summary>
    public required ObjectId Commit { get; init; }

    /// <summary>When it was committed, by the replica's own clock.</summary>
    public required DateTimeOffset CommittedAt { get; init; }

    /// <summary><c>replica.json</c>.</summary>
    public required ReplicaHeader Header { get; init; }

    /// <summary>The versions in their files.</summary>
    public required EntryFiles Entries { get; init; }

    /// <summary>All publications up to this one.</summary>
    public required LineOfDescent Line { get; init; }

    /// <summary>The state that merging works with.</summary>
    public required ReplicaState State { get; init; }
}
