using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemoryBackup.Crdt;

/// <summary>A replica's own next state in the making: writes go in, and <see cref="Publish"/> tidies up what no longer counts.</summary>
public sealed class Draft
{
    private readonly VersionSet own;
    private readonly List<Version> written;
    private readonly HashSet<Dot> dropped = [];

    // What was written into this draft and is no longer in it. It nearly always stays.
    private readonly HashSet<Dot> superseded = [];
    private HashSet<Dot>? writtenDots;
    private DotSet removed;
    private bool changed;

    /// <summary>Starts from the replica's own newest state.</summary>
    /// <param name="own">The state.</param>
    /// <param name="writes">How many writes there will be, as far as that is known.</param>
    public Draft(ReplicaState own, int writes = 0)
    {
        written = new(writes);
        Replica = own.Replica;
        Publication = own.Publication;
        this.own = own.Versions;
        removed = own.Removed;
    }

    /// <summary>The replica that writes.</summary>
    public string Replica { get; }

    /// <summary>The publication number of the state that this draft started from.</summary>
    public long Publication { get; }

    /// <summary>Whether there is anything to publish.</summary>
    public bool Changed => changed;

    /// <summary>Versions written into this draft and still in it, in the order of writing.</summary>
    public IReadOnlyCollection<Version> Written => superseded.Count == 0 ? written : [.. written.Where(version => !superseded.Contains(version.Dot))];

    /// <summary>Versions written into this draft that a later write of it replaced already.</summary>
    public IEnumerable<Version> Superseded => superseded.Count == 0 ? [] : written.Where(version => superseded.Contains(version.Dot));

    /// <summary>Own versions of the state it started from that are no longer in it.</summary>
    public IReadOnlyCollection<Dot> Dropped => dropped;

    /// <summary>Foreign dots removed so far.</summary>
    public DotSet Removed => removed;

    /// <summary>Adds the version that an edit makes; all that the edit was based on is removed.</summary>
    public void Write(Version version, IEnumerable<Version> replaced)
    {
        if (!replaced.TryGetNonEnumeratedCount(out var count) || count > 0)
        {
            Delete(replaced);
        }

        written.Add(version);
        writtenDots?.Add(version.Dot);
        changed = true;
    }

    /// <summary>Removes versions that the author had in front of them: own ones are dropped, foreign ones are listed as removed.</summary>
    public void Delete(IEnumerable<Version> versions) => Remove(versions.Select(version => version.Dot));

    /// <summary>Makes it worth publishing though nothing was written or removed: for what a publication holds beside versions and removals.</summary>
    public void Republish() => changed = true;

    /// <summary>Tidies up against what is known, and gives the next state; the same one with the same number if nothing changed.</summary>
    /// <param name="known">The memory that the newest known states make: the other replicas' ones, and with them this replica's own or not.</param>
    /// <param name="mustKeep">Dots whose removal has to stay listed although no known state has them: their owner's newest state is not here.</param>
    /// <remarks>Tidying alone is no reason to publish: it would have every replica answer every other for ever.</remarks>
    public ReplicaState Publish(Memory known, Func<Dot, bool> mustKeep)
    {
        if (!changed)
        {
            return new ReplicaState(Replica, Publication, own, removed);
        }

        DropWhatOthersRemoved(known);
        RemoveWhatIsSaidTwice(known, mustKeep);
        removed = removed.Where(dot => mustKeep(dot) || IsListed(dot, known));
        return new ReplicaState(Replica, Publication + 1, own.Change(dropped, Written), removed);
    }

    // All that is in it.
    private IEnumerable<Version> Versions
    {
        get
        {
            foreach (var version in own.Values)
            {
                if (dropped.Count == 0 || !dropped.Contains(version.Dot))
                {
                    yield return version;
                }
            }

            foreach (var version in Written)
            {
                yield return version;
            }
        }
    }

    private bool Has(Dot dot) => own.ContainsKey(dot) ? !dropped.Contains(dot) : WasWritten(dot) && !superseded.Contains(dot);

    // Nearly nobody asks.
    private bool WasWritten(Dot dot) => (writtenDots ??= [.. written.Select(version => version.Dot)]).Contains(dot);

    private static bool IsListed(Dot dot, Memory known) =>
        known.Known.TryGetValue(dot.Actor.Replica, out var owner) && owner.Versions.ContainsKey(dot);

    private void DropWhatOthersRemoved(Memory known)
    {
        if (!known.Removed.Actors.Any(actor => actor.Replica == Replica))
        {
            return;
        }

        foreach (var dot in Versions.Select(version => version.Dot).Where(known.Removed.Contains).ToList())
        {
            Drop(dot);
        }
    }

    // Everyone who sees the same versions keeps the same one, the greatest, so this converges (design, section 4, "When publishing").
    // A greater one counts only if it is known to stand: its owner may have dropped it, and those who removed it may have forgotten that
    // again, in states of which one is here and the other is not (section 13.4).
    private void RemoveWhatIsSaidTwice(Memory known, Func<Dot, bool> mustKeep)
    {
        foreach (var ours in WrittenBesideOthers(known))
        {
            // The replica's own former state may be among the known ones; what counts of it is in this draft.
            var theirs = known.Live(ours.First().Key).Where(version => version.Dot.Actor.Replica != Replica && !removed.Contains(version.Dot)).ToList();
            if (theirs.Count + ours.Count() < 2)
            {
                continue;
            }

            var sorted = theirs.Concat(ours).OrderDescending(Comparer<Version>.Create(Version.CompareByStamp)).ToList();
            for (var i = 1; i < sorted.Count; i++)
            {
                if (sorted[i].IsFirst && sorted.Take(i).Any(greater => Stands(greater.Dot) && SaysTheSame(greater, sorted[i])))
                {
                    Remove([sorted[i].Dot]);
                }
            }
        }

        bool Stands(Dot dot) => Has(dot) || !mustKeep(dot);
    }

    // The versions in here of each entry that was written and may have others. Nearly none has, which counting the hashes of keys tells.
    private IEnumerable<IEnumerable<Version>> WrittenBesideOthers(Memory known)
    {
        var counts = new Dictionary<int, int>(written.Count);
        foreach (var version in written)
        {
            counts[version.KeyHash] = 0;
        }

        foreach (var version in Versions)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(counts, version.KeyHash);
            if (!Unsafe.IsNullRef(ref count))
            {
                count++;
            }
        }

        var keys = written.Where(version => counts[version.KeyHash] > 1 || known.Live(version.Key).Count > 0).Select(version => version.Key).ToHashSet();
        return keys.Count == 0 ? [] : Versions.Where(version => counts.ContainsKey(version.KeyHash) && keys.Contains(version.Key)).ToLookup(version => version.Key);
    }

    private static bool SaysTheSame(Version left, Version right) => left.IsBare == right.IsBare && left.Value.SaysTheSame(right.Value);

    private void Remove(IEnumerable<Dot> dots)
    {
        var foreign = new List<Dot>();
        foreach (var dot in dots)
        {
            if (Has(dot))
            {
                Drop(dot);
                changed = true;
            }
            else if (dot.Actor.Replica != Replica)
            {
                foreign.Add(dot);
            }
        }

        if (foreign.Exists(dot => !removed.Contains(dot)))
        {
            removed = removed.Union(DotSet.Of(foreign));
            changed = true;
        }
    }

    private void Drop(Dot dot)
    {
        (own.ContainsKey(dot) ? dropped : superseded).Add(dot);
    }
}
