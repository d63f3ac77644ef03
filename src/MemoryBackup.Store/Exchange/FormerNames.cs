using MemoryBackup.Git;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Exchange;

/// <summary>
/// The names that a store had before it came to another machine or place, while it may have published under them what nobody else has. The store that it
/// was copied from, or a twin of that, may go on under such a name from an earlier state; then what this one has under it is renamed, as with a
/// lost name (see <see cref="LostName"/>).
/// </summary>
internal static class FormerNames
{
    /// <summary>Former names under which there is another line than the one that this store has.</summary>
    /// <returns>Name → the state that was met; <see langword="null"/> where others know a publication that nothing at hand has on this store's line.</returns>
    public static Dictionary<string, PublishedState?> Parted(SpaceStore store, IReadOnlyList<PublishedState> received)
    {
        var parted = new Dictionary<string, PublishedState?>();
        foreach (var name in store.Local.FormerNames)
        {
            if (Ours(store, name) is not { } ours)
            {
                continue;
            }

            var there = WithAdopted(received).Where(state => state.Header.Replica == name).ToList();
            var others = there.Where(state => !ours.Line.Has(state.Header.Publication) && !state.Line.Has(ours.Header.Publication)).ToList();
            if (others.Count > 0)
            {
                parted.Add(name, others.MaxBy(state => state.Header.Publication.Number));
            }
            else if (LostName.PublicationsKnown([], received, name).Any(known => !ours.Line.Has(known) && !there.Exists(newer => newer.Line.Has(known))))
            {
                parted.Add(name, null);
            }
        }

        return parted;
    }

    /// <summary>Former names of which a remote has all that this store published: whatever comes under them extends it, here and there.</summary>
    public static IEnumerable<string> Settled(SpaceStore store, Dictionary<string, ObjectId> tips, IReadOnlyList<PublishedState> received) => store.Local.FormerNames
        .Where(name => Ours(store, name) is not { } ours
            || tips.GetValueOrDefault(name) == ours.Commit
            || WithAdopted(received).Any(state => state.Header.Replica == name && state.Line.Has(ours.Header.Publication)));

    /// <summary>What is to be given up beside the own name: the parted names, and those whose states were made from what is renamed.</summary>
    public static async Task<List<GivenUpLine>> GivenUpAsync(
        SpaceStore store,
        IReadOnlyDictionary<string, PublishedState?> parted,
        IReadOnlyList<PublishedState> received,
        RemoteRecords records,
        CancellationToken cancellation)
    {
        var lines = new List<GivenUpLine>();
        foreach (var name in store.Local.FormerNames)
        {
            if (Ours(store, name) is not { } ours || !(parted.TryGetValue(name, out var met) || lines.Exists(earlier => IsMadeFrom(ours, earlier))))
            {
                continue;
            }

            var there = WithAdopted(received).Where(state => state.Header.Replica == name && ours.Line.Has(state.Header.Publication)).MaxBy(state => state.Header.Publication.Number);
            lines.Add(new GivenUpLine(name, ours, met ?? await LostName.LastSharedAsync(store, name, ours, there, received, records, cancellation).ConfigureAwait(false)));
        }

        return lines;
    }

    private static bool IsMadeFrom(PublishedState state, GivenUpLine line) =>
        state.Header.Knows.TryGetValue(line.Name, out var known) && line.Theirs?.Line.Has(known) != true;

    private static PublishedState? Ours(SpaceStore store, string name) =>
        store.Local.FormerNames.Contains(name) ? store.Known.GetValueOrDefault(name) : null;

    private static IEnumerable<PublishedState> WithAdopted(IReadOnlyList<PublishedState> received) => received.Concat(received.SelectMany(state => state.Adopted.Values));
}
