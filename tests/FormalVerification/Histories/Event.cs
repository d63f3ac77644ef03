using MemoryBackup.Crdt;

namespace MemoryBackup.FormalVerification.Histories;

/// <summary>One thing that an author did to one entry, having the results of other events in front of them.</summary>
internal sealed class Event
{
    public required int Id { get; init; }

    public required EntryKey Key { get; init; }

    public required Actor Actor { get; init; }

    public required bool IsDelete { get; init; }

    public bool Resolves { get; init; }

    public Dot Dot { get; init; }

    public Stamp Stamp { get; init; }

    /// <summary>What the author said the entry is now.</summary>
    public IReadOnlyDictionary<string, string> Said { get; init; } = new Dictionary<string, string>();

    public required IReadOnlyCollection<Event> Base { get; init; }

    /// <summary>What the author had in front of them.</summary>
    public required HashSet<Fact> Had { get; init; }

    /// <summary>What the author left: some of what they had, and what they wrote.</summary>
    public required HashSet<Fact> Left { get; init; }

    /// <summary>Everything of this entry that came before, in this author's line or in what they had; itself included.</summary>
    public required HashSet<int> Past { get; init; }

    /// <summary>Everything that this event is built on, itself included.</summary>
    public HashSet<int> BuiltOn => field ??= [Id, .. Base.SelectMany(other => other.BuiltOn)];

    public required bool ActorWroteKeyBefore { get; init; }
}
