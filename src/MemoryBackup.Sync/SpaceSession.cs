using MemoryBackup.Git;
using MemoryBackup.Store;
using MemoryBackup.Store.Format;
using MemoryBackup.Sync.Doctoring;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Forgetting;
using MemoryBackup.Sync.Importing;
using MemoryBackup.Sync.Past;
using MemoryBackup.Sync.Remotes;
using MemoryBackup.Sync.Reports;
using MemoryBackup.Sync.Resolving;
using MemoryBackup.Sync.Restoring;
using MemoryBackup.Sync.Retiring;
using MemoryBackup.Sync.Reverting;
using MemoryBackup.Sync.Rewriting;
using MemoryBackup.Sync.Verifying;

namespace MemoryBackup.Sync;

/// <inheritdoc cref="ISpaceSession"/>
public sealed class SpaceSession : ISpaceSession
{
    private readonly GitRepository repository;
    private readonly RunSettings settings;
    private readonly SessionEnvironment environment;
    private readonly MemoryLimit memory;

    private SpaceSession(GitRepository repository, RunSettings settings, SessionEnvironment environment)
    {
        this.repository = repository;
        this.settings = settings;
        this.environment = environment;
        memory = new MemoryLimit(settings.MemoryMegabytesMax, environment.Log);
        repository.Program.AttemptFailed += failed =>
            Log.AttemptFailed(environment.Log, failed.Attempt, failed.Attempts, GitFailures.Reason(failed.Message));
        repository.Program.Progressed += environment.Progress;
    }

    /// <inheritdoc/>
    public string Repository => repository.GitDir;

    /// <summary>Opens a space.</summary>
    /// <param name="repository">A repository, bare or not, or a folder inside one; <see langword="null"/>: the default store, made on first use.</param>
    /// <param name="settings">What the session was told.</param>
    /// <param name="environment">The machine.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <exception cref="MemoryBackupException">No Git, no repository, or a setting that is not allowed.</exception>
    public static async Task<SpaceSession> OpenAsync(
        string? repository,
        RunSettings settings,
        SessionEnvironment environment,
        CancellationToken cancellation = default)
    {
        if (!SpaceName.IsValid(settings.Space))
        {
            throw new MemoryBackupException(
                ExitCode.Usage,
                $"'{Redaction.Clean(settings.Space)}' is no name of a space.",
                $"A space is named by 1 to {SpaceName.LengthMax} lower-case letters, digits, '-' and '_', and starts with a letter or a digit.");
        }

        var program = new GitProgram(settings.Git);
        try
        {
            var cache = Path.Combine(environment.DataFolder, "git-version");
            if (repository is not null)
            {
                // Remembered where there is a folder for it; none is made for a repository that stands elsewhere.
                await program.RequireVersionAsync(cache, cancellation).ConfigureAwait(false);
                return new SpaceSession(await GitRepository.OpenAsync(program, repository, cancellation).ConfigureAwait(false), settings, environment);
            }

            MakeDataFolder(environment.DataFolder);
            await program.RequireVersionAsync(cache, cancellation).ConfigureAwait(false);
            return new SpaceSession(
                await GitRepository.InitBareAsync(program, environment.DefaultStore, cancellation: cancellation).ConfigureAwait(false),
                settings,
                environment);
        }
        catch (GitException error)
        {
            throw GitFailures.AtStore(error);
        }
    }

    /// <inheritdoc/>
    public async Task<InitReport> InitAsync(string? remote, CancellationToken cancellation = default)
    {
        try
        {
            var remotes = await repository.RemotesAsync(cancellation).ConfigureAwait(false);
            if (remote is null)
            {
                var used = await RemoteChoice.OfAsync(repository, null, IsDefaultStore, new RunNotes(environment.Log), cancellation).ConfigureAwait(false);
                return new InitReport(Repository, settings.Space, used.Count == 0 ? null : string.Join(", ", used), null, null, ExitCode.Done);
            }

            var url = RemoteChoice.Absolute(remote);
            if (!remotes.TryGetValue(RemoteChoice.DefaultName, out var configured))
            {
                await repository.AddRemoteAsync(RemoteChoice.DefaultName, url, cancellation).ConfigureAwait(false);
            }
            else if (configured != url)
            {
                throw new MemoryBackupException(
                    ExitCode.Usage,
                    $"The store {Repository} already has the remote {RemoteChoice.DefaultName}: {Redaction.WithoutCredentials(configured)}.",
                    $"Nothing was changed. To replace it: git --git-dir={Repository} remote set-url {RemoteChoice.DefaultName} {Redaction.WithoutCredentials(url)}");
            }

            return await TryReachAsync(url, cancellation).ConfigureAwait(false);
        }
        catch (GitException error)
        {
            throw GitFailures.AtStore(error);
        }
    }

