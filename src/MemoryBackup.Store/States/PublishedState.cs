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

    /// <summary>All publications up to this one. Read when it is first asked for: it grows for ever, and most runs ask for none.</summary>
    public LineOfDescent Line => LineSource.Value;

    /// <summary>Where <see cref="Line"/> comes from.</summary>
    public required Lazy<LineOfDescent> LineSource { get; init; }

    /// <summary>The state that merging works with.</summary>
    public required ReplicaState State { get; init; }

    /// <summary>The same state without what is to be forgotten. Its files are as they were published.</summary>
    public PublishedState Without(Forgotten forgotten) => forgotten.Apply(State) is var rest && ReferenceEquals(rest, State)
        ? this
        : new PublishedState { Commit = Commit, CommittedAt = CommittedAt, Header = Header, Entries = Entries, LineSource = LineSource, State = rest };
}
