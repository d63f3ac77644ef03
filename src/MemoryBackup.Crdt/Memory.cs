using System.Runtime.InteropServices;

namespace MemoryBackup.Crdt;

/// <summary>The memory that a set of known states makes: a pure function of the set, whatever the order in which it was learned.</summary>
/// <remarks><c>live(known) = ⋃ versions − ⋃ removed</c>; an entry shows the fold of its live versions (design, section 4).</remarks>
public sealed class Memory
{
    // Nearly every entry has one live version. Of the others one stands here as well, and all of them below.
    private readonly Dictionary<EntryKey, Version> live;
    private readonly Dictionary<EntryKey, Version[]> several = [];
    private readonly Dictionary<EntryKey, Face> faces = [];

    private Memory(IReadOnlyDictionary<string, ReplicaState> known)
    {
        Known = known;
        Removed = known.Values.Aggregate(DotSet.Empty, (removed, state) => removed.Union(state.Removed));

        // A state lists what its own replica wrote, so of several replicas nearly all keys are different ones.
        live = new Dictionary<EntryKey, Version>(known.Values.Sum(state => state.Versions.Count));
        foreach (var state in known.Values)
        {
            foreach (var (dot, version) in state.Versions)
            {
                if (!Removed.Contains(dot))
                {
                    ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(live, version.Key, out _);
                    if (first is null)
                    {
                        first = version;
                    }
                    else
                    {
                        ref var all = ref CollectionsMarshal.GetValueRefOrAddDefault(several, version.Key, out _);
                        all = all is null ? [first, version] : [.. all, version];
                    }
                }
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
    public IReadOnlyList<Version> Live(EntryKey key) =>
        several.TryGetValue(key, out var all) ? all : live.TryGetValue(key, out var only) ? [only] : [];

    /// <summary>What an entry shows; <see langword="null"/> if it is not there.</summary>
    public Face? Face(EntryKey key) => live.TryGetValue(key, out var first) ? Face(first) : null;

    // Only what has to be folded is worth remembering.
    private Face Face(Version first)
    {
        if (!several.TryGetValue(first.Key, out var all))
        {
            return Crdt.Face.Of(first);
        }

        if (!faces.TryGetValue(first.Key, out var face))
        {
            faces.Add(first.Key, face = Crdt.Face.Of(all));
        }

        return face;
    }

    /// <summary>The entries that have alternatives, in the order of a merge.</summary>
    public IReadOnlyList<Face> Contested()
    {
        var contested = live.Values
            .Where(first => several.ContainsKey(first.Key) || (first.Carried.Count > 0 && first.Carried.Any(carried => !carried.IsShown)))
            .Select(Face)
            .Where(face => face.Conflicts.Any())
            .ToList();
        contested.Sort((left, right) => Version.CompareByStamp(left.Primary, right.Primary));
        return contested;
    }

    /// <summary>The primary version of each entry, in no order. Afterwards several threads may ask for what entries show.</summary>
    public IEnumerable<Version> Primaries() => live.Values.Select(first => several.ContainsKey(first.Key) ? Face(first).Primary : first);

    /// <summary>All entries, in no order.</summary>
    public IEnumerable<Face> Entries() => live.Values.Select(Face);

    /// <summary>All entries in the order of a merge: by the primary version's (stamp, dot).</summary>
    public IReadOnlyList<Face> Faces()
    {
        var all = Entries().ToList();
        all.Sort((left, right) => Version.CompareByStamp(left.Primary, right.Primary));
        return all;
    }
}
