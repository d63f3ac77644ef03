using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Forgetting;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.Rewriting;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Writing;

/// <summary>Writes a change of the store with one <see cref="Import"/>: what changed, and nothing else.</summary>
/// <remarks>
/// The local ref is the one durable point: its commit holds what the store remembers, and its first parent is the own published
/// state. The published ref says the same to readers and may lag behind after a crash; nothing here ever reads it (design, section 13.2).
/// </remarks>
internal sealed class StoreWriter(SpaceStore store, DateTimeOffset now)
{
    // Measured on 3.8 MB: zlib's level 1 takes a quarter of the time of the default, and maintenance compresses again later. A first
    // publication stays in the pack that it came in: unpacked it would be compressed a second time, and there is nothing yet that it
    // could be a delta of (docs/internals, "What costs time").
    private const int FastCompression = 1;

    // So many are made on all processors before they are handed on: beyond a certain size nothing holds them all.
    private const int FilesAtOnce = 64;

    /// <summary>Lets the refs that keep the states of others from being collected point to these commits; <see cref="ObjectId.None"/> deletes one.</summary>
    public async Task UpdateKnownAsync(IReadOnlyDictionary<string, ObjectId> commits, CancellationToken cancellation)
    {
        if (commits.Count == 0)
        {
            return;
        }

        var changes = commits.Select(known => new RefChange(store.Refs.KnownOf(known.Key), known.Value)).ToList();
        store.Repository.RemoveStaleLocks(changes.Select(change => change.Name), SpaceStore.StaleLockAge);
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
        store.Repository.RemoveStaleLocks(moved, SpaceStore.StaleLockAge);
        var options = new ImportOptions
        {
            Force = true,
            CompressionLevel = FastCompression,
            UnpackLimit = published is not null && store.Own is null ? 0 : null,
        };

        // A history that is written anew may be one that a remote does not take, and not before others have been heard.
        var ahead = published is null || change.History is not null ? [] : await store.AheadOfAsync(published.State.Versions.Count, cancellation).ConfigureAwait(false);
        await using var import = store.Repository.OpenImport(options, store.Reader, ahead);
        ObjectOrMark? publication = published is null
            ? store.Own is { } own ? own.Commit : null
            : Publish(import, published, change, TreesOf(published.Adoption), await TaintedAsync(change, cancellation).ConfigureAwait(false));
        var local = Remember(import, change, pool, localTree, publication);
        var ids = await import.FinishAsync(cancellation).ConfigureAwait(false);
        if (published is null)
        {
            await store.PutPublishedRightAsync(cancellation).ConfigureAwait(false);
        }

        store.Repository.SyncDirectories(moved);
        var commit = await store.Reader.ReadCommitAsync(new ObjectName(ids[local]), cancellation).ConfigureAwait(false);
        return new Written(commit.Tree, published is null ? null : ids[PublicationMark!.Value]);
    }

    private Mark? PublicationMark { get; set; }

    private Mark Publish(Import import, Publication published, StoreChange change, IReadOnlyList<TreeEdit> adoption, HashSet<ObjectId> tainted)
    {
        var replica = published.Header.Replica;
        var name = store.Refs.PublishedBy(replica);
        var edits = new List<TreeEdit>(adoption);
        foreach (var numbers in published.Entries.Changed.Chunk(FilesAtOnce))
        {
            var files = store.Reader.RunAll(numbers.Length, i => published.Entries.Files.ContainsKey(numbers[i]) ? published.Entries.Bytes(numbers[i]) : (ReadOnlyMemory<byte>?)null);
            foreach (var (number, bytes) in numbers.Zip(files))
            {
                var path = NumberedFile.Path(PublishedStateReader.EntriesFolder, replica, number);
                edits.Add(bytes is { } written ? TreeEdit.PutBlob(path, import.Blob(written)) : TreeEdit.Delete(path));
            }
        }

        var lineFile = published.Line.LastFile;
        edits.Add(TreeEdit.PutBlob(NumberedFile.Path(PublishedStateReader.LineFolder, replica, lineFile), import.Blob(published.Line.Bytes(lineFile))));
        edits.Add(TreeEdit.PutBlob(PublishedStateReader.HeaderFile, import.Blob(ReplicaHeaderJson.Write(published.Header))));
        ObjectOrMark? from = store.Own is { } own ? own.Commit : null;
        if (change.History is { } history)
        {
            from = WriteHistory(import, name, history, Forgotten.Of(change.Local.Forgotten.Select(here => here.Request)), tainted);
        }

        var mark = import.Commit(name, change.Message, now, from, PastsOf(published.Adoption), edits);
        PublicationMark = mark;
        return mark;
    }

