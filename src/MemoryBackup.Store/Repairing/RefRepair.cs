using System.Text;
using MemoryBackup.Git;
using MemoryBackup.Store.Verifying;

namespace MemoryBackup.Store.Repairing;

/// <summary>Puts refs in order: what Git cannot read goes aside, and what follows from the local state is derived again.</summary>
internal sealed class RefRepair(GitRepository repository, SpaceRefs refs, Keepsakes kept)
{
    private readonly Dictionary<string, ObjectId> withoutObject = [];

    /// <summary>Refs that were taken away because they said nothing, or because their object is not there.</summary>
    public HashSet<string> Taken { get; } = [];

    /// <summary>Takes the lines out of <c>packed-refs</c> that keep Git from reading it.</summary>
    public void RepairPackedRefs()
    {
        var damaged = RefFilesCheck.DamagedLines(repository.GitDir);
        if (damaged.Count == 0)
        {
            return;
        }

        var path = PackedRefs.PathIn(repository.GitDir);
        var numbers = damaged.Select(line => line.Number).ToHashSet();
        var whole = File.ReadAllLines(path, Encoding.UTF8).Where((_, i) => !numbers.Contains(i + 1)).ToList();

        // Git's own protocol: whoever changes the file has made its lock first, and renames that over it.
        var locked = path + ".lock";
        using (var file = new FileStream(locked, FileMode.CreateNew, FileAccess.Write))
        {
            kept.Copy(path, $"Took {damaged.Count} damaged lines out of packed-refs");
            file.Write(Encoding.UTF8.GetBytes(string.Concat(whole.Select(line => line + "\n"))));
            Durability.Sync(file);
        }

        File.Move(locked, path, overwrite: true);
        Durability.SyncDirectory(repository.GitDir);
    }

    /// <summary>Removes the locks that killed runs of Git left on own refs. Under the store's lock nobody holds one.</summary>
    public void RemoveStaleLocks()
    {
        foreach (var file in RefFilesCheck.OwnFiles(repository.GitDir, refs).Where(file => file.EndsWith(".lock", StringComparison.Ordinal)).ToList())
        {
            kept.Move(file, $"Removed the lock {Path.GetRelativePath(repository.GitDir, file)} that a killed Git had left");
        }
    }

    /// <summary>Moves files of refs aside that name no object. An older value of such a ref must not come up from <c>packed-refs</c> in its place.</summary>
    public async Task TakeDamagedAsync(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        foreach (var name in names)
        {
            kept.Move(Path.Combine(repository.GitDir, name), $"Moved the damaged file of the ref {name} aside");
            Taken.Add(name);
        }

        if (names.Count > 0)
        {
            var older = await repository.RefsAsync([.. RefFilesCheck.OwnFolders(refs)], cancellation).ConfigureAwait(false);
            foreach (var name in names.Where(older.ContainsKey))
            {
                kept.Note(name, older[name], $"Removed an older value of {name}, which would have taken its place");
                await DeleteAsync(name, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes refs away whose object is not there: with them no fetch can work. <see cref="PutBackAsync"/> brings back those whose object came.</summary>
    public async Task TakeBrokenAsync(Examined examined, CancellationToken cancellation)
    {
        foreach (var name in examined.Broken)
        {
            kept.Note(name, examined.Refs[name], $"Took the ref {name} away, whose commit cannot be read");
            await DeleteAsync(name, cancellation).ConfigureAwait(false);
            withoutObject[name] = examined.Refs[name];
            Taken.Add(name);
        }
    }

    /// <summary>Brings refs back whose object has come.</summary>
    public async Task PutBackAsync(CancellationToken cancellation)
    {
        await using var reader = repository.OpenReader();
        var objects = new ObjectAccess(reader);
        foreach (var (name, id) in withoutObject)
        {
            if (objects.TryRead(id, ObjectKind.Commit, out _) is not null)
            {
                await repository.UpdateRefsAsync([new RefChange(name, id)], cancellation).ConfigureAwait(false);
                kept.Did($"Put the ref {name} back");
                Taken.Remove(name);
            }
        }
    }

    /// <summary>Derives the published ref and the refs of known states from the local state.</summary>
    public async Task DeriveAsync(Examined examined, CancellationToken cancellation)
    {
        if (examined.Local?.State is not { } local)
        {
            return;
        }

        if (examined.Own is { } own)
        {
            await SetAsync(refs.PublishedBy(local.Replica), own.Commit, examined, keep: !examined.PublishedRefIsEarlier, cancellation).ConfigureAwait(false);
        }

        foreach (var (replica, commit) in examined.KnownRefs)
        {
            await SetAsync(refs.KnownOf(replica), commit, examined, keep: true, cancellation).ConfigureAwait(false);
        }

        foreach (var state in examined.Known.Values.Where(state => state.Adopter is null && state.Header.Replica != local.Replica))
        {
            var former = refs.PublishedBy(state.Header.Replica);
            if (Taken.Contains(former) || examined.UnreadablePublished.Contains(former))
            {
                await SetAsync(former, state.Commit, examined, keep: true, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task SetAsync(string name, ObjectId commit, Examined examined, bool keep, CancellationToken cancellation)
    {
        var there = examined.Refs.TryGetValue(name, out var tip);
        if (there && tip == commit)
        {
            return;
        }

        if (there && (examined.Broken.Contains(name) || examined.UnreadablePublished.Contains(name)))
        {
            kept.Note(name, tip, $"Noted what {name} pointed to, which cannot be read");
        }
        else if (there && keep)
        {
            await kept.KeepAsync(repository, name, tip, $"Kept what {name} pointed to", cancellation).ConfigureAwait(false);
        }

        await repository.UpdateRefsAsync([new RefChange(name, commit)], cancellation).ConfigureAwait(false);
        kept.Did($"Set {name} to {commit}, as the local state says");
    }

    /// <summary>Takes away what names the states of replicas that are given up, or Git would miss their objects for ever.</summary>
    public async Task ForgetAsync(IReadOnlyCollection<string> replicas, Examined examined, CancellationToken cancellation)
    {
        foreach (var (name, id) in examined.Refs.Where(named => replicas.Contains(named.Key[(named.Key.LastIndexOf('/') + 1)..]) && !named.Key.StartsWith(refs.Lost, StringComparison.Ordinal)))
        {
            kept.Note(name, id, $"Took the ref {name} away, whose state cannot be read");
            await DeleteAsync(name, cancellation).ConfigureAwait(false);
        }
    }

    private Task DeleteAsync(string name, CancellationToken cancellation) =>
        repository.UpdateRefsAsync([new RefChange(name, ObjectId.None)], cancellation);
}
