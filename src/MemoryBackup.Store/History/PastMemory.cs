using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.History;

/// <summary>What the memory was at another time, or what another replica had in front of it (design, section 5: the same pure function over other tips).</summary>
public static class PastMemory
{
    /// <summary>The memory that the newest publication of each replica at or before a time made.</summary>
    public static async Task<Memory> AtAsync(SpaceStore store, DateTimeOffset time, CancellationToken cancellation)
    {
        var states = new List<ReplicaState>();
        foreach (var newest in All(store))
        {
            if (newest.CommittedAt <= time)
            {
                states.Add(newest.State);
            }
            else if ((await ReplicaPast.OpenAsync(store, newest, cancellation).ConfigureAwait(false)).At(time) is { } publication)
            {
                states.Add(Read(store, publication.Commit).State);
            }
        }

        return Memory.Of(states);
    }

    /// <summary>The memory that a replica had in front of it when it published: its own state, and those of the others that it was made from.</summary>
    /// <returns>The memory, and the replicas whose state of then is not here.</returns>
    public static async Task<(Memory Memory, IReadOnlyList<string> Missing)> OfAsync(SpaceStore store, PublishedState state, CancellationToken cancellation)
    {
        var states = new List<ReplicaState> { state.State };
        var missing = new List<string>();
        foreach (var (replica, publication) in state.Header.Knows)
        {
            var found = All(store).FirstOrDefault(other => other.Header.Replica == replica) switch
            {
                null => null,
                { } newest when newest.Header.Publication == publication => newest,
                { } newest when !newest.Line.Has(publication) => null,
                { } newest => await PastStates.FindAsync(store, newest, publication.Number, cancellation).ConfigureAwait(false),
            };
            if (found is null)
            {
                missing.Add(replica);
            }
            else
            {
                states.Add(found.State);
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

        try
        {
            var state = store.Stored.Read(commit);
            return state.Header.Space == store.Refs.Space ? state : null;
        }
        catch (StateInvalidException)
        {
            return null;
        }
    }

    /// <summary>The newest states, the own one included.</summary>
    public static IEnumerable<PublishedState> All(SpaceStore store) => store.Own is { } own ? store.Known.Values.Append(own) : store.Known.Values;

    private static PublishedState Read(SpaceStore store, ObjectId commit)
    {
        try
        {
            return store.Stored.Read(commit);
        }
        catch (StateInvalidException error)
        {
            throw new MemoryBackupException(ExitCode.Failed, $"The state {commit} cannot be read: {error.Message}.", "Nothing was changed.", error);
        }
    }
}
