using MemoryBackup.Git;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.Exchange;

/// <summary>The refs of one remote as they were last fetched, apart from all that is believed (design, section 13.6).</summary>
/// <param name="store">The store.</param>
/// <param name="remote">The remote, by name or URL.</param>
/// <param name="id">The remote's id, part of where the refs are received.</param>
/// <param name="source">The folder at the remote that they are received from.</param>
internal sealed class IncomingRefs(SpaceStore store, string remote, string id, string source)
{
    private const string NoReplicaName = "its name is no replica's";

    private readonly string folder = store.Refs.Incoming(id);

    // What the last fetch listed, if it found nothing new.
    private IReadOnlyDictionary<string, ObjectId>? listed;

    /// <summary>Fetches the refs. Nothing of them is believed yet. Touches nothing of the store but these refs, so that several remotes can be asked at once.</summary>
    /// <param name="rejected">Takes those that Git refused, with its reason.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <exception cref="GitException">The remote was not reached, or refused.</exception>
    public async Task FetchAsync(Dictionary<string, string> rejected, CancellationToken cancellation)
    {
        var all = $"+{source}*:{folder}*";
        store.RemoveStaleLocks(folder);
        listed = null;
        try
        {
            listed = (await store.Repository.FetchAsync(remote, [all], prune: true, cancellation).ConfigureAwait(false)).Unchanged;
        }
        catch (GitException error) when (MayBeOneRef(error))
        {
            await FetchOneByOneAsync(error, rejected, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>What every replica's ref pointed to when it was last fetched.</summary>
    /// <param name="rejected">Takes those that have no name of a replica.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <exception cref="MemoryBackupException">There are too many.</exception>
    public async Task<Dictionary<string, ObjectId>> TipsAsync(Dictionary<string, string> rejected, CancellationToken cancellation)
    {
        var refs = listed ?? await store.Repository.RefsAsync(folder, cancellation).ConfigureAwait(false);
        if (refs.Count > store.Limits.RefsMax)
        {
            throw new MemoryBackupException(
                ExitCode.Limit,
                $"The remote has {refs.Count} replicas in the space {store.Refs.Space}, and the limit is {store.Limits.RefsMax}.",
                "Nothing of them was taken. Raise the limit with --max-refs, or delete the refs of replicas that are gone at the remote.");
        }

        var found = new Dictionary<string, ObjectId>();
        foreach (var (name, tip) in refs)
        {
            var replica = name[folder.Length..];
            if (ReplicaId.IsValid(replica))
            {
                found.Add(replica, tip);
            }
            else
            {
                rejected[replica] = NoReplicaName;
            }
        }

        return found;
    }

    /// <summary>Moves the refs to what the remote has just confirmed, as the next fetch would. Only what is told to people depends on it.</summary>
    public async Task AdvanceAsync(IReadOnlyList<PushSpec> confirmed, CancellationToken cancellation)
    {
        listed = null;
        try
        {
            await store.Repository.UpdateRefsAsync(
                [.. confirmed.Select(spec => new RefChange(folder + spec.Destination[store.Refs.Published.Length..], spec.Source))], cancellation).ConfigureAwait(false);
        }
        catch (GitException)
        {
            // The remote has what it was sent all the same; the next fetch moves them.
        }
    }

    // Git refuses a whole pack for one bad object in it, and all refs for one that cannot be stored. One replica's damage must not hold up
    // the others. What is here already is not asked for again, so that a bad ref which stays costs each run no more than its own refusal.
    private async Task FetchOneByOneAsync(GitException first, Dictionary<string, string> rejected, CancellationToken cancellation)
    {
        var theirs = await store.Repository.LsRemoteAsync(remote, [$"{source}*"], cancellation).ConfigureAwait(false);
        var here = await store.Repository.RefsAsync(folder, cancellation).ConfigureAwait(false);
        var taken = 0;
        foreach (var (name, tip) in theirs.Where(named => named.Key.StartsWith(source, StringComparison.Ordinal)))
        {
            var replica = name[source.Length..];
            if (!ReplicaId.IsValid(replica))
            {
                rejected[replica] = NoReplicaName;
                continue;
            }

            try
            {
                if (here.GetValueOrDefault(folder + replica) != tip)
                {
                    await store.Repository.FetchAsync(remote, [$"+{name}:{folder}{replica}"], prune: false, cancellation).ConfigureAwait(false);
                }

                taken++;
            }
            catch (GitException error) when (MayBeOneRef(error))
            {
                rejected[replica] = error.Kind is GitFailure.Hostile or GitFailure.Corruption ? $"git refused its objects: {error.Message}" : $"git could not take it: {error.Message}";
            }
        }

        if (taken == 0 && rejected.Count == 0)
        {
            throw first;
        }

        var gone = here.Keys.Where(name => !theirs.ContainsKey(source + name[folder.Length..]));
        await store.Repository.UpdateRefsAsync([.. gone.Select(name => new RefChange(name, ObjectId.None))], cancellation).ConfigureAwait(false);
    }

    private static bool MayBeOneRef(GitException error) =>
        error.Kind is GitFailure.Hostile or GitFailure.Corruption or GitFailure.RefConflict or GitFailure.Lock or GitFailure.Unknown;
}
