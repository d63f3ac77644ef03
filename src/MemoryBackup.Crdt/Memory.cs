using System.Runtime.InteropServices;

namespace MemoryBackup.Crdt;

/// <summary>The memory that a set of known states makes: a pure function of the set, whatever the order in which it was learned.</summary>
/// <remarks><c>live(known) = ⋃ versions − ⋃ removed</c>; an entry shows the fold of its live versions (design, section 4).</remarks>
public sealed class Memory
{
    private readonly Dictionary<EntryKey, Version[]> live;
    private readonly Dictionary<EntryKey, Face> faces = [];

    private Memory(IReadOnlyDictionary<string, ReplicaState> known)
    {
        Known = known;
        Removed = known.Values.Aggregate(DotSet.Empty, (removed, state) => removed.Union(state.Removed));

        // Of one replica's states nearly all keys are other ones, of several replicas often the same.
        live = new Dictionary<EntryKey, Version[]>(known.Count == 0 ? 0 : known.Values.Max(state => state.Versions.Count));
        foreach (var state in known.Values)
        {
            foreach (var (dot, version) in state.Versions)
            {
                if (!Removed.Contains(dot))
                {
                    ref var versions = ref CollectionsMarshal.GetValueRefOrAddDefault(live, version.Key, out _);
                    versions = versions is null ? [version] : [.. versions, version];
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
    public IReadOnlyList<Version> Live(EntryKey key) => live.TryGetValue(key, out var versions) ? versions : [];

    /// <summary>What an entry shows; <see langword="null"/> if it is not there.</summary>
    public Face? Face(EntryKey key)
    {
        return live.TryGetValue(key, out var versions) ? Face(key, versions) : null;
    }

    // Only what has to be folded is worth remembering.
    private Face Face(EntryKey key, Version[] versions)
    {
        if (versions.Length == 1)
        {
            return Crdt.Face.Of(versions);
        }

        if (!faces.TryGetValue(key, out var face))
        {
            faces.Add(key, face = Crdt.Face.Of(versions));
        }

        return face;
    }

    /// <summary>The entries that have alternatives, in the order of a merge.</summary>
    public IReadOnlyList<Face> Contested()
    {
        var contested = live
            .Where(entry => entry.Value.Length > 1 || (entry.Value[0].Carried.Count > 0 && entry.Value[0].Carried.Any(carried => !carried.IsShown)))
            .Select(entry => Face(entry.Key, entry.Value))
            .Where(face => face.Conflicts.Any())
            .ToList();
        contested.Sort((left, right) => Version.CompareByStamp(left.Primary, right.Primary));
        return contested;
    }

    /// <summary>All entries, in no order.</summary>
    public IEnumerable<Face> Entries() => live.Select(entry => Face(entry.Key, entry.Value));

    /// <summary>All entries in the order of a merge: by the primary version's (stamp, dot).</summary>
    public IReadOnlyList<Face> Faces()
    {
        var all = Entries().ToList();
        all.Sort((left, right) => Version.CompareByStamp(left.Primary, right.Primary));
        return all;
    }
}
