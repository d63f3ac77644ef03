using MemoryBackup.Crdt;
using MemoryBackup.Store.States;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.History;

/// <summary>Who wrote and deleted what when, on every replica that is known here.</summary>
public sealed class MemoryPast
{
    private readonly Dictionary<string, ReplicaPast> replicas;

    private MemoryPast(
        Dictionary<string, ReplicaPast> replicas,
        IReadOnlyList<PastWrite> writes,
        IReadOnlyList<PastDelete> deletes,
        IReadOnlyDictionary<Dot, Version> versions,
        IReadOnlyList<HistoryBeginning> begins) =>
        (this.replicas, Writes, Deletes, Versions, Begins) = (replicas, writes, deletes, versions, begins);

    /// <summary>Every write, in no order.</summary>
    public IReadOnlyList<PastWrite> Writes { get; }

    /// <summary>Every delete, in no order. That equal versions were counted as one is none.</summary>
    public IReadOnlyList<PastDelete> Deletes { get; }

    /// <summary>Every version that was ever published and is still in history.</summary>
    public IReadOnlyDictionary<Dot, Version> Versions { get; }

    /// <summary>The replicas whose history was shortened, in their order.</summary>
    public IReadOnlyList<HistoryBeginning> Begins { get; }

    /// <summary>Reads the past of all replicas.</summary>
    public static async Task<MemoryPast> ReadAsync(SpaceStore store, CancellationToken cancellation)
    {
        var replicas = new Dictionary<string, ReplicaPast>();
        var versions = new Dictionary<Dot, Version>();
        var tips = await PastTips.ReadAsync(store, cancellation).ConfigureAwait(false);
        foreach (var state in tips.States.Concat(tips.WithoutPast))
        {
            var replica = await ReplicaPast.OpenAsync(store, state, cancellation).ConfigureAwait(false);
            replicas.Add(state.Header.Replica, replica);
            foreach (var (dot, version) in replica.Versions(cancellation))
            {
                if (store.Forgotten.Apply(version) is { } rest)
                {
                    versions.TryAdd(dot, rest);
                }
            }
        }

        var bases = versions.Values.GroupBy(version => version.Key).SelectMany(BasesOf).ToList();
        var doubtful = bases.Where(basis => basis.Doubtful is not null).Select(basis => basis.Doubtful!.Dot).ToHashSet();
        var replaced = bases.SelectMany(basis => basis.Versions).Select(version => version.Dot).ToHashSet();
        var live = store.All();
        var gone = versions.Values
            .Where(version => (!replaced.Contains(version.Dot) || doubtful.Contains(version.Dot)) && !live.Live(version.Key).Any(other => other.Dot == version.Dot))
            .ToList();
        var removals = Removals(gone, replicas, cancellation);

        // Gone before the write that could have replaced it: deleted, and written anew on top of something else.
        PastPublication? PublicationOf(Dot dot) => replicas.GetValueOrDefault(dot.Actor.Replica)?.PublicationOf(dot);
        bool WasDeletedBefore(Version version, Version write) =>
            removals.TryGetValue(version.Dot, out var removal) && removal.Publication.Replica == write.Dot.Actor.Replica && removal.Publication != PublicationOf(write.Dot);
        var deletedBefore = bases.Where(basis => basis.Doubtful is { } version && WasDeletedBefore(version, basis.Of)).Select(basis => basis.Doubtful!.Dot).ToHashSet();
        var writes = bases
            .Select(basis => new PastWrite(
                basis.Of,
                PublicationOf(basis.Of.Dot),
                [.. basis.Versions.Where(version => version != basis.Doubtful || !deletedBefore.Contains(version.Dot))],
                IsWhole(basis, versions, PublicationOf)))
            .ToList();
        foreach (var (dot, removal) in DeletedAtOnce(bases, replicas, PublicationOf, cancellation))
        {
            if (removals.TryAdd(dot, removal) && deletedBefore.Add(dot))
            {
                gone.Add(versions[dot]);
            }
        }

        // Of versions that say the same all but the greatest are dropped when publishing: nobody deleted anything. One that was written since is no reason.
        var byKey = versions.Values.ToLookup(version => version.Key);
        bool IsSaidTwice(Version version, IEnumerable<Version> ofKey, PastPublication removal) => version.IsFirst && ofKey.Any(other =>
            StandsFor(other, version) && (PublicationOf(other.Dot) is not { } publication || Knew(replicas, removal, publication)));
        var deletes = gone
            .Where(version => (!replaced.Contains(version.Dot) || deletedBefore.Contains(version.Dot)) && removals.ContainsKey(version.Dot) && !IsSaidTwice(version, byKey[version.Key], removals[version.Dot].Publication))
            .GroupBy(version => (version.Key, removals[version.Dot].Publication))
            .Select(deleted => new PastDelete(deleted.Key.Key, deleted.Key.Publication, removals[deleted.First().Dot].Host, [.. deleted.OrderBy(version => version.Dot)]))
            .ToList();
        var begins = replicas.Values.Select(replica => replica.Beginning).OfType<HistoryBeginning>().OrderBy(begin => begin.Replica, StringComparer.Ordinal);
        return new MemoryPast(replicas, writes, deletes, versions, [.. begins]);
    }

