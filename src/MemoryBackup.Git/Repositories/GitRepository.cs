using System.Text;
using MemoryBackup.Git.Stored;

namespace MemoryBackup.Git;

/// <summary>A repository on this machine, as far as it is ours to use: objects, refs, configuration, remotes. Never its index or work tree.</summary>
/// <remarks>Safe for several threads; what it opens is not.</remarks>
public sealed partial class GitRepository
{
    // Kernels write names to disk within half a minute. What changed longer ago than this is there, also what a run left that did not live to sync it.
    private static readonly TimeSpan WrittenBackAfter = TimeSpan.FromMinutes(1);

    private readonly DateTimeOffset writtenBackUntil;
    private readonly SyncMark syncMark;

    // By the last write of objects, from when on, and how many times Git had been started by then.
    private (long Starts, IReadOnlySet<string> Folders, string Mark) synced = (0, new HashSet<string>(), "");

    private GitRepository(GitProgram program, string gitDir, bool isBare)
    {
        (Program, GitDir, IsBare) = (program, gitDir, isBare);
        writtenBackUntil = program.Options.Time.GetUtcNow() - WrittenBackAfter;
        syncMark = new(gitDir, program.Options.Time);
    }

    public GitProgram Program { get; }

    /// <summary>Absolute path of the folder with objects and refs; that of the main repository if a linked work tree was opened.</summary>
    public string GitDir { get; }

    /// <summary>Whether there is no work tree around it.</summary>
    public bool IsBare { get; }

    /// <summary>Opens the repository at a path: a bare one, a work tree, or a folder inside either. Costs no process where the layout and its owner are plain.</summary>
    /// <exception cref="GitException"><see cref="GitFailure.NotARepository"/>, <see cref="GitFailure.Corruption"/>, <see cref="GitFailure.DubiousOwnership"/>.</exception>
    public static async Task<GitRepository> OpenAsync(GitProgram program, string path, CancellationToken cancellation = default)
    {
        var found = RepositoryLocation.Find(path) ?? await RepositoryLocation.AskAsync(program, path, cancellation).ConfigureAwait(false);
        return new(program, found.GitDir, found.IsBare);
    }

    /// <summary>Creates a bare repository, readable by this user only, or opens the one that is there. Never seen half made, whoever else creates it at the same moment.</summary>
    /// <param name="program">Git.</param>
    /// <param name="path">The folder; may exist if it is empty.</param>
    /// <param name="objectFormat"><c>sha1</c>, which every remote takes, or <c>sha256</c>.</param>
    /// <param name="cancellation">Ends Git; nothing is left behind.</param>
    /// <exception cref="GitException"><see cref="GitFailure.NotARepository"/>: something else stands at the path.</exception>
    public static async Task<GitRepository> InitBareAsync(
        GitProgram program, string path, string objectFormat = "sha1", CancellationToken cancellation = default)
    {
        path = Path.GetFullPath(path);
        if (!RepositoryLocation.LooksLikeGitDir(path))
        {
            await NewRepository.CreateAsync(program, path, objectFormat, cancellation).ConfigureAwait(false);
        }

        return await OpenAsync(program, path, cancellation).ConfigureAwait(false);
    }

    /// <summary>All refs at or below these names (<c>refs/heads/memory/</c>), by full name in Git's order; all refs if none is given. One process, where files do not tell.</summary>
    public async Task<IReadOnlyDictionary<string, ObjectId>> RefsAsync(IReadOnlyList<string> prefixes, CancellationToken cancellation = default)
    {
        if (prefixes.FirstOrDefault(prefix => !RefNames.IsValid(prefix.TrimEnd('/')) && prefix is not ("refs/" or "refs")) is { } wrong)
        {
            throw new ArgumentException($"Not the beginning of a ref name: '{Redaction.Harmless(wrong)}'.", nameof(prefixes));
        }

        if (Program.Options.Host.HasFiles && RefFiles.TryList(GitDir, prefixes) is { } found)
        {
            return found;
        }

        var listed = await RunAsync(["for-each-ref", "--format=%(objectname) %(refname)", .. prefixes], default, cancellation).ConfigureAwait(false);
        return RefList.Parse(listed.ThrowIfFailed().Text, separator: ' ');
    }

    /// <inheritdoc cref="RefsAsync(IReadOnlyList{string}, CancellationToken)"/>
    public Task<IReadOnlyDictionary<string, ObjectId>> RefsAsync(string prefix, CancellationToken cancellation = default) =>
        RefsAsync([prefix], cancellation);

    /// <summary>The object that a ref, id or other expression of Git stands for; null if there is none. One process: ask a reader or <see cref="RefsAsync(string, CancellationToken)"/> for several.</summary>
    public async Task<ObjectId?> TryResolveAsync(ObjectName name, CancellationToken cancellation = default)
    {
        var request = Encoding.UTF8.GetBytes(name + "\n");
        var answer = await RunAsync(["cat-file", "--batch-check=%(objectname)"], request, cancellation).ConfigureAwait(false);
        return ObjectId.TryParse(answer.ThrowIfFailed().Text.TrimEnd('\n'), out var id) ? id : null;
    }

    /// <summary>Moves, creates and deletes refs: all of them if every expectation holds, else none. No process for no changes.</summary>
    /// <remarks>Git syncs the refs but not their folders: see <see cref="SyncDirectories"/>.</remarks>
    /// <exception cref="GitException"><see cref="GitFailure.RefConflict"/> if an expectation does not hold, <see cref="GitFailure.Lock"/> if another process holds a ref.</exception>
    public async Task UpdateRefsAsync(IReadOnlyList<RefChange> changes, CancellationToken cancellation = default)
    {
        if (changes.Count > 0)
        {
            var commands = RefTransaction.Commands(changes);
            (await RunAsync(["update-ref", "--no-deref", "--stdin", "-z"], commands, cancellation).ConfigureAwait(false)).ThrowIfFailed();
        }
    }

