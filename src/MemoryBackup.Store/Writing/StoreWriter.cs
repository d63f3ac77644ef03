using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.Rewriting;

namespace MemoryBackup.Store.Writing;

/// <summary>Writes a change of the store with one <c>git fast-import</c>: what changed, and nothing else.</summary>
/// <remarks>
/// The local ref is the one durable point: its commit holds what the store remembers, and its first parent is the own published
/// state. The published ref says the same to readers and may lag behind after a crash; nothing here ever reads it (design, section 13.2).
/// </remarks>
internal sealed class StoreWriter(SpaceStore store, DateTimeOffset now)
{
    // Locks of refs that only this program writes, and only under the store's lock: whatever is left of one was left by a killed Git.
    private static readonly TimeSpan StaleLockAge = TimeSpan.Zero;

    // Measured on 3.8 MB: zlib's level 1 takes a quarter of the time of the default, and maintenance compresses again later. A first
    // publication stays in the pack that it came in: unpacked it would be compressed a second time, and there is nothing yet that it
    // could be a delta of (docs/internals, "What costs time").
    private const int FastCompression = 1;

    /// <summary>Keeps the states of others from being collected. They have to be safe before anything durable refers to them.</summary>
    public async Task KeepKnownAsync(IReadOnlyDictionary<string, ObjectId> commits, CancellationToken cancellation)
    {
        if (commits.Count == 0)
        {
            return;
        }

        var changes = commits.Select(known => new RefChange(store.Refs.KnownOf(known.Key), known.Value)).ToList();
        store.Repository.RemoveStaleLocks(changes.Select(change => change.Name), StaleLockAge);
        await store.Repository.UpdateRefsAsync(changes, cancellation).ConfigureAwait(false);
        store.Repository.SyncDirectories(changes.Select(change => change.Name));
    }

    /// <summary>Writes the change and syncs it.</summary>
    /// <returns>The tree of the new local commit, and the commit of the new publication if there is one.</returns>
    public async Task<Written> WriteAsync(
        StoreChange change,
        Publication? published,
        EntryFiles pool,
        ObjectId? localTree,
        CancellationToken cancellation)
    {
        var refs = store.Refs;
        string[] moved = [refs.Local, refs.PublishedBy(change.Local.Replica)];
        store.Repository.RemoveStaleLocks(moved, StaleLockAge);
        await using var import = store.Repository.OpenFastImport(new FastImportOptions
        {
            Force = true,
            CompressionLevel = FastCompression,
            UnpackLimit = published is not null && store.Own is null ? 0 : null,
        });
        ObjectOrMark? publication = published is null
            ? store.Own is { } own ? own.Commit : null
            : Publish(import, published, change);
        var local = Remember(import, change, pool, localTree, publication);
        var ids = await import.FinishAsync(cancellation).ConfigureAwait(false);
        await PutPublishedRightAsync(change.Local.Replica, published, cancellation).ConfigureAwait(false);
        store.Repository.SyncDirectories(moved);
        var commit = await store.Reader.ReadCommitAsync(new ObjectName(ids[local]), cancellation).ConfigureAwait(false);
        return new Written(commit.Tree, published is null ? null : ids[PublicationMark!.Value]);
    }

    // A crash may have left it behind the local ref, or ahead of it.
    private async Task PutPublishedRightAsync(string replica, Publication? published, CancellationToken cancellation)
    {
        var name = store.Refs.PublishedBy(replica);
        if (published is null && store.Own is { } own && (await store.Reader.ReadAsync(new ObjectName(name), cancellation).ConfigureAwait(false))?.Id != own.Commit)
        {
            await store.Repository.UpdateRefsAsync([new RefChange(name, own.Commit)], cancellation).ConfigureAwait(false);
        }
    }

    private Mark? PublicationMark { get; set; }

    private Mark Publish(FastImport import, Publication published, StoreChange change)
    {
        var name = store.Refs.PublishedBy(published.Header.Replica);
        var edits = new List<TreeEdit>();
        foreach (var number in published.Entries.Changed)
        {
            var path = $"entries/{EntryFiles.Name(number)}";
            edits.Add(published.Entries.Files.ContainsKey(number)
                ? TreeEdit.PutBlob(path, import.Blob(published.Entries.Bytes(number)))
                : TreeEdit.Delete(path));
        }

        var lineFile = published.Line.LastFile;
        edits.Add(TreeEdit.PutBlob($"line/{EntryFiles.Name(lineFile)}", import.Blob(published.Line.Bytes(lineFile))));
        edits.Add(TreeEdit.PutBlob("replica.json", import.Blob(ReplicaHeaderJson.Write(published.Header))));
        ObjectOrMark? from = store.Own is { } own ? own.Commit : null;
        if (change.History is { } history)
        {
            from = WriteHistory(import, name, history);
        }

        var mark = import.Commit(name, change.Message, now, from, [], edits);
        PublicationMark = mark;
        return mark;
    }

    // Trees and times stay as they were; only which commit stands on which is new.
    private static Mark WriteHistory(FastImport import, string name, IReadOnlyList<OwnPublication> history)
    {
        Mark? last = null;
        foreach (var publication in history)
        {
            last = import.Commit(
                name, publication.Message, publication.Time, last is { } before ? before : null, [], [TreeEdit.ReplaceRoot(publication.Tree)]);
        }

        return last ?? throw new InvalidOperationException("A history has at least one publication.");
    }

    private Mark Remember(FastImport import, StoreChange change, EntryFiles pool, ObjectId? localTree, ObjectOrMark? publication)
    {
        var edits = new List<TreeEdit> { localTree is { } tree ? TreeEdit.ReplaceRoot(tree) : TreeEdit.DeleteAll() };
        edits.Add(TreeEdit.PutBlob(LocalStateReader.StateFile, import.Blob(LocalStateJson.Write(change.Local))));
        foreach (var (id, file) in change.Local.Files)
        {
            if (!ReferenceEquals(file, store.StoredFile(id)))
            {
                edits.Add(TreeEdit.PutBlob($"{LocalStateReader.FilesFolder}/{id}.json", import.Blob(TrackedFileJson.Write(file))));
            }
        }

        foreach (var number in pool.Changed)
        {
            var path = $"{LocalStateReader.PoolFolder}/{EntryFiles.Name(number)}";
            edits.Add(pool.Files.ContainsKey(number)
                ? TreeEdit.PutBlob(path, import.Blob(pool.Bytes(number)))
                : TreeEdit.Delete(path));
        }

        return import.Commit(store.Refs.Local, "Local state", now, publication, [], edits);
    }

    /// <param name="LocalTree">The tree of the new local commit.</param>
    /// <param name="Publication">The commit of the new publication.</param>
    internal sealed record Written(ObjectId LocalTree, ObjectId? Publication);
}
