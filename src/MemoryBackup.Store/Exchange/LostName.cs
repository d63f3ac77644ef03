using MemoryBackup.Crdt;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.History;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.States;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Exchange;

/// <summary>
/// What to do when the own ref at a remote is not a state of this store's line: the store was restored from an old copy, or two copies
/// of it wrote. It takes a new name, and what it wrote since the lines parted is renamed (design, sections 5 and 13.5).
/// </summary>
internal static class LostName
{
    /// <summary>Whether the state found under the own name is of this store's line: the same, or an earlier one.</summary>
    public static bool IsOwnLine(SpaceStore store, PublishedState found) =>
        found.Line.SharedWith(store.Own?.Line ?? LineOfDescent.Empty) == found.Line.Length;

    /// <summary>Whether somebody knows a publication under the own name that this store never made: it is an older copy, and its newer states are elsewhere.</summary>
    public static bool IsKnownOtherwise(SpaceStore store, IReadOnlyList<PublishedState> others) =>
        PublicationsKnown(store.Known.Values, others, store.Local.Replica).Any(publication => store.Own?.Line.Has(publication) != true);

    /// <summary>The newest state under a name of which it is certain that others have it; <see langword="null"/> if there is none.</summary>
    /// <param name="store">The store.</param>
    /// <param name="name">Its own name, or a former one.</param>
    /// <param name="own">The newest state that it published under the name.</param>
    /// <param name="atRemote">An earlier one that was found at the remote.</param>
    /// <param name="others">States that have just come in.</param>
    /// <param name="records">What remotes confirmed.</param>
    /// <param name="cancellation">Ends Git.</param>
    public static async Task<PublishedState?> LastSharedAsync(
        SpaceStore store,
        string name,
        PublishedState? own,
        PublishedState? atRemote,
        IReadOnlyList<PublishedState> others,
        RemoteRecords records,
        CancellationToken cancellation)
    {
        if (own is null)
        {
            return null;
        }

        var last = Math.Max(LastSharedNumber(store, name, own, others, records), atRemote?.Line.Length ?? 0);
        return last == own.Header.Publication.Number
            ? own
            : last == 0 ? null : await PastStates.FindAsync(store, own, last, cancellation).ConfigureAwait(false);
    }

    /// <summary>The number of the newest publication under a name that others say they know, or a remote has confirmed; 0 if there is none.</summary>
    public static long LastSharedNumber(SpaceStore store, string name, PublishedState own, IReadOnlyList<PublishedState> others, RemoteRecords records) =>
        PublicationsKnown(store.Known.Values.Where(state => !store.Local.FormerNames.Contains(state.Header.Replica)), others, name)
            .Concat(records.Remotes.Values.Where(record => record.Pushed is not null).Select(record => record.Pushed!.Value))
            .Where(own.Line.Has)
            .Select(publication => publication.Number)
            .DefaultIfEmpty()
            .Max();