    /// <summary>Opens a reader of objects; its process starts with the first request.</summary>
    /// <param name="sizeMax">The largest object that is read, in bytes.</param>
    /// <param name="unpacked">Where what is read is kept, and read from the next time; not disposed with the reader.</param>
    public ObjectReader OpenReader(long sizeMax = ObjectReader.DefaultSizeMax, UnpackedObjects? unpacked = null) => new(this, sizeMax, unpacked);

    /// <summary>Starts writing objects.</summary>
    /// <param name="options">How they are written.</param>
    /// <param name="reader">A reader that is open already, for the trees that new ones are made from.</param>
    /// <param name="ahead">Pushes that may begin with what is written, when it has been made.</param>
    public Import OpenImport(ImportOptions? options = null, ObjectReader? reader = null, IReadOnlyList<PushAhead>? ahead = null) => new(this, options ?? new(), reader, ahead ?? []);

    /// <summary>Syncs the folders of these refs, of packs and of loose objects, as far as they changed.</summary>
    /// <param name="refNames">The refs.</param>
    /// <param name="since">
    /// Folders that changed since then; null: all that need not be on the disk yet. So it covers what was fetched, however long before, and what a killed run wrote
    /// that this one builds on. Folders of objects that changed before this was last done, by whichever run, are passed over (<see cref="SyncMark"/>).
    /// </param>
    /// <inheritdoc cref="Durability.SyncDirectories"/>
    public int SyncDirectories(IEnumerable<string> refNames, DateTimeOffset? since = null)
    {
        var host = Program.Options.Host;
        if (since is not null || !host.HasFiles)
        {
            return host.SyncDirectories(GitDir, refNames, since ?? writtenBackUntil, since ?? writtenBackUntil, new HashSet<string>());
        }

        // Where folders are passed over that were synced before, what came into them since is the next run's to sync.
        var (folders, mark) = synced.Starts == Program.Starts && synced.Folders.Count > 0 ? (synced.Folders, synced.Mark) : (new HashSet<string>(), syncMark.Now());
        var objectsSince = syncMark.Read() is { } marked && marked > writtenBackUntil ? marked : writtenBackUntil;
        var count = host.SyncDirectories(GitDir, refNames, writtenBackUntil, objectsSince, folders);
        syncMark.Write(mark);
        return count;
    }

    /// <summary>Notes that these folders of objects were synced. It counts until Git is run again, which may write into them.</summary>
    /// <param name="folders">The folders.</param>
    /// <param name="mark">What <see cref="SyncMarkNow"/> gave before they were.</param>
    internal void HasSynced(IEnumerable<string> folders, string mark) => synced = (Program.Starts, folders.ToHashSet(), mark);

    /// <summary>The moment, as it is noted for later runs.</summary>
    internal string SyncMarkNow() => syncMark.Now();

    /// <summary>Removes lock files that a killed Git left behind: those of these refs, and <c>packed-refs.lock</c>; and what a killed run of this program left to keep a pack.</summary>
    /// <param name="refNames">Refs that only the caller writes, while it holds its own lock: then nobody can hold theirs.</param>
    /// <param name="olderThan">The age from which a lock counts as left behind. That of <c>packed-refs</c> only if no Git works in the repository; where that cannot be told, only if none runs on this machine and it is a minute old.</param>
    /// <returns>The paths of the removed files.</returns>
    public IReadOnlyList<string> RemoveStaleLocks(IEnumerable<string> refNames, TimeSpan olderThan) =>
        StaleLocks.Remove(GitDir, refNames, olderThan, Program.Options.Time);

    /// <summary>A setting as Git sees it here, the user's and the system's configuration included; the last if there are several; null if it is not set.</summary>
    public async Task<string?> ConfigAsync(string key, CancellationToken cancellation = default)
    {
        ConfigKey.Require(key);
        var result = await RunAsync(["config", "--null", "--get", key], default, cancellation).ConfigureAwait(false);
        return result.ExitCode == 1 ? null : result.ThrowIfFailed().Text.TrimEnd('\0');
    }

    /// <summary>Sets a value in the repository's own configuration.</summary>
    public async Task SetConfigAsync(string key, string value, CancellationToken cancellation = default)
    {
        ConfigKey.Require(key);
        await ChangeConfigAsync(["config", "--local", key, value], cancellation).ConfigureAwait(false);
    }

    // A Git that was killed here leaves the lock of the configuration behind, and no later one waits for it.
    private async Task ChangeConfigAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var result = await RunAsync(arguments, default, cancellation).ConfigureAwait(false);
        if (!result.Succeeded
            && FailureClassifier.Classify(result.Error) == GitFailure.Lock
            && await StaleLocks.ClearConfigAsync(GitDir, cancellation).ConfigureAwait(false))
        {
            result = await RunAsync(arguments, default, cancellation).ConfigureAwait(false);
        }

        result.ThrowIfFailed();
        remoteSettings = null;
    }

    internal GitCall Call(IReadOnlyList<string> arguments) => new(GitDir, arguments);

    private Task<GitResult> RunAsync(IReadOnlyList<string> arguments, ReadOnlyMemory<byte> stdin, CancellationToken cancellation) =>
        Program.RunAsync(GitDir, arguments, stdin, cancellation);
}
