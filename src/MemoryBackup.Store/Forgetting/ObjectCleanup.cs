using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.History;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Forgetting;

/// <summary>
/// Destroys what lies unreachable in the repository and holds what is to be forgotten. Not by pruning: that would destroy whatever else of the
/// user's is unreachable, and may still be wanted.
/// </summary>
public static class ObjectCleanup
{
    /// <summary>Looks for such objects and destroys them. Does nothing if nothing is pending.</summary>
    /// <param name="store">The store.</param>
    /// <param name="isAlone">Nobody but this program uses the repository.</param>
    /// <param name="host">The label of this host.</param>
    /// <param name="random">The source of tokens.</param>
    /// <param name="now">The time of the commit.</param>
    /// <param name="cancellation">Ends Git; the next run goes on.</param>
    /// <returns>Objects that are still there, and the names of checkpoints that were removed because they held it.</returns>
    public static async Task<(IReadOnlyList<ObjectId> Left, IReadOnlyList<string> Checkpoints)> RunAsync(
        SpaceStore store, bool isAlone, string host, Random random, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!store.Local.IsCleanupPending)
        {
            return ([], []);
        }

        // First of all, since whatever comes after it may fail; nothing is kept there any more in this run.
        store.EraseUnpacked();

        // Until then the refs lead to what was known of others before.
        await store.KeepLearnedAsync(host, random, now, cancellation).ConfigureAwait(false);
        await LetGoAsync(store, isAlone, cancellation).ConfigureAwait(false);
        var checkpoints = await DropCheckpointsAsync(store, now, cancellation).ConfigureAwait(false);
        var doomed = await DoomedAsync(store, cancellation).ConfigureAwait(false);
        if (isAlone)
        {
            store.Repository.RemoveUnfinishedObjects();
        }

