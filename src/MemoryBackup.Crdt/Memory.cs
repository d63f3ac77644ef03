namespace MemoryBackup.Crdt;

/// <summary>The memory that a set of known states makes: a pure function of the set, whatever the order in which it was learned.</summary>
/// <remarks><c>live(known) = ⋃ versions − ⋃ removed</c>; an entry shows the fold of its live versions (design, section 4).</remarks>
public sealed class Memory
{
    private readonly Dictionary<EntryKey, List<Version>> live = [];
    private readonly Dictionary<EntryKey, Face> faces = [];

    private Memory(IReadOnlyDictionary<string, ReplicaState> known)
    {
        Known = known;
        Removed = known.Values.Aggregate(DotSet.Empty, (removed, state) => removed.Union(state.Removed));
        foreach (var version in known.Values.SelectMany(state => state.Versions.Values))
        {
            if (!Removed.Contains(version.Dot))
            {
                if (!live.TryGetValue(version.Key, out var versions))
                {
                    live.Add(version.Key, versions = []);
                }

                versions.Add(version);
            }
        }
    }

    /// <summary>The newest known state of each replica.</summary>
    public IReadOnlyDictionary<string, ReplicaState> Known { get; }

    /// <summary>Every dot that some replica removed.</summary>
    public DotSet Removed { get; }

    /// <summary>The keys of the entries that are there, in no order.</summary>
    public IReadOnlyCollection<EntryKey> Keys => live.Keys;

    /// <summary>Joins known states: of two states of one replica the one published later counts.</summary>
    public static Memory Of(IEnumerable<ReplicaState> states)
    {
        var known = new Dictionary<string, ReplicaState>();
        foreach (var state in states)
        {
            if (!known.TryGetValue(state.Replica, out var other) || other.Publication < state.Publication)
            {
                known[state.Replica] = state;
            }
        }

        return new Memory(known);
    }

    /// <summary>The live versions of an entry; none if it is not there.</summary>
    public IReadOnlyList<Version> Live(EntryKey key) => live.TryGetValue(key, out var versions) ? versions : [];

    /// <summary>What an entry shows; <see langword="null"/> if it is not there.</summary>
    public Face? Face(EntryKey key)
    {
        if (!faces.TryGetValue(key, out var face) && live.TryGetValue(key, out var versions))
        {
            faces.Add(key, face = Crdt.Face.Of(versions));
        }

        return face;
    }

    /// <summary>The entries that have alternatives, in the order of a merge.</summary>
    public IReadOnlyList<Face> Contested()
    {
        var contested = live
            .Where(entry => entry.Value.Count > 1 || entry.Value[0].Carried.Any(carried => !carried.IsShown))
            .Select(entry => Face(entry.Key)!)
            .Where(face => face.Conflicts.Any())
            .ToList();
        contested.Sort((left, right) => Version.CompareByStamp(left.Primary, right.Primary));
        return contested;
    }

    /// <summary>All entries in the order of a merge: by the primary version's (stamp, dot).</summary>
    public IReadOnlyList<Face> Faces()
    {
        var all = live.Keys.Select(key => Face(key)!).ToList();
        all.Sort((left, right) => Version.CompareByStamp(left.Primary, right.Primary));
        return all;
    }
}
