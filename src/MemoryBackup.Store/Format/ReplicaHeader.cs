using MemoryBackup.Crdt;

namespace MemoryBackup.Store.Format;

/// <summary>What <c>replica.json</c> says of one published state (docs/format.md, "replica.json").</summary>
public sealed record ReplicaHeader
{
    /// <summary>The format that this program writes and reads.</summary>
    public const int FormatNumber = 1;

    /// <summary>The space that the state belongs to.</summary>
    public required string Space { get; init; }

    /// <summary>The replica that wrote it.</summary>
    public required string Replica { get; init; }

    /// <summary>The label of its host.</summary>
    public required string Host { get; init; }

    /// <summary>The publication that this state is: its number and token.</summary>
    public required PublicationName Publication { get; init; }

    /// <summary>The greatest sequence number that each of the replica's actors has used.</summary>
    public required IReadOnlyDictionary<Actor, long> Sequences { get; init; }

    /// <summary>Dots of other replicas' versions that it removed.</summary>
    public DotSet Removed { get; init; } = DotSet.Empty;

    /// <summary>The newest publication of each other replica that this state was made from.</summary>
    public IReadOnlyDictionary<string, PublicationName> Knows { get; init; } = new Dictionary<string, PublicationName>();

    /// <summary>Replicas whose states were adopted and whose refs are gone.</summary>
    public IReadOnlyList<string> Retired { get; init; } = [];

    /// <summary>Ids of the blobs of the predecessor's files that were imported.</summary>
    public IReadOnlyList<string> Imported { get; init; } = [];

    /// <summary>Requests to forget that the replica has carried out. Once in the list, a request stays in it.</summary>
    public IReadOnlyList<ForgetRequest> Forgotten { get; init; } = [];

    /// <summary>How many versions the state has.</summary>
    public required long Entries { get; init; }
}
