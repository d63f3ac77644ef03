using MemoryBackup.Crdt;

namespace MemoryBackup.Store.Local;

/// <summary>
/// All that a store remembers of one space beside what it publishes. It is written as one commit on one ref, the store's only durable
/// point: own state, baselines and what is known of others change together or not at all (design, section 13.2).
/// </summary>
public sealed record LocalState
{
    /// <summary>The machine's id when the replica's name was taken.</summary>
    public required string Machine { get; init; }

    /// <summary>The store's full path when the replica's name was taken.</summary>
    public required string StorePath { get; init; }

    /// <summary>This store's replica id.</summary>
    public required string Replica { get; init; }

    /// <summary>
    /// Names under which the store published before it came to this machine or place, the oldest first, for as long as no remote was seen to have all that it
    /// published under them: whoever else goes on under such a name may do so from an earlier state.
    /// </summary>
    public IReadOnlyList<string> FormerNames { get; init; } = [];

    /// <summary>The last stamp that the replica's clock gave.</summary>
    public Stamp Clock { get; init; }

    /// <summary>The run that wrote this, counted from 1.</summary>
    public long Run { get; init; }

    /// <summary>The number of the next actor to be taken.</summary>
    public int NextActor { get; init; } = 1;

    /// <summary>The greatest sequence number that each actor of this replica has used.</summary>
    public IReadOnlyDictionary<Actor, long> Sequences { get; init; } = new Dictionary<Actor, long>();

    /// <summary>Replica → the commit of its newest good state.</summary>
    public IReadOnlyDictionary<string, string> Known { get; init; } = new Dictionary<string, string>();

    /// <summary>Blobs of the predecessor's files that this store imported.</summary>
    public IReadOnlyList<string> Imported { get; init; } = [];

    /// <summary>Requests to forget that the store has taken on, its own and others'.</summary>
    public IReadOnlyList<ForgottenHere> Forgotten { get; init; } = [];

    /// <summary>Objects that hold what was forgotten may still lie in the repository, and have to be looked for.</summary>
    public bool IsCleanupPending { get; init; }

    /// <summary>File id → the tracked file.</summary>
    public IReadOnlyDictionary<string, TrackedFile> Files { get; init; } = new Dictionary<string, TrackedFile>();
}
