using MemoryBackup.Git;
using MemoryBackup.Store.Exchange;
using MemoryBackup.Store.Local;

namespace MemoryBackup.Store.Rewriting;

/// <summary>Which own publications a retention keeps.</summary>
/// <param name="Gone">Those that go, the oldest first.</param>
/// <param name="Kept">Those that stay, the oldest first: the one that counted when the retention begins, and all since.</param>
public sealed record Retention(IReadOnlyList<OwnPublication> Gone, IReadOnlyList<OwnPublication> Kept)
{
    /// <summary>Applies a retention to the own history.</summary>
    /// <param name="store">The store, after a fetch if there is a remote.</param>
    /// <param name="history">Its own history.</param>
    /// <param name="since">When the retention begins.</param>
    /// <remarks>
    /// A store that loses its name goes back to the newest state that it certainly shared with others (<see cref="LostName"/>), so that one
    /// stays, however old it is. Baselines need no history: what no state lists any more is in the pool. What would bring nothing but other
    /// dates of the same entries is left alone, or a replica at rest would publish at each call.
    /// </remarks>
    public static Retention Of(SpaceStore store, IReadOnlyList<OwnPublication> history, DateTimeOffset since)
    {
        var first = history.Count - 1;
        while (first > 0 && history[first].Time > since)
        {
            first--;
        }

        var shared = LostName.LastSharedNumber(store, store.Local.Replica, store.Own!, [], new RemoteRecordsFile(store.Repository.GitDir, store.Refs.Space).Read());
        while (first > 0 && shared > 0 && history[first].Number > shared)
        {
            first--;
        }

        return first > 0 && SaysMore(store, history, first)
            ? new Retention([.. history.Take(first)], [.. history.Skip(first)])
            : new Retention([], history);
    }

    private static bool SaysMore(SpaceStore store, IReadOnlyList<OwnPublication> history, int first)
    {
        var entries = store.Reader.Read([.. history.Take(first + 1).Select(publication => new ObjectName($"{publication.Tree}:entries"))]);
        return entries.Select(folder => folder?.Id ?? ObjectId.None).Distinct().Skip(1).Any();
    }
}