    /// <inheritdoc/>
    public async Task<RemoteAddReport> AddRemoteAsync(string name, string url, bool offline, CancellationToken cancellation = default)
    {
        try
        {
            return await Setup(new RunNotes(environment.Log)).AddAsync(name, url, offline, cancellation).ConfigureAwait(false);
        }
        catch (GitException error)
        {
            throw GitFailures.AtStore(error);
        }
    }

    /// <inheritdoc/>
    public Task<RemoteRemoveReport> RemoveRemoteAsync(string name, CancellationToken cancellation = default) => RunAsync(
        new RunOptions { Offline = true },
        (run, _) => Setup(run.Notes).RemoveAsync(name, run, cancellation),
        cancellation);

    /// <inheritdoc/>
    public Task<RemoteListReport> RemotesAsync(CancellationToken cancellation = default) =>
        ReadAsync(run => RemoteSetup.ListAsync(run, cancellation));

    /// <inheritdoc/>
    public Task<RunReport> BackupAsync(string file, RunOptions options, CancellationToken cancellation = default) =>
        RunFileAsync(file, options, (run, token) => run.BackupAsync(token), cancellation);

    /// <inheritdoc/>
    public Task<RunReport> SyncAsync(string file, RunOptions options, CancellationToken cancellation = default) =>
        RunFileAsync(file, options, (run, token) => run.SyncAsync(token), cancellation);

    /// <inheritdoc/>
    public Task<MergeReport> MergeAsync(string? output, RunOptions options, CancellationToken cancellation = default) =>
        RunAsync(
            options,
            (run, remotes) => new MergeRun(run, options, remotes).RunAsync(output, cancellation),
            cancellation);

    /// <inheritdoc/>
    public Task<RestoreReport> RestoreAsync(RestoreRequest request, CancellationToken cancellation = default) =>
        RunAsync(
            new RunOptions { DryRun = request.DryRun, Offline = request.Offline },
            (run, remotes) => new RestoreRun(run, request, remotes).RunAsync(cancellation),
            cancellation);

    /// <inheritdoc/>
    public Task<ImportReport> ImportAsync(ImportRequest request, CancellationToken cancellation = default) => RunAsync(
        new RunOptions { DryRun = request.DryRun, Offline = request.Offline },
        (run, remotes) => new ImportRun(run, request, remotes).RunAsync(cancellation),
        cancellation);

    /// <inheritdoc/>
    public Task<RevertReport> RevertAsync(RevertRequest request, CancellationToken cancellation = default) =>
        RunAsync(
            new RunOptions { DryRun = request.DryRun, Offline = request.Offline },
            (run, remotes) => new RevertRun(run, request, remotes).RunAsync(cancellation),
            cancellation);

    /// <inheritdoc/>
    public Task<CheckpointReport> CheckpointsAsync(CancellationToken cancellation = default) =>
        ReadAsync(run => CheckpointRun.ListAsync(run, cancellation));

    /// <inheritdoc/>
    public Task<CheckpointReport> CreateCheckpointAsync(string name, bool dryRun, CancellationToken cancellation = default) =>
        RunAsync(new RunOptions { DryRun = dryRun, Offline = true }, (run, _) => CheckpointRun.CreateAsync(run, name, dryRun, cancellation), cancellation);

    /// <inheritdoc/>
    public Task<CheckpointReport> DeleteCheckpointAsync(string name, bool dryRun, CancellationToken cancellation = default) =>
        RunAsync(new RunOptions { DryRun = dryRun, Offline = true }, (run, _) => CheckpointRun.DeleteAsync(run, name, dryRun, cancellation), cancellation);

