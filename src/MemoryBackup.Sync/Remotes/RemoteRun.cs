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

    /// <summary>Name or URL, as it was given.</summary>
    public string Given => remote;

    /// <summary>Name, or URL without credentials.</summary>
    public string Name => Redaction.WithoutCredentials(remote);

    /// <summary>Looks where the remote is, without speaking to it.</summary>
    public Task OpenAsync(CancellationToken cancellation) => exchange.OpenAsync(cancellation);

    /// <inheritdoc cref="RemoteExchange.SendAhead"/>
    public void SendAhead() => exchange.SendAhead();

    /// <summary>What is recorded of it: where it is, and which own publication it confirmed.</summary>
    public string Standing => $"{remote}\n{exchange.Standing}";

    /// <summary>Whether something was received that <see cref="TakeAsync"/> has not looked at yet.</summary>
    public bool HasReceived { get; private set; }

    /// <summary>The part of a fetch that waits for the network.</summary>
    public Task ReceiveAsync(CancellationToken cancellation) => TryAsync(
        async () =>
        {
            await exchange.ReceiveAsync(cancellation).ConfigureAwait(false);
            HasReceived = true;
        },
        isFetch: true);

    /// <summary>The rest of a fetch: checks what came, and takes what is good.</summary>
    public Task TakeAsync(CancellationToken cancellation)
    {
        HasReceived = false;
        return TryAsync(async () => Take(await exchange.TakeAsync(cancellation).ConfigureAwait(false)), isFetch: true);
    }

    /// <summary>The refs that were received last, in one text; <see langword="null"/> if the remote failed, or has refs that cannot be taken.</summary>
    public async Task<string?> TipsAsync(CancellationToken cancellation)
    {
        string? tips = null;
        await TryAsync(async () => tips = await exchange.ReceivedTipsAsync(cancellation).ConfigureAwait(false), isFetch: true).ConfigureAwait(false);
        return tips;
    }

    /// <summary>Remembers that it was asked just now and had nothing new.</summary>
    public void RecordNothingNew() => exchange.RecordNothingNew();

    /// <summary>Works out what the remote lacks.</summary>
    /// <returns>Whether that is anything, and the remote has not failed in this run.</returns>
    public async Task<bool> PrepareAsync(CancellationToken cancellation)
    {
        var lacks = false;
        await TryAsync(async () => lacks = await exchange.PrepareAsync(cancellation).ConfigureAwait(false), isFetch: false).ConfigureAwait(false);
        return lacks;
    }

    /// <summary>The part of a push that waits for the network.</summary>
    public Task SendAsync(CancellationToken cancellation) =>
        TryAsync(() => exchange.SendAsync(cancellation), isFetch: false);

    /// <summary>The rest of a push.</summary>
    /// <returns>How the round ended; <see langword="null"/> if it failed.</returns>
    public async Task<PushStep?> SettleAsync(bool isLast, CancellationToken cancellation)
    {
        PushStep? step = null;
        await TryAsync(
            async () =>
            {
                step = await exchange.SettleAsync(isLast, cancellation).ConfigureAwait(false);
                if (step == PushStep.Taken)
                {
                    pushed = true;
                    Log.Pushed(run.Notes.Log);
                }
            },
            isFetch: false).ConfigureAwait(false);
        foreach (var (replica, reason) in exchange.Withheld)
        {
            run.Notes.Warn($"{Name} does not take the newest state of {Redaction.Clean(replica)}: {Redaction.Clean(reason)}. It holds up nothing else.");
        }

        return step;
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

    // A remote that failed is left alone for the rest of the run: the next one tries again.
    private async Task TryAsync(Func<Task> work, bool isFetch)
    {
        if (!IsUp)
        {
            return;
        }

        using var scope = run.Notes.Log.BeginScope(new Dictionary<string, object> { ["remote"] = Name });
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