    /// <summary>Whether a publication was made by someone who knew the other one: both of one replica in their order, or one that names it.</summary>
    public bool Knew(PastPublication later, PastPublication earlier) => Knew(replicas, later, earlier);

    /// <summary>The actors that wrote in a publication.</summary>
    public IReadOnlyCollection<Actor> WritersOf(PastPublication publication) =>
        [.. replicas[publication.Replica].Newest.Line.WritersOf(publication.Number)];

    /// <summary>The newest state of each replica.</summary>
    public IEnumerable<PublishedState> NewestStates => replicas.Values.Select(replica => replica.Newest);

    /// <summary>Every publication that took one of these versions away: the first of each replica that lists it as removed, and its owner's if that one knew none of these.</summary>
    public IReadOnlyDictionary<Dot, IReadOnlyList<PastPublication>> RemovedBy(IReadOnlySet<Dot> dots, CancellationToken cancellation)
    {
        var removed = dots.ToDictionary(dot => dot, _ => new List<PastPublication>());
        foreach (var replica in replicas.Values)
        {
            foreach (var (dot, removal) in replica.Removed(dots.Where(dot => dot.Actor.Replica != replica.Newest.Header.Replica).ToHashSet(), cancellation))
            {
                removed[dot].Add(removal.Publication);
            }
        }

        foreach (var ofOwner in dots.ToLookup(dot => dot.Actor.Replica).Where(ofOwner => replicas.ContainsKey(ofOwner.Key)))
        {
            foreach (var (dot, publication) in replicas[ofOwner.Key].Dropped(ofOwner, cancellation))
            {
                if (!removed[dot].Exists(earlier => Knew(publication, earlier)))
                {
                    removed[dot].Add(publication);
                }
            }
        }

        return removed.ToDictionary(found => found.Key, IReadOnlyList<PastPublication> (found) => found.Value);
    }

    /// <summary>Whether a version was dropped in favour of another one because both say the same, if it was dropped without being replaced or deleted.</summary>
    public static bool StandsFor(Version greater, Version version) =>
        version.IsFirst
        && Version.CompareByStamp(greater, version) > 0
        && greater.IsBare == version.IsBare
        && !greater.Seen.Covers(version.Dot)
        && greater.Value.SaysTheSame(version.Value);

    private static bool Knew(Dictionary<string, ReplicaPast> replicas, PastPublication later, PastPublication earlier) => later.Replica == earlier.Replica
        ? later.Number >= earlier.Number
        : replicas[later.Replica].HeaderOf(later).Knows.TryGetValue(earlier.Replica, out var known) && known.Number >= earlier.Number;

    // Of each other actor the very version that was seen is needed. The author's own earlier ones are told by their count; those that another one
    // replaced before both were published left nothing, and what they replaced, the later one did.
    private static bool IsWhole(Basis basis, Dictionary<Dot, Version> versions, Func<Dot, PastPublication?> publicationOf)
    {
        var (dot, seen) = (basis.Of.Dot, basis.Of.Seen.Greatest);
        if (basis.Of.Number == 1)
        {
            return true;
        }

        if (seen.Any(past => past.Key != dot.Actor && !versions.ContainsKey(new Dot(past.Key, past.Value))))
        {
            return false;
        }

        var before = basis.Versions.Select(version => version.Number).Append(0).Max();
        var earlier = dot;
        while (before + 1 < basis.Of.Number)
        {
            earlier = earlier with { Sequence = earlier.Sequence - 1 };
            if (earlier.Sequence < 1 || versions.ContainsKey(earlier) || publicationOf(dot) is not { } publication || publicationOf(earlier) != publication)
            {
                return false;
            }

            before++;
        }

        return true;
    }

