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
    public static bool IsKnownOtherwise(SpaceStore store, IEnumerable<PublishedState> others) =>
        PublicationsKnown(store, others).Any(publication => store.Own?.Line.Has(publication) != true);

    /// <summary>The newest own state of which it is certain that both lines have it; <see langword="null"/> if there is none.</summary>
    public static async Task<PublishedState?> LastSharedAsync(
        SpaceStore store,
        PublishedState? atRemote,
        IReadOnlyList<PublishedState> others,
        RemoteRecords records,
        CancellationToken cancellation)
    {
        if (store.Own is not { } own)
        {
            return null;
        }

        var last = Math.Max(LastSharedNumber(store, own, others, records), atRemote?.Line.Length ?? 0);
        return last == own.Header.Publication.Number
            ? own
            : last == 0 ? null : await PastStates.FindAsync(store, own, last, cancellation).ConfigureAwait(false);
    }

    /// <summary>The number of the newest own publication that others say they know, or a remote has confirmed; 0 if there is none.</summary>
    public static long LastSharedNumber(SpaceStore store, PublishedState own, IReadOnlyList<PublishedState> others, RemoteRecords records) =>
        PublicationsKnown(store, others)
            .Concat(records.Remotes.Values.Where(record => record.Pushed is not null).Select(record => record.Pushed!.Value))
            .Where(own.Line.Has)
            .Select(publication => publication.Number)
            .DefaultIfEmpty()
            .Max();

    /// <summary>Gives the store a new name, durably. Afterwards the state found is another replica's.</summary>
    /// <param name="store">The store; what it knows of others must not hold anything fetched since.</param>
    /// <param name="found">The state found under its former name, or the last one that is certainly shared; <see langword="null"/> if there is none.</param>
    /// <param name="others">States of other replicas that came with it, checked: what they once said is no news either.</param>
    /// <param name="host">The host's label.</param>
    /// <param name="random">The source of the new name.</param>
    /// <param name="now">The time of the commit.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <returns>Own versions that somebody else's line has had as well: they were dropped in favour of its own.</returns>
    public static async Task<IReadOnlyList<Version>> ResolveAsync(
        SpaceStore store,
        PublishedState? found,
        IReadOnlyList<PublishedState> others,
        string host,
        Random random,
        DateTimeOffset now,
        CancellationToken cancellation)
    {
        var former = store.Local.Replica;
        var ownLine = store.Own?.Line ?? LineOfDescent.Empty;
        var shared = ownLine.SharedWith(found?.Line ?? LineOfDescent.Empty);
        var renaming = new Renaming(former, ReplicaId.New(host, random), ownLine.SequencesAfter(shared));
        var own = store.OwnState.Versions;
        var written = (store.Own?.Entries.Versions ?? []).Where(version => renaming.Concerns(version.Dot)).ToList();
        var said = await SaidElsewhere.ReadAsync(store, renaming, found is null ? others : [found, .. others], written, cancellation).ConfigureAwait(false);
        var twins = said.Twins(written);

        // What the other line still lists, and this one had replaced or deleted since they parted, is removed as a foreign dot.
        var removedSince = (found?.State.Versions.Values ?? []).Where(version => !renaming.Concerns(version.Dot) && !own.ContainsKey(version.Dot));
        var draft = new Draft(ReplicaState.Empty(renaming.To) with { Removed = store.OwnState.Removed });
        draft.Delete(removedSince);
        foreach (var version in written.Where(version => !twins.ContainsKey(version.Dot)))
        {
            draft.Write(said.WithoutWhatIsNoNews(renaming.Apply(version)), []);
        }

        var departing = own.Values.Where(version => !renaming.Concerns(version.Dot)).Concat(twins.Values).ToList();
        var local = Rename(store.Local, renaming, twins);

        // What only the lost line had adopted would have no ref any more.
        var retired = store.Known.Values.Where(state => state.Adopter == former).ToList();
        if (retired.Count > 0)
        {
            draft.Republish();
        }

        store.Rename(local, own: null, store.Pool.Map(renaming.Apply));
        store.Learn(found is null ? [] : [found]);
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

    /// <summary>The publications under the own name that others say they know.</summary>
    private static IEnumerable<PublicationName> PublicationsKnown(SpaceStore store, IEnumerable<PublishedState> others) =>
        from state in store.Known.Values.Concat(others).Concat(others.SelectMany(other => other.Adopted.Values))
        where state.Header.Knows.ContainsKey(store.Local.Replica)
        select state.Header.Knows[store.Local.Replica];

    private static LocalState Rename(LocalState local, Renaming renaming, Dictionary<Dot, Version> twins) => local with
    {
        Replica = renaming.To,
        Sequences = local.Sequences.ToDictionary(pair => pair.Key with { Replica = renaming.To }, pair => pair.Value),

        // What is taken for a write of somebody else's (see Twins) may be one that was to be forgotten: it is gone through again.
        Forgotten = [.. local.Forgotten.Select(here => here with { IsDone = false })],
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