    public Task<RetireReport> RetireAsync(RetireOptions options, CancellationToken cancellation = default) => RunAsync(
        new RunOptions { DryRun = options.DryRun, Offline = options.Offline },
        (run, remotes) => new RetireRun(run, options, remotes).RunAsync(cancellation),
        cancellation);

    /// <inheritdoc/>
    public Task<CompactReport> CompactAsync(CompactOptions options, CancellationToken cancellation = default) => RunAsync(
        new RunOptions { DryRun = options.DryRun, Offline = options.Offline },
        (run, remotes) => new CompactRun(run, options, remotes, run.IsDefaultStore).RunAsync(cancellation),
        cancellation);

    /// <inheritdoc/>
    public Task<ForgetReport> ForgetAsync(ForgetOptions options, CancellationToken cancellation = default) => RunAsync(
        new RunOptions { DryRun = options.DryRun, Offline = options.Offline },
        (run, remotes) => new ForgetRun(run, options, remotes).RunAsync(cancellation),
        cancellation);

    /// <inheritdoc/>
    public Task<StatusReport> StatusAsync(CancellationToken cancellation = default) =>
        ReadAsync(run => StatusRun.ReadAsync(run, cancellation));

    /// <inheritdoc/>
    public Task<HistoryReport> HistoryAsync(HistoryOptions options, CancellationToken cancellation = default) =>
        ReadAsync(run => HistoryRun.ReadAsync(run, options, cancellation));

    /// <inheritdoc/>
    public Task<ConflictsReport> ConflictsAsync(string? key, CancellationToken cancellation = default) =>
        ReadAsync(run => Task.FromResult(ConflictList.Read(run, key)));

    /// <inheritdoc/>
    public Task<ResolveReport> ResolveAsync(ResolveOptions options, CancellationToken cancellation = default) => RunAsync(
        new RunOptions { DryRun = options.DryRun, Offline = options.Offline },
        (run, remotes) => new ResolveRun(run, options, remotes).RunAsync(cancellation),
        cancellation);

    /// <inheritdoc/>
    public Task<DiffReport> DiffAsync(string from, string to, CancellationToken cancellation = default) =>
        ReadAsync(run => DiffRun.ReadAsync(run, from, to, cancellation));

    /// <inheritdoc/>
    public async Task<VerifyReport> VerifyAsync(VerifyOptions options, CancellationToken cancellation = default)
    {
        try
        {
            BeginReading();
            return await new VerifyRun(repository, settings, environment, Load, Context).RunAsync(options, cancellation).ConfigureAwait(false);
        }
        catch (GitException error)
        {
            throw GitFailures.AtStore(error);
        }
    }

