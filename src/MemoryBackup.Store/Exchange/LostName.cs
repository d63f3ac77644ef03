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

    /// <summary>Gives the store a new name, durably. Afterwards the state at the remote is another replica's.</summary>
    /// <param name="store">The store; what it knows of others must not hold anything fetched since.</param>
    /// <param name="found">The state found under its former name.</param>
    /// <param name="host">The host's label.</param>
    /// <param name="random">The source of the new name.</param>
    /// <param name="now">The time of the commit.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <returns>Own versions that the other line has had as well: they were dropped in favour of its own.</returns>
    public static async Task<IReadOnlyList<Version>> ResolveAsync(
        SpaceStore store,
        PublishedState found,
        string host,
        Random random,
        DateTimeOffset now,
        CancellationToken cancellation)
    {
        var former = store.Local.Replica;
        var ownLine = store.Own?.Line ?? LineOfDescent.Empty;
        var shared = ownLine.SharedWith(found.Line);
        var renaming = new Renaming(former, ReplicaId.New(host, random), ownLine.SequencesAfter(shared));
        var own = store.OwnState.Versions;
        var written = (store.Own?.Entries.Versions ?? []).Where(version => renaming.Concerns(version.Dot)).ToList();
        var twins = await FindTwinsAsync(store, found, written, cancellation).ConfigureAwait(false);

        // What the other line still lists, and this one had replaced or deleted since they parted, is removed as a foreign dot.
        var removedSince = found.State.Versions.Values.Where(version => !renaming.Concerns(version.Dot) && !own.ContainsKey(version.Dot));
        var draft = new Draft(ReplicaState.Empty(renaming.To) with { Removed = store.OwnState.Removed });
        draft.Delete(removedSince);
        foreach (var version in written.Where(version => !twins.ContainsKey(version.Dot)))
        {
            draft.Write(renaming.Apply(version), []);
        }

        var departing = own.Values.Where(version => !renaming.Concerns(version.Dot)).Concat(twins.Values).ToList();
        var local = Rename(store.Local, renaming, twins);
        store.Rename(local, own: null, store.Pool.Map(renaming.Apply));
        store.Learn([found]);
        await store.CommitAsync(
            new StoreChange
            {
                Draft = draft,
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

    // A newer file over an older store writes again what the other line wrote before; taken as new it would bring back what was
    // deleted there since. So whatever the other line has ever said of the same entry counts as that version.
    private static async Task<Dictionary<Dot, Version>> FindTwinsAsync(
        SpaceStore store,
        PublishedState found,
        List<Version> written,
        CancellationToken cancellation)
    {
        var twins = new Dictionary<Dot, Version>();
        var byKey = written.ToLookup(version => version.Key);
        if (written.Count == 0)
        {
            return twins;
        }

        await VersionHistory.ReadAsync(
            store.Repository,
            [found.Commit],
            store.Own is { } own ? [own.Commit] : [],
            byKey.Select(key => key.Key).ToHashSet(),
            theirs =>
            {
                foreach (var ours in byKey[theirs.Key].Where(ours => ours.Dot != theirs.Dot || !SameWrite(ours, theirs)))
                {
                    if (ours.IsBare == theirs.IsBare && ours.Value.SaysTheSame(theirs.Value))
                    {
                        twins.TryAdd(ours.Dot, theirs);
                    }
                }
            },
            cancellation).ConfigureAwait(false);
        return twins;
    }

    private static bool SameWrite(Version ours, Version theirs) => ours.Dot == theirs.Dot && ours.Stamp == theirs.Stamp && ours.Value == theirs.Value;

    private static LocalState Rename(LocalState local, Renaming renaming, Dictionary<Dot, Version> twins) => local with
    {
        Replica = renaming.To,
        Sequences = local.Sequences.ToDictionary(pair => pair.Key with { Replica = renaming.To }, pair => pair.Value),
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
