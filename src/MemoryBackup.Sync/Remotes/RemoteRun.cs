using MemoryBackup.Git;
using MemoryBackup.Store.Exchange;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Remotes;

/// <summary>The exchange of one run with one remote. A failure there costs no data: it is logged, reported, and sent again by the next run.</summary>
internal sealed class RemoteRun
{
    private readonly RunContext run;
    private readonly string remote;
    private readonly RemoteExchange exchange;
    private readonly List<string> received = [];
    private readonly Dictionary<string, string> rejected = [];
    private bool pushed;
    private MemoryBackupException? failure;

    public RemoteRun(RunContext run, string remote, bool readOnly)
    {
        this.run = run;
        this.remote = remote;
        exchange = new RemoteExchange(run.Store, remote, run.Settings.Host, run.Environment.Random, run.Environment.Time, readOnly);
    }

    /// <summary>Whether nothing failed so far.</summary>
    public bool IsUp => failure is null;

    /// <summary>Whether the remote has a ref of the replica, as far as this run has seen.</summary>
    public bool HasRef(string replica) => exchange.HasRef(replica);

    /// <summary>Fetches what others published. Durable with the store's next commit.</summary>
    public async Task FetchAsync(CancellationToken cancellation)
    {
        run.Environment.Progress($"fetching from {Name}");
        await TryAsync(async () => Take(await exchange.FetchAsync(cancellation).ConfigureAwait(false)), isFetch: true).ConfigureAwait(false);
    }

    /// <summary>Sends what the remote lacks, unless it failed already in this run.</summary>
    public async Task PushAsync(CancellationToken cancellation)
    {
        if (!IsUp)
        {
            return;
        }

        run.Environment.Progress($"sending to {Name}");
        await TryAsync(
            async () =>
            {
                var outcome = await exchange.PushAsync(cancellation).ConfigureAwait(false);
                if (outcome.Met is { } met)
                {
                    Take(met);
                }

                if (outcome.Pushed)
                {
                    pushed = true;
                    Log.Pushed(run.Notes.Log);
                }
            },
            isFetch: false).ConfigureAwait(false);
    }

    public RemoteReport Report() => new()
    {
        Remote = Name,
        Confirmed = exchange.IsConfirmed,
        Pushed = pushed,
        Received = [.. received.Distinct()],
        Rejected = rejected,
        Failure = failure?.Message,
        Remedy = failure?.Remedy,
        ExitCode = failure?.ExitCode ?? ExitCode.Done,
    };

    private string Name => Redaction.WithoutCredentials(remote);

    private void Take(FetchOutcome outcome)
    {
        received.AddRange(outcome.Received);
        foreach (var (replica, reason) in outcome.Rejected)
        {
            rejected[replica] = reason;
            run.Notes.Warn($"The state of {Redaction.Clean(replica)} at {Name} was refused, and its last good one stays in use: {Redaction.Clean(reason)}.");
        }

        if (outcome.FormerName is { } former)
        {
            run.Notes.Warn(
                $"This store had lost its name: {former} is in use elsewhere (was the store copied, or restored from a backup?). "
                + $"It goes on as {run.Store.Local.Replica}; nothing was lost.");
        }

        if (outcome.Twins > 0)
        {
            run.Notes.Warn($"{outcome.Twins} entries say what was written under the former name already, and were not written again.");
        }
    }

    private async Task TryAsync(Func<Task> work, bool isFetch)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (GitException error)
        {
            var exitCode = GitFailures.AtRemote(error);
            var pending = exitCode == ExitCode.Usage ? "" : " Everything is saved locally and goes out with the next run.";
            Fail(new MemoryBackupException(exitCode, error.Message, $"{error.Remedy}{pending}".Trim(), error), isFetch);
        }
        catch (MemoryBackupException error) when (error.ExitCode is ExitCode.NameInUse or ExitCode.Limit or ExitCode.RemotePending)
        {
            Fail(error, isFetch);
        }
    }

    private void Fail(MemoryBackupException error, bool isFetch)
    {
        failure = error;
        var reason = GitFailures.Reason(error.Message);
        if (isFetch)
        {
            Log.PullFailed(run.Notes.Log, reason);
        }
        else
        {
            Log.GitFailed(run.Notes.Log, reason);
        }

        exchange.RecordFailure(error.Message);
    }
}
