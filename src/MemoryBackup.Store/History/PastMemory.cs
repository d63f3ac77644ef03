using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.History;

/// <summary>What a replica had in front of it when it published (design, section 5: the same pure function over other tips).</summary>
public static class PastMemory
{
    /// <summary>The memory that a replica had in front of it when it published: its own state, and those of the others that it was made from.</summary>
    /// <returns>The memory, and the replicas whose state of then is not here.</returns>
    public static async Task<(Memory Memory, IReadOnlyList<string> Missing)> OfAsync(SpaceStore store, PublishedState state, CancellationToken cancellation)
    {
        var states = new List<ReplicaState> { state.State };
        var missing = new List<string>();
        foreach (var (replica, publication) in state.Header.Knows)
        {
            if (await FindAsync(store, replica, publication, cancellation).ConfigureAwait(false) is { } found)
            {
                states.Add(found.State);
            }
            else
            {
                missing.Add(replica);
            }
        }

        return (Memory.Of(states.Select(store.Forgotten.Apply)), missing);
    }

    /// <summary>The state in a commit that a revision names; <see langword="null"/> if it names none, or one of another space.</summary>
    public static async Task<PublishedState?> FindAsync(SpaceStore store, string revision, CancellationToken cancellation)
    {
        if (revision.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0 || revision.StartsWith('-')
            || await store.Repository.TryResolveAsync(new ObjectName(revision + "^{commit}"), cancellation).ConfigureAwait(false) is not { } commit)
        {
            return null;
        }

        return TryRead(store, commit) is { } state && state.Header.Space == store.Refs.Space ? state : null;
    }

    /// <summary>The newest states, the own one included.</summary>
    public static IEnumerable<PublishedState> All(SpaceStore store) => store.Own is { } own ? store.Known.Values.Append(own) : store.Known.Values;

    private static async Task<PublishedState?> FindAsync(SpaceStore store, string replica, PublicationName name, CancellationToken cancellation)
    {
        if (All(store).FirstOrDefault(state => state.Header.Replica == replica) is not { } newest || !newest.Line.Has(name))
        {
            return null;
        }

        if (newest.Header.Publication == name)
        {
            return newest;
        }

        var tip = await PastTips.OfAsync(store, newest, cancellation).ConfigureAwait(false);
        var past = await ReplicaPast.OpenAsync(store, tip ?? newest, cancellation).ConfigureAwait(false);
        return past.At(name.Number) is { } publication && TryRead(store, publication.Commit) is { } state && state.Header.Publication == name ? state : null;
    }

    private static PublishedState? TryRead(SpaceStore store, ObjectId commit)
    {
        try
        {
            var state = store.Received.Read(commit);
            StateRules.Check(state, store.Refs.Space, state.Header.Replica, store.Limits);
            return state;
        }
        catch (StateInvalidException)
        {
            return null;
        }
    }
}