    // The very blobs and trees that the retired replicas published: they cost no object. What they had adopted stands beside them, not in them.
    private List<TreeEdit> TreesOf(Adoption adoption)
    {
        var edits = adoption.Dropped.Select(replica => TreeEdit.Delete($"{PublishedState.AdoptedFolder}/{replica}")).ToList();
        var added = adoption.Added.ToList();
        var parts = new Queue<GitObject?>(store.Reader.Read([.. added.SelectMany(state => PublishedStateReader.Parts(state))]));
        foreach (var state in added)
        {
            var folder = $"{PublishedState.AdoptedFolder}/{state.Header.Replica}";
            var (header, entries, line) = (parts.Dequeue(), parts.Dequeue(), parts.Dequeue());
            edits.Add(TreeEdit.Delete(folder));
            edits.Add(TreeEdit.PutBlob($"{folder}/{PublishedStateReader.HeaderFile}", header!.Id));
            edits.Add(TreeEdit.PutTree($"{folder}/{PublishedStateReader.LineFolder}", line!.Id));
            if (entries is not null)
            {
                edits.Add(TreeEdit.PutTree($"{folder}/{PublishedStateReader.EntriesFolder}", entries.Id));
            }
        }

        return edits;
    }

    // The retired replicas' histories go on being reachable, from a commit that stays the only first parent of the next one. One that a
    // replica's first publication adopts has no place behind a first parent.
    private IEnumerable<ObjectOrMark> PastsOf(Adoption adoption) => store.Own is null
        ? []
        : adoption.Added.Where(state => state.Adopter is null).Select(state => (ObjectOrMark)state.Commit);

    // Times stay as they were, and trees as far as nothing in them is to be forgotten; which commit stands on which is new. What the oldest
    // adopted has no place behind a first parent, and is older than the retention; as it was left, it stands in the tree. The history of a
    // retired replica cannot be rewritten by another: one that holds what is to be forgotten is let go.
    private ObjectOrMark? WriteHistory(Import import, string name, IReadOnlyList<OwnPublication> history, Forgotten forgotten, HashSet<ObjectId> tainted)
    {
        var cleaner = new HistoryCleaner(store, forgotten, import);
        ObjectOrMark? last = null;
        foreach (var publication in history)
        {
            last = import.Commit(
                name,
                publication.Message,
                publication.Time,
                last,
                last is null ? [] : publication.Retired.Where(commit => !tainted.Contains(commit)).Select(commit => (ObjectOrMark)commit),
                [TreeEdit.ReplaceRoot(publication.Tree), .. cleaner.Edits(publication)]);
        }

        return last;
    }

    private async Task<HashSet<ObjectId>> TaintedAsync(StoreChange change, CancellationToken cancellation)
    {
        var forgotten = Forgotten.Of(change.Local.Forgotten.Select(here => here.Request));
        var tainted = new HashSet<ObjectId>();
        foreach (var commit in forgotten.Any ? (change.History ?? []).SelectMany(publication => publication.Retired).Distinct() : [])
        {
            if (await ForgottenLines.IsInHistoryAsync(store.Repository, commit, forgotten, cancellation).ConfigureAwait(false))
            {
                tainted.Add(commit);
            }
        }

        return tainted;
    }

    private Mark Remember(Import import, StoreChange change, EntryFiles pool, ObjectId? localTree, ObjectOrMark? publication)
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

        edits.AddRange(store.StoredFiles.Where(id => !change.Local.Files.ContainsKey(id)).Select(id => TreeEdit.Delete($"{LocalStateReader.FilesFolder}/{id}.json")));
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
