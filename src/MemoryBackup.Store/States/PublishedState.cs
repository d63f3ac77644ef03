using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.States;

/// <summary>A replica's state as it stands in one commit.</summary>
public sealed record PublishedState
{
    /// <summary>The folder of a published tree that adopted states stand below, each in one named for its replica.</summary>
    public const string AdoptedFolder = "adopted";

    /// <summary>The commit that the state stands in: one of the replica's own, or one of the replica that adopted it.</summary>
    public required ObjectId Commit { get; init; }

    /// <summary>The replica in whose commit the state stands as an adopted one; <see langword="null"/> where it stands in one of its own replica's.</summary>
    public string? Adopter { get; init; }

    /// <summary>The folder of the commit's tree that the state stands in; empty for the tree itself.</summary>
    public string Folder => Adopter is null ? "" : $"{AdoptedFolder}/{Header.Replica}/";

    /// <summary>The states of retired replicas that the commit holds beside this one, by replica. None has any itself: they stand side by side.</summary>
    public IReadOnlyDictionary<string, PublishedState> Adopted { get; init; } = new Dictionary<string, PublishedState>();

    /// <summary>When that commit was made, by the clock of the replica whose commit it is.</summary>
    public required DateTimeOffset CommittedAt { get; init; }

    /// <summary><c>replica.json</c>.</summary>
    public required ReplicaHeader Header { get; init; }

    /// <summary>The versions in their files.</summary>
    public required EntryFiles Entries { get; init; }

    /// <summary>The blobs that <see cref="Entries"/> was read from, with what each holds; for a state that was not read but made, those of the one before it.</summary>
    public IReadOnlyDictionary<ObjectId, EntryBlob> EntryBlobs { get; init; } = new Dictionary<ObjectId, EntryBlob>();

    /// <summary>All publications up to this one.</summary>
    public required LineOfDescent Line { get; init; }

    /// <summary>The state that merging works with.</summary>
    public required ReplicaState State { get; init; }

    /// <summary>The same state, and those adopted beside it, without what is to be forgotten. Its files are as they were published.</summary>
    public PublishedState Without(Forgotten forgotten)
    {
        var rest = forgotten.Apply(State);
        var adopted = Adopted.ToDictionary(copy => copy.Key, copy => copy.Value.Without(forgotten));
        return ReferenceEquals(rest, State) && adopted.All(copy => ReferenceEquals(copy.Value, Adopted[copy.Key])) ? this : this with { State = rest, Adopted = adopted };
    }
}