        store.Texts.Keep(doomed);
        var left = await store.Repository.DestroyAsync(doomed, cancellation).ConfigureAwait(false);
        var change = new StoreChange { Local = store.Local with { IsCleanupPending = false }, Host = host, Message = "" };
        await store.CommitAsync(change, random, now, cancellation).ConfigureAwait(false);
        return (left, checkpoints);
    }

    // A checkpoint keeps former histories whole, and those of others nobody here can rewrite.
    private static async Task<IReadOnlyList<string>> DropCheckpointsAsync(SpaceStore store, DateTimeOffset now, CancellationToken cancellation)
    {
        var checkpoints = new Checkpoints(store);
        var dropped = new List<string>();
        foreach (var (name, commit) in await checkpoints.NamesAsync(cancellation).ConfigureAwait(false))
        {
            if (await ForgottenLines.IsInHistoryAsync(store.Repository, commit, store.Forgotten, cancellation).ConfigureAwait(false)
                && await checkpoints.DeleteAsync(name, now, cancellation).ConfigureAwait(false))
            {
                dropped.Add(name);
            }
        }

        return dropped;
    }

    // What was fetched and is not in use, former states of others and of this store at a remote, is fetched again when it is needed.
    private static async Task LetGoAsync(SpaceStore store, bool isAlone, CancellationToken cancellation)
    {
        var refs = await store.Repository.RefsAsync([store.Refs.Own, store.Refs.Published], cancellation).ConfigureAwait(false);
        var inUse = store.Known.Values.Select(state => state.Commit).ToHashSet();
        if (store.Own is { } own)
        {
            inUse.Add(own.Commit);
        }

        var changes = refs
            .Where(found => found.Key.StartsWith($"{store.Refs.Own}incoming/", StringComparison.Ordinal) && !inUse.Contains(found.Value))
            .Select(found => new RefChange(found.Key, ObjectId.None, found.Value))
            .ToList();

        // Git's own notes of what a remote has: a push that was killed after the remote had taken it leaves the note of the state before, and nothing ever moves it.
        // The same kill may leave its lock; in a repository of the user's it may be held by a fetch of theirs.
        var tracking = (await store.Repository.RefsAsync("refs/remotes/", cancellation).ConfigureAwait(false)).Where(found => IsOfSpace(found.Key, store.Refs)).ToDictionary();
        changes.AddRange(tracking.Where(found => !inUse.Contains(found.Value)).Select(found => new RefChange(found.Key, ObjectId.None, found.Value)));

        // Published refs of others stand here if a store has had another name, or if others push into this very repository.
        foreach (var (replica, state) in store.Known)
        {
            var name = store.Refs.PublishedBy(replica);
            if (refs.TryGetValue(name, out var tip) && tip != state.Commit && !IsNewer(store, tip, state))
            {
                changes.Add(new RefChange(name, state.Commit, tip));
            }
        }

        store.RemoveStaleLocks(store.Refs.Own);
        store.Repository.RemoveStaleLocks(tracking.Keys, isAlone ? TimeSpan.Zero : TimeSpan.FromMinutes(1));
        await store.Repository.UpdateRefsAsync(changes, cancellation).ConfigureAwait(false);
        store.Repository.EmptyReflogs(refs.Keys.Concat(tracking.Keys));
    }

    // refs/remotes/<remote>/memory/<space>/<replica>; the names of remotes may have several parts.
    private static bool IsOfSpace(string tracking, SpaceRefs refs)
    {
        var end = tracking.LastIndexOf('/') + 1;
        return tracking[..end].EndsWith(refs.Published["refs/heads".Length..], StringComparison.Ordinal) && ReplicaId.IsValid(tracking[end..]);
    }

    // What is neither an earlier state nor a newer one was written by a store that had lost the name, and has been renamed since.
    private static bool IsNewer(SpaceStore store, ObjectId tip, PublishedState state)
    {
        try
        {
            return store.Stored.Read(tip).Line.Has(state.Header.Publication);
        }
        catch (StateInvalidException)
        {
            return true;
        }
    }

    // Whatever refers to something that goes would be broken, and goes with it: trees, commits, and the commits after those.
    private static async Task<HashSet<ObjectId>> DoomedAsync(SpaceStore store, CancellationToken cancellation)
    {
        var unreachable = await store.Repository.UnreachableAsync(cancellation).ConfigureAwait(false);
        var lines = new ForgottenLines(store.Forgotten);
        var doomed = new HashSet<ObjectId>();
        var users = new Dictionary<ObjectId, List<ObjectId>>();
        foreach (var found in unreachable)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Read(store, found.Id) is not { } data)
            {
                continue;
            }

            if (found.Kind == ObjectKind.Blob)
            {
                if (lines.Clean(data, out _) is not null || NamesIt(data, store.Forgotten))
                {
                    doomed.Add(found.Id);
                }

                continue;
            }

            foreach (var used in Uses(found, data))
            {
                if (!users.TryGetValue(used, out var ofUsed))
                {
                    users.Add(used, ofUsed = []);
                }

                ofUsed.Add(found.Id);
            }
        }

        var open = new Queue<ObjectId>(doomed);
        while (open.TryDequeue(out var id))
        {
            foreach (var user in users.GetValueOrDefault(id, []).Where(doomed.Add))
            {
                open.Enqueue(user);
            }
        }

        return doomed;
    }

    private static ReadOnlyMemory<byte>? Read(SpaceStore store, ObjectId id)
    {
        try
        {
            return store.Reader.Read([new ObjectName(id)]).Single()?.Data;
        }
        catch (GitException error) when (error.Kind is GitFailure.TooLarge or GitFailure.Corruption)
        {
            // This program writes no object that it cannot read.
            return null;
        }
    }

    private static IEnumerable<ObjectId> Uses(UnreachableObject found, ReadOnlyMemory<byte> data)
    {
        try
        {
            if (found.Kind == ObjectKind.Commit)
            {
                var commit = CommitObject.Parse(data.Span);
                return commit.Parents.Append(commit.Tree);
            }

            return found.Kind == ObjectKind.Tree ? TreeObject.Parse(data.Span, found.Id.Length).Select(entry => entry.Id) : [];
        }
        catch (FormatException)
        {
            return []; // Damaged, and not by this.
        }
    }

    // A record of a tracked file names entries that were brought back once.
    private static bool NamesIt(ReadOnlyMemory<byte> data, Forgotten forgotten)
    {
        if (!data.Span.StartsWith("{\n  \"path\":"u8))
        {
            return false;
        }

        try
        {
            return TrackedFileJson.Read(data, "a file's record").BroughtBack.Any(key => forgotten.About(key).Count > 0);
        }
        catch (StateInvalidException)
        {
            return false;
        }
    }
}