    /// <inheritdoc/>
    public Task<DoctorReport> DoctorAsync(DoctorOptions options, CancellationToken cancellation = default)
    {
        BeginReading();
        return new DoctorRun(repository, settings, environment, Load, Context).RunAsync(options, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<RunReport> RunFileAsync(
        string path,
        RunOptions options,
        Func<FileRun, CancellationToken, Task<RunReport>> work,
        CancellationToken cancellation)
    {
        var file = UserFile.At(path);
        return RunLockedAsync(options, (run, remotes) => work(new FileRun(run, file, options, remotes), cancellation), cancellation);
    }

    private async Task<T> ReadAsync<T>(Func<RunContext, Task<T>> work)
    {
        try
        {
            BeginReading();
            await using var store = Load();
            return await work(Context(store)).ConfigureAwait(false);
        }
        catch (GitException error)
        {
            throw GitFailures.AtStore(error);
        }
    }

    private Task<T> RunAsync<T>(RunOptions options, Func<RunContext, RemoteRuns, Task<T>> work, CancellationToken cancellation)
    {
        BeginReading();
        return RunLockedAsync(options, work, cancellation);
    }

    private async Task<T> RunLockedAsync<T>(RunOptions options, Func<RunContext, RemoteRuns, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            using var held = await StoreLock.TakeAsync(
                Repository,
                settings.LockTimeout,
                environment.Time,
                () => Log.Waiting(environment.Log),
                cancellation).ConfigureAwait(false);
            var notes = new RunNotes(environment.Log);
            var choosing = options.Offline
                ? Task.FromResult<IReadOnlyList<string>>([])
                : RemoteChoice.OfAsync(repository, settings.Remote, IsDefaultStore, notes, cancellation);
            using var snapshots = new FileSnapshots(Path.Combine(Repository, "memory-backup", "copies"), environment.SnapshotFrom ?? FileSnapshots.FromUsually);
            await using var store = await LoadBesideAsync(choosing, mayWriteUnpacked: !options.DryRun).ConfigureAwait(false);
            var run = Context(store, notes) with { Snapshots = snapshots };
            var remotes = await choosing.ConfigureAwait(false);
            using var scope = environment.Log.BeginScope(new Dictionary<string, object>
            {
                ["host"] = settings.Host,
                ["space"] = settings.Space,
                ["replica"] = store.Local.Replica,
                ["repository"] = Repository,
            });
            var exchange = await RemoteRuns.OpenAsync(run, remotes, options.DryRun, cancellation).ConfigureAwait(false);
            var result = await work(run, exchange).ConfigureAwait(false);
            if (!options.DryRun && store.IsInUse)
            {
                await ForgettingStep.EndAsync(run, exchange, cancellation).ConfigureAwait(false);
                await store.KeepLearnedAsync(settings.Host, environment.Random, run.Now, cancellation).ConfigureAwait(false);
                await Maintenance.RunIfDueAsync(run, cancellation).ConfigureAwait(false);
            }

            return result;
        }
        catch (GitException error)
        {
            throw GitFailures.AtStore(error);
        }
    }

    // A run with a file may find that nothing is new, and begins by itself once it does read.
    private void BeginReading() => environment.ReadingBegins(settings.MemoryMegabytesMax);

    private SpaceStore Load() => Load(mayWriteUnpacked: false);

    private SpaceStore Load(bool mayWriteUnpacked) => SpaceStore.Load(
        repository,
        settings.Space,
        new StoreIdentity(environment.Machine, Repository),
        settings.Host,
        environment.Random,
        new StoreLimits
        {
            VersionsMax = settings.EntriesMax,
            RefsMax = settings.RefsMax,
            DepthMax = settings.DepthMax,
            EntryBytesMax = settings.EntryBytesMax,
            TextBytesHeld = environment.TextBytesHeld ?? StoreLimits.TextBytesHeldUsually,
            UnpackedBytesMax = settings.UnpackedBytesMax,
        },
        mayWriteUnpacked,
        memory.Check);

    private async Task<SpaceStore> LoadBesideAsync(Task other, bool mayWriteUnpacked)
    {
        try
        {
            return Load(mayWriteUnpacked);
        }
        catch
        {
            await other.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private RunContext Context(SpaceStore store) => Context(store, new RunNotes(environment.Log));

    private RunContext Context(SpaceStore store, RunNotes notes) => new(store, settings, environment, notes, memory, store.Local.Run + 1);

    private bool IsDefaultStore => Repository == Path.GetFullPath(environment.DefaultStore);

    private RemoteSetup Setup(RunNotes notes) => new(repository, settings, IsDefaultStore, notes);

    private async Task<InitReport> TryReachAsync(string url, CancellationToken cancellation)
    {
        try
        {
            await repository.LsRemoteAsync(RemoteChoice.DefaultName, ["refs/heads/memory/*"], cancellation).ConfigureAwait(false);
            return new InitReport(Repository, settings.Space, Redaction.WithoutCredentials(url), null, null, ExitCode.Done);
        }
        catch (GitException error)
        {
            return new InitReport(Repository, settings.Space, Redaction.WithoutCredentials(url), error.Message, error.Remedy, GitFailures.AtRemote(error));
        }
    }

    private static void MakeDataFolder(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MemoryBackupException(
                ExitCode.Failed,
                $"The folder for the default store cannot be made: {error.Message}",
                "Nothing was changed. Make it writable for this user, or name a repository with --repo.",
                error);
        }
    }
}