    // What a version was written on top of is told by what its author had seen: of each actor the newest version of the entry (an actor is
    // one line of descent), without those that another of these had replaced already.
    private static IEnumerable<Basis> BasesOf(IGrouping<EntryKey, Version> ofKey)
    {
        var byActor = ofKey.GroupBy(version => version.Dot.Actor).ToDictionary(versions => versions.Key, versions => versions.OrderBy(version => version.Dot.Sequence).ToArray());
        foreach (var version in ofKey)
        {
            // The first of a line replaced nothing, though what its actor had deleted before is seen as well.
            var seen = version.Number == 1 ? [] : version.Seen.Greatest
                .Select(past => Newest(byActor.GetValueOrDefault(past.Key, []), past.Key == version.Dot.Actor ? version.Dot.Sequence - 1 : past.Value))
                .OfType<Version>()
                .Where(other => other.Number < version.Number)
                .ToList();
            Version[] basis = [.. seen.Where(other => !seen.Exists(later => later != other && later.Seen.Covers(other.Dot))).OrderBy(other => other.Dot)];

            // Of its own writes an actor has seen all, also those that it had deleted before.
            var doubtful = basis.Length > 1 ? Array.Find(basis, other => other.Dot.Actor == version.Dot.Actor) : null;
            yield return new Basis(version, basis, doubtful);
        }
    }

    private static Version? Newest(Version[] ofActor, long sequenceMax)
    {
        var (low, high) = (0, ofActor.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ofActor[middle].Dot.Sequence <= sequenceMax ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? null : ofActor[low - 1];
    }

    // Who lists a foreign version as removed did it; an owner that drops its own version without that did it itself.
    private static Dictionary<Dot, (PastPublication Publication, string Host)> Removals(
        List<Version> gone,
        Dictionary<string, ReplicaPast> replicas,
        CancellationToken cancellation)
    {
        var dots = gone.Select(version => version.Dot).ToHashSet();
        var removals = new Dictionary<Dot, (PastPublication Publication, string Host)>();
        foreach (var replica in replicas.Values)
        {
            foreach (var (dot, removal) in replica.Removed(dots.Where(dot => dot.Actor.Replica != replica.Newest.Header.Replica).ToHashSet(), cancellation))
            {
                if (!removals.TryGetValue(dot, out var other) || removal.Publication.Time < other.Publication.Time)
                {
                    removals[dot] = removal;
                }
            }
        }

        foreach (var replica in replicas.Values)
        {
            var own = dots.Where(dot => dot.Actor.Replica == replica.Newest.Header.Replica && !removals.ContainsKey(dot));
            foreach (var (dot, publication) in replica.Dropped(own, cancellation))
            {
                removals.Add(dot, (publication, replica.HeaderOf(publication).Host));
            }
        }

        return removals;
    }

    // An owner drops its own version when it learns that somebody replaced it. If it had not learned that yet, it had deleted it at the same time.
    private static Dictionary<Dot, (PastPublication Publication, string Host)> DeletedAtOnce(
        List<Basis> bases,
        Dictionary<string, ReplicaPast> replicas,
        Func<Dot, PastPublication?> publicationOf,
        CancellationToken cancellation)
    {
        var deleted = new Dictionary<Dot, (PastPublication Publication, string Host)>();
        var writers = bases.SelectMany(basis => basis.Versions.Select(version => (version.Dot, By: basis.Of.Dot))).ToLookup(pair => pair.Dot, pair => pair.By);
        foreach (var ofReplica in writers.Where(by => by.All(dot => dot.Actor.Replica != by.Key.Actor.Replica)).Select(by => by.Key).ToLookup(dot => dot.Actor.Replica))
        {
            foreach (var (dot, publication) in replicas[ofReplica.Key].Dropped(ofReplica, cancellation))
            {
                var header = replicas[ofReplica.Key].HeaderOf(publication);
                if (writers[dot].All(by => publicationOf(by) is { } later && (!header.Knows.TryGetValue(by.Actor.Replica, out var known) || known.Number < later.Number)))
                {
                    deleted.Add(dot, (publication, header.Host));
                }
            }
        }

        return deleted;
    }


    private sealed record Basis(Version Of, IReadOnlyList<Version> Versions, Version? Doubtful);
}
