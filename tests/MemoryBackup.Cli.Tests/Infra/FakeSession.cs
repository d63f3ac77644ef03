using MemoryBackup.Sync;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Tests.Infra;

/// <summary>A session that does nothing, remembers what it was asked, and answers what a test wants.</summary>
internal sealed class FakeSession : ISpaceSession
{
    public string? RequestedRepository { get; private set; }

    public RunSettings? Settings { get; private set; }

    public SessionEnvironment? Environment { get; private set; }

    public List<(string Work, string? File, RunOptions Options)> Calls { get; } = [];

    /// <summary>Runs before every answer; throws to fail.</summary>
    public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    public RunReport Run { get; set; } = Reports.Run();

    public MergeReport Merge { get; set; } = Reports.Merge();

    public StatusReport Status { get; set; } = Reports.Status();

    public RestoreReport Restore { get; set; } = Reports.Restore();

    public RestoreRequest? RestoreRequest { get; private set; }

    public string Repository => RequestedRepository ?? "/the/default/store.git";

    public Task<ISpaceSession> OpenAsync(string? repository, RunSettings settings, SessionEnvironment environment, CancellationToken cancellation)
    {
        (RequestedRepository, Settings, Environment) = (repository, settings, environment);
        return OpenFailure is { } failure ? Task.FromException<ISpaceSession>(failure) : Task.FromResult<ISpaceSession>(this);
    }

    public Task<InitReport> InitAsync(string? remote, CancellationToken cancellation = default) =>
        Answer("init", remote, new(), Initialized(new InitReport(Repository, "default", remote, null, null, ExitCode.Done)), cancellation);

    public Func<InitReport, InitReport> Initialized { get; set; } = report => report;

    public (string Name, string? Url, bool Offline)? Remote { get; private set; }

    public RemoteAddReport RemoteAdded { get; set; } = Reports.RemoteAdded();

    public RemoteRemoveReport RemoteRemoved { get; set; } = Reports.RemoteRemoved();

    public RemoteListReport RemoteList { get; set; } = Reports.RemoteList();

    public Task<RemoteAddReport> AddRemoteAsync(string name, string url, bool offline, CancellationToken cancellation = default)
    {
        Remote = (name, url, offline);
        return Answer("remote add", null, new(), RemoteAdded, cancellation);
    }

    public Task<RemoteRemoveReport> RemoveRemoteAsync(string name, CancellationToken cancellation = default)
    {
        Remote = (name, null, false);
        return Answer("remote remove", null, new(), RemoteRemoved, cancellation);
    }

    public Task<RemoteListReport> RemotesAsync(CancellationToken cancellation = default) => Answer("remote list", null, new(), RemoteList, cancellation);

    public Task<RunReport> BackupAsync(string file, RunOptions options, CancellationToken cancellation = default) =>
        Answer("backup", file, options, Run, cancellation);

    public Task<RunReport> SyncAsync(string file, RunOptions options, CancellationToken cancellation = default) =>
        Answer("sync", file, options, Run, cancellation);

    public Task<MergeReport> MergeAsync(string? output, RunOptions options, CancellationToken cancellation = default) =>
        Answer("merge", output, options, Merge with { Output = output }, cancellation);

    public Task<RestoreReport> RestoreAsync(RestoreRequest request, CancellationToken cancellation = default)
    {
        RestoreRequest = request;
        return Answer("restore", request.Output, new() { DryRun = request.DryRun, Offline = request.Offline }, Restore with { Output = request.Output, IntoMemory = request.IntoMemory, DryRun = request.DryRun }, cancellation);
    }

    public ImportRequest? ImportRequest { get; private set; }

    public ImportReport Import { get; set; } = Reports.Import();

    public Task<ImportReport> ImportAsync(ImportRequest request, CancellationToken cancellation = default)
    {
        ImportRequest = request;
        return Answer("import", request.Source, new() { DryRun = request.DryRun, Offline = request.Offline, AsNew = request.AsNew }, Import with { Source = request.Source, DryRun = request.DryRun }, cancellation);
    }

    public RevertReport Revert { get; set; } = Reports.Revert();

    public RevertRequest? RevertRequest { get; private set; }

    public Task<RevertReport> RevertAsync(RevertRequest request, CancellationToken cancellation = default)
    {
        RevertRequest = request;
        return Answer("revert", null, new() { DryRun = request.DryRun, Offline = request.Offline }, Revert with { DryRun = request.DryRun }, cancellation);
    }

