using MemoryBackup.Store.Exchange;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Remotes;

/// <summary>The exchange of one run with all its remotes. They are asked at the same time, and none holds up another; what they brought is taken in the order of their names.</summary>
internal sealed class RemoteRuns
{
    private readonly RunContext run;
    private readonly IReadOnlyList<RemoteRun> remotes;

    private RemoteRuns(RunContext run, IReadOnlyList<RemoteRun> remotes) => (this.run, this.remotes) = (run, remotes);

    /// <summary>Whether there is any.</summary>
    public bool Any => remotes.Count > 0;

    /// <summary>Whether none of them failed so far.</summary>
    public bool AreUp => remotes.All(remote => remote.IsUp);

    /// <summary>Whether any of them has a ref of the replica, as far as this run has seen.</summary>
    public bool HaveRef(string replica) => remotes.Any(remote => remote.HasRef(replica));

    /// <summary>What they were given as: names or URLs.</summary>
    public IEnumerable<string> Names => remotes.Select(remote => remote.Given);

    /// <summary>How the exchange with each went.</summary>
    public IReadOnlyList<RemoteReport> Reports => [.. remotes.Select(remote => remote.Report())];

    /// <summary>That of the worst failure: a name in use before authentication, and that before anything else.</summary>
    public ExitCode ExitCode => remotes.Select(remote => remote.Report().ExitCode).DefaultIfEmpty(ExitCode.Done).Max();

    public static async Task<RemoteRuns> OpenAsync(RunContext run, IEnumerable<string> remotes, bool readOnly, CancellationToken cancellation)
    {
        var all = remotes.Select(remote => new RemoteRun(run, remote, readOnly)).ToList();
        foreach (var remote in all)
        {
            await remote.OpenAsync(cancellation).ConfigureAwait(false);
            if (!readOnly)
            {
                remote.SendAhead();
            }
        }

        return new RemoteRuns(run, all);
    }

    /// <summary>What is recorded of each: where it is, and which own publication it confirmed.</summary>
    public IEnumerable<string> Standings => remotes.Select(remote => remote.Standing);

    /// <summary>What each reports that was asked, is there, and had nothing new.</summary>
    public IReadOnlyList<RemoteReport> Unchanged => [.. remotes.Select(remote => new RemoteReport { Remote = remote.Name, Confirmed = true })];

    /// <summary>The part of a fetch that waits for the network, of all of them. The next fetch of this run goes on from it.</summary>
    public Task ReceiveAsync(CancellationToken cancellation) => ReceiveAsync([.. remotes.Where(remote => remote.IsUp)], cancellation);

    /// <summary>The refs that were received from each, in one text; <see langword="null"/> if one of them failed, or has refs that cannot be taken.</summary>
    public async Task<string?> TipsAsync(CancellationToken cancellation)
    {
        var all = new List<string>();
        foreach (var remote in remotes)
        {
            if (await remote.TipsAsync(cancellation).ConfigureAwait(false) is not { } tips)
            {
                return null;
            }

            all.Add($"{remote.Given}\n{tips}");
        }

        return string.Join('\n', all);
    }

    /// <summary>Remembers that each was asked just now and had nothing new.</summary>
    public void RecordNothingNew()
    {
        foreach (var remote in remotes)
        {
            remote.RecordNothingNew();
        }
    }

    /// <summary>Fetches what others published. Durable with the store's next commit.</summary>
    public Task FetchAsync(CancellationToken cancellation) => FetchAsync(remotes, cancellation);

    /// <summary>Sends to each what it lacks, unless it failed already in this run.</summary>
    public async Task PushAsync(CancellationToken cancellation)
    {
        for (var round = 1; round <= RemoteExchange.PushRounds; round++)
        {
            var sending = new List<RemoteRun>();
            foreach (var remote in remotes)
            {
                if (await remote.PrepareAsync(cancellation).ConfigureAwait(false))
                {
                    sending.Add(remote);
                }
            }

            if (sending.Count == 0)
            {
                return;
            }

            run.Environment.Progress($"sending to {Shown(sending)}");
            await Task.WhenAll(sending.Select(remote => remote.SendAsync(cancellation))).ConfigureAwait(false);
            var steps = new Dictionary<RemoteRun, PushStep?>();
            foreach (var remote in sending)
            {
                steps[remote] = await remote.SettleAsync(isLast: round == RemoteExchange.PushRounds, cancellation).ConfigureAwait(false);
            }

            // What one remote brings in between may be news for all of them: another round finds out.
            await FetchAsync([.. sending.Where(remote => steps[remote] == PushStep.FetchFirst)], cancellation).ConfigureAwait(false);
            if (steps.Values.All(step => step is null or PushStep.Taken))
            {
                return;
            }
        }
    }

    private async Task FetchAsync(IReadOnlyList<RemoteRun> from, CancellationToken cancellation)
    {
        var asked = from.Where(remote => remote.IsUp).ToList();
        if (asked.Count == 0)
        {
            return;
        }

        await ReceiveAsync([.. asked.Where(remote => !remote.HasReceived)], cancellation).ConfigureAwait(false);
        run.Environment.Progress($"reading what came from {Shown(asked)}");
        foreach (var remote in asked)
        {
            await remote.TakeAsync(cancellation).ConfigureAwait(false);
        }
    }

    private async Task ReceiveAsync(IReadOnlyList<RemoteRun> asked, CancellationToken cancellation)
    {
        if (asked.Count > 0)
        {
            run.Environment.Progress($"fetching from {Shown(asked)}");
            await Task.WhenAll(asked.Select(remote => remote.ReceiveAsync(cancellation))).ConfigureAwait(false);
        }
    }

    private static string Shown(IEnumerable<RemoteRun> remotes) => string.Join(", ", remotes.Select(remote => remote.Name));
}