    /// <summary>Gives the store a new name, durably. Afterwards the states met are other replicas'.</summary>
    /// <param name="store">The store; what it knows of others must not hold anything fetched since.</param>
    /// <param name="lines">The lines that are given up, the oldest name first and the store's own last.</param>
    /// <param name="others">States of other replicas that came with them, checked: what they once said is no news either.</param>
    /// <param name="host">The host's label.</param>
    /// <param name="random">The source of the new name.</param>
    /// <param name="now">The time of the commit.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <returns>Own versions that somebody else's line has had as well: they were dropped in favour of its own.</returns>
    public static async Task<IReadOnlyList<Version>> ResolveAsync(
        SpaceStore store,
        IReadOnlyList<GivenUpLine> lines,
        IReadOnlyList<PublishedState> others,
        string host,
        Random random,
        DateTimeOffset now,
        CancellationToken cancellation)
    {
        var former = store.Local.Replica;
        var renaming = new Renaming(ReplicaId.New(host, random), lines, store.Local);
        var theirs = lines.Select(line => line.Theirs).OfType<PublishedState>().ToList();

        // Under a later name the store may have replaced or deleted what it wrote under an earlier one.
        var removed = lines.Select(line => line.Ours?.State.Removed ?? DotSet.Empty).Aggregate(store.OwnState.Removed, (all, ofLine) => all.Union(ofLine));
        var renamed = lines.SelectMany(line => line.Ours?.Entries.Versions ?? []).Where(version => renaming.Concerns(version.Dot)).Select(store.Forgotten.Apply).OfType<Version>().ToList();
        var written = renamed.Where(version => !removed.Contains(version.Dot)).ToList();
        var said = await SaidElsewhere.ReadAsync(store, renaming, [.. theirs, .. others], written, cancellation).ConfigureAwait(false);
        var twins = said.Twins(written);

        // What the other line still lists, and this one had replaced or deleted since they parted, is removed as a foreign dot.
        var removedSince = lines.SelectMany(line => (line.Theirs?.State.Versions.Values ?? []).Where(version =>
            !renaming.Concerns(version.Dot) && line.Ours?.State.Versions.ContainsKey(version.Dot) != true));
        var draft = new Draft(ReplicaState.Empty(renaming.To) with { Removed = removed.Where(dot => !renaming.Concerns(dot)) });
        draft.Delete(removedSince);
        foreach (var version in written.Where(version => !twins.ContainsKey(version.Dot)))
        {
            draft.Write(said.WithoutWhatIsNoNews(renaming.Apply(version)), []);
        }

        var departing = store.OwnState.Versions.Values.Where(version => !renaming.Concerns(version.Dot))
            .Concat(twins.Values)
            .Concat(renamed.Where(version => removed.Contains(version.Dot)).Select(renaming.Apply))
            .ToList();
        var local = Rename(store.Local, renaming, twins);

        // What only the lost lines had adopted would have no ref any more.
        var retired = store.Known.Values.Where(state => state.Adopter is { } adopter && renaming.GivesUp(adopter) && !renaming.GivesUp(state.Header.Replica)).ToList();
        if (retired.Count > 0 || draft.Removed.Count > 0)
        {
            // A store that only removed something since has nothing to write, and its removals have to stand in a state all the same.
            draft.Republish();
        }

        store.Rename(local, own: null, store.Pool.Map(renaming.Apply));
        store.Learn(theirs, unlearned: lines.Where(line => line.Theirs is null).Select(line => line.Name));
        await store.CommitAsync(
            new StoreChange
            {
                Draft = draft,
                Retired = retired,
                Local = store.Local,
                Bodies = departing,
                Host = host,
                Message = $"Take the name {renaming.To}: {former} is in use elsewhere",
            },
            random,
            now,
            cancellation).ConfigureAwait(false);
        return [.. written.Where(version => twins.ContainsKey(version.Dot))];
    }

    /// <summary>The publications under a name that others say they know.</summary>
    internal static IEnumerable<PublicationName> PublicationsKnown(IEnumerable<PublishedState> known, IReadOnlyList<PublishedState> others, string name) =>
        from state in known.Concat(others).Concat(others.SelectMany(other => other.Adopted.Values))
        where state.Header.Knows.ContainsKey(name)
        select state.Header.Knows[name];

    private static LocalState Rename(LocalState local, Renaming renaming, Dictionary<Dot, Version> twins) => local with
    {
        Replica = renaming.To,
        FormerNames = [.. local.FormerNames.Where(name => !renaming.GivesUp(name))],
        Sequences = renaming.Sequences,
        NextActor = renaming.NextActor,

        // What is taken for a write of somebody else's (see Twins) may be one that was to be forgotten: it is gone through again.
        Forgotten = [.. local.Forgotten.Select(here => here with { Request = renaming.Apply(here.Request), IsDone = false })],
        Files = local.Files.ToDictionary(
            file => file.Key,
            file => file.Value with
            {
                States =
                [
                    .. file.Value.States.Select(state => state with
                    {
                        Dots = DotSet.Of(state.Dots.Dots.Select(dot => twins.TryGetValue(dot, out var twin) ? twin.Dot : renaming.Apply(dot))),
                    }),
                ],
            }),
    };
}