    public CheckpointReport Checkpoints { get; set; } = Reports.Checkpoints();

    public Task<CheckpointReport> CheckpointsAsync(CancellationToken cancellation = default) => Answer("checkpoint list", null, new(), Checkpoints, cancellation);

    public Task<CheckpointReport> CreateCheckpointAsync(string name, bool dryRun, CancellationToken cancellation = default) =>
        Answer("checkpoint create", name, new() { DryRun = dryRun }, Checkpoints with { DryRun = dryRun, Checkpoints = [Checkpoints.Checkpoints[0] with { Name = name }] }, cancellation);

    public Task<CheckpointReport> DeleteCheckpointAsync(string name, bool dryRun, CancellationToken cancellation = default) =>
        Answer("checkpoint delete", name, new() { DryRun = dryRun }, Checkpoints with { DryRun = dryRun, Checkpoints = [Checkpoints.Checkpoints[0] with { Name = name }] }, cancellation);

    public RetireReport Retired { get; set; } = Reports.Retired();

    public RetireOptions? Retire { get; private set; }

    public Task<RetireReport> RetireAsync(RetireOptions options, CancellationToken cancellation = default)
    {
        Retire = options;
        return Answer("retire", null, new() { DryRun = options.DryRun, Offline = options.Offline }, Retired with { DryRun = options.DryRun }, cancellation);
    }

    public Task<StatusReport> StatusAsync(CancellationToken cancellation = default) => Answer("status", null, new(), Status, cancellation);

    public HistoryOptions? History { get; private set; }

    public HistoryReport HistoryAnswer { get; set; } = Reports.History();

    public Task<HistoryReport> HistoryAsync(HistoryOptions options, CancellationToken cancellation = default)
    {
        History = options;
        return Answer("history", null, new(), HistoryAnswer, cancellation);
    }

    public string? ConflictsKey { get; private set; }

    public ConflictsReport Conflicts { get; set; } = Reports.Open();

    public Task<ConflictsReport> ConflictsAsync(string? key, CancellationToken cancellation = default)
    {
        ConflictsKey = key;
        return Answer("conflicts", null, new(), Conflicts, cancellation);
    }

    public List<ResolveOptions> Resolves { get; } = [];

    public ResolveReport Resolved { get; set; } = Reports.Resolved();

    public Task<ResolveReport> ResolveAsync(ResolveOptions options, CancellationToken cancellation = default)
    {
        Resolves.Add(options);
        return Answer("resolve", null, new(), Resolved, cancellation);
    }

    public List<ForgetOptions> Forgets { get; } = [];

    public ForgetReport Forgot { get; set; } = Reports.Forgot();

    public Task<ForgetReport> ForgetAsync(ForgetOptions options, CancellationToken cancellation = default)
    {
        Forgets.Add(options);
        return Answer("forget", null, new(), Forgot with { DryRun = options.DryRun }, cancellation);
    }

    public CompactOptions? Compact { get; private set; }

    public CompactReport Compacted { get; set; } = Reports.Compacted();

    public Task<CompactReport> CompactAsync(CompactOptions options, CancellationToken cancellation = default)
    {
        Compact = options;
        return Answer("compact", null, new(), Compacted, cancellation);
    }

    public (string From, string To)? Diff { get; private set; }

    public DiffReport DiffAnswer { get; set; } = Reports.Diff();

    public Task<DiffReport> DiffAsync(string from, string to, CancellationToken cancellation = default)
    {
        Diff = (from, to);
        return Answer("diff", null, new(), DiffAnswer, cancellation);
    }

    public VerifyOptions? VerifyOptions { get; private set; }

    public VerifyReport Verify { get; set; } = Reports.Verify();

    public Task<VerifyReport> VerifyAsync(VerifyOptions options, CancellationToken cancellation = default)
    {
        VerifyOptions = options;
        return Answer("verify", null, new(), Verify, cancellation);
    }

    public DoctorOptions? DoctorOptions { get; private set; }

    public DoctorReport Doctor { get; set; } = Reports.Doctor();

    /// <summary>Thrown when a session is opened.</summary>
    public Exception? OpenFailure { get; set; }

    public Task<DoctorReport> DoctorAsync(DoctorOptions options, CancellationToken cancellation = default)
    {
        DoctorOptions = options;
        return Answer("doctor", null, new(), Doctor, cancellation);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<T> Answer<T>(string work, string? file, RunOptions options, T answer, CancellationToken cancellation)
    {
        Calls.Add((work, file, options));
        await Before(cancellation);
        return answer;
    }
}
