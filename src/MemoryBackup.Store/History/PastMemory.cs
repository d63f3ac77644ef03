using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.History;

/// <summary>What the memory was at another time, or what another replica had in front of it (design, section 5: the same pure function over other tips).</summary>
public static class PastMemory
{
    /// <summary>The memory that the newest publication of each replica at or before a time made, by each replica's own clock.</summary>
    /// <remarks>
    /// Where a clock is wrong, one of these was made from a later publication of another replica. That one is taken then: without it an
    /// entry could be shown that was deleted already, since a removal is forgotten once its dot is gone (design, section 13.4).
    /// </remarks>
    public static async Task<Memory> AtAsync(SpaceStore store, DateTimeOffset time, CancellationToken cancellation)
    {
        var states = new Dictionary<string, PublishedState>();
        foreach (var newest in All(store))
        {
            if (newest.CommittedAt <= time)
            {
                states.Add(newest.Header.Replica, newest);
            }
            else if (await NewestAsync(store, newest, time, cancellation).ConfigureAwait(false) is { } state)
            {
                states.Add(newest.Header.Replica, state);
            }
        }

        var unasked = new Queue<PublishedState>(states.Values);
        while (unasked.TryDequeue(out var state))
        {
            foreach (var (replica, publication) in state.Header.Knows)
            {
                if (states.GetValueOrDefault(replica)?.Header.Publication.Number is not { } number || number < publication.Number)
                {
                    if (await FindAsync(store, replica, publication, cancellation).ConfigureAwait(false) is { } later)
                    {
                        states[replica] = later;
                        unasked.Enqueue(later);
                    }
                }
            }
        }

        return Memory.Of(states.Values.Select(state => state.State));
    }

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

        return (Memory.Of(states), missing);
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

    // A replica's publications between those that came to be known were never checked: one that is not good is passed over.
    private static async Task<PublishedState?> NewestAsync(SpaceStore store, PublishedState newest, DateTimeOffset time, CancellationToken cancellation)
    {
        var past = await ReplicaPast.OpenAsync(store, newest, cancellation).ConfigureAwait(false);
        for (var publication = past.At(time); publication is not null; publication = past.At(publication.Number - 1))
        {
            if (TryRead(store, publication.Commit) is { } state && newest.Line.Has(state.Header.Publication))
            {
                return state;
            }
        }

        return null;
    }

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

        var past = await ReplicaPast.OpenAsync(store, newest, cancellation).ConfigureAwait(false);
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
