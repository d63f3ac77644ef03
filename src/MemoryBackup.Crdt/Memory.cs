namespace MemoryBackup.Crdt;

/// <summary>The memory that a set of known states makes: a pure function of the set, whatever the order in which it was learned.</summary>
/// <remarks><c>live(known) = ⋃ versions − ⋃ removed</c>; an entry shows the fold of its live versions (design, section 4).</remarks>
public sealed class Memory
{
    private readonly VersionsByKey live;

    // What is asked for again and again in a run.
    private (DotSet Dots, bool AreOnly)? askedOf;

    private Memory(IReadOnlyDictionary<string, ReplicaState> known, DotSet removed, VersionsByKey live) => (Known, Removed, this.live) = (known, removed, live);

    /// <summary>The newest known state of each replica.</summary>
    public IReadOnlyDictionary<string, ReplicaState> Known { get; }

    /// <summary>Every dot that some replica removed.</summary>
    public DotSet Removed { get; }

    /// <summary>The keys of the entries that are there, in no order.</summary>
    public IReadOnlyCollection<EntryKey> Keys => live.Keys;

    /// <summary>Joins known states: of two states of one replica the one published later counts.</summary>
    /// <param name="states">The states.</param>
    /// <param name="former">
    /// A memory that nearly the same states made, if there is one: where one replica has gone on since, only the entries are gone through that it changed.
    /// What comes out is the same.
    /// </param>
    public static Memory Of(IEnumerable<ReplicaState> states, Memory? former = null)
    {
        var known = new Dictionary<string, ReplicaState>();
        foreach (var state in states)
        {
            if (!known.TryGetValue(state.Replica, out var other) || other.Publication < state.Publication)
            {
                known[state.Replica] = state;
            }
        }

        var removed = known.Values.Aggregate(DotSet.Empty, (all, state) => all.Union(state.Removed));
        return Next(former, known, removed) ?? Join(known, removed);
    }

    private static Memory Join(Dictionary<string, ReplicaState> known, DotSet removed)
    {
        // A state lists what its own replica wrote, so of several replicas nearly all keys are different ones.
        var live = new VersionsByKey(known.Values.Sum(state => state.Versions.Count));
        foreach (var state in known.Values)
        {
            foreach (var version in state.Versions.Span)
            {
                if (!removed.Contains(version.Dot))
                {
                    live.Add(version);
                }
            }
        }

        return new Memory(known, removed, live);
    }

    private static Memory? Next(Memory? former, Dictionary<string, ReplicaState> known, DotSet removed)
    {
        if (former is null || former.Known.Count != known.Count)
        {
            return null;
        }

        List<ReplicaState> moved = [.. known.Values.Where(state => !ReferenceEquals(former.Known.GetValueOrDefault(state.Replica), state)).Take(2)];
        if (moved.Count == 0)
        {
            return former;
        }

        if (moved is not [var after] || former.Known.GetValueOrDefault(after.Replica) is not { } before)
        {
            return null;
        }

        // A foreign set may claim any number of removals.
        var (removedSince, restored) = (removed.Except(former.Removed), former.Removed.Except(removed));
        if (Math.Max(removedSince.Count, restored.Count) > after.Versions.Count)
        {
            return null;
        }

        // Where much of it is another one, joining it all is less work.
        var gone = before.Versions.Except(after.Versions).ToHashSet();
        var added = after.Versions.Except(before.Versions).ToList();
        if (gone.Count + added.Count > after.Versions.Count / 4)
        {
            return null;
        }

        var came = added
            .Concat(restored.Dots.Select(Find).OfType<Version>())
            .Distinct()
            .ToLookup(version => version.Key);
        var changed = gone.Concat(removedSince.Dots.Select(Find).OfType<Version>()).Select(version => version.Key).Concat(came.Select(versions => versions.Key));
        var next = new Memory(known, removed, new VersionsByKey(former.live));
        string[] order = [.. known.Keys];
        foreach (var key in changed.Distinct())
        {
            var versions = former.Live(key).Where(version => !gone.Contains(version)).Concat(came[key]).Where(version => !removed.Contains(version.Dot));
            next.live.Put(key, versions.OrderBy(version => Array.IndexOf(order, version.Dot.Actor.Replica)).ThenBy(version => version.Dot));
        }

        return next;

        Version? Find(Dot dot) => known.GetValueOrDefault(dot.Actor.Replica)?.Versions.GetValueOrDefault(dot);
    }

    /// <summary>Whether an entry is there.</summary>
    public bool Has(EntryKey key) => live.OneOf(key) is not null;

    /// <summary>The key of an entry that is there, as it is held here; <see langword="null"/> if it is not.</summary>
    public EntryKey? KeyHeld(EntryKey key) => live.OneOf(key)?.Key;

    /// <summary>The live versions of an entry; none if it is not there.</summary>
    public IReadOnlyList<Version> Live(EntryKey key) => live[key];

    /// <summary>The live versions by their entries, if they are those of just these dots and no entry has several.</summary>
    public VersionsByKey? LiveIfOnly(DotSet dots)
    {
        if (askedOf is not { } asked || !ReferenceEquals(asked.Dots, dots))
        {
            askedOf = asked = (dots, live.AreSingle && live.One.Count == dots.Count && dots.ContainsAll(live.One.Select(version => version.Dot)));
        }

        return asked.AreOnly ? live : null;
    }

    /// <summary>What an entry shows; <see langword="null"/> if it is not there.</summary>
    public Face? Face(EntryKey key) => live.Face(key);

    /// <summary>What the entry of one of its live versions shows.</summary>
    public Face Face(Version version) => live.Face(version);

    /// <summary>The entries that have alternatives, in the order of a merge.</summary>
    public IReadOnlyList<Face> Contested()
    {
        var contested = live.Layered.Select(key => live.Face(key)!).Where(face => face.Conflicts.Any()).ToList();
        contested.Sort((left, right) => Version.CompareByStamp(left.Primary, right.Primary));
        return contested;
    }

    /// <summary>The primary version of each entry, in no order. Afterwards several threads may ask for what entries show.</summary>
    public IEnumerable<Version> Primaries() => live.AreSingle ? live.One : live.One.Select(one => live.HasSeveral(one.Key) ? live.Face(one).Primary : one);

    /// <summary>All entries, in no order.</summary>
    public IEnumerable<Face> Entries() => live.One.Select(live.Face);

    /// <summary>All entries in the order of a merge: by the primary version's (stamp, dot).</summary>
    public IReadOnlyList<Face> Faces() => [.. InOrder(Primaries()).Select(Face)];

    /// <summary>The primary version of each of those entries that are wanted, in the same order.</summary>
    public IReadOnlyList<Version> PrimariesInOrder(Func<Face, bool> wanted) => InOrder(Entries().Where(wanted).Select(face => face.Primary));

    private static List<Version> InOrder(IEnumerable<Version> primaries)
    {
        var sorted = primaries.ToList();
        sorted.Sort(Version.CompareByStamp);
        return sorted;
    }
}
