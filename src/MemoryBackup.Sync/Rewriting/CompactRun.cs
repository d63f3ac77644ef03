using System.Globalization;
using MemoryBackup.Git;
using MemoryBackup.Store;
using MemoryBackup.Store.Rewriting;
using MemoryBackup.Sync.Remotes;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Rewriting;

/// <summary>One run of <c>compact</c>: the own history without what is older than a retention.</summary>
/// <param name="run">The run.</param>
/// <param name="options">What was asked for.</param>
/// <param name="remotes">The remotes, if there are any.</param>
/// <param name="isDefaultStore">The repository is the program's own: nobody else would look after it.</param>
internal sealed class CompactRun(RunContext run, CompactOptions options, RemoteRuns remotes, bool isDefaultStore)
{
    public async Task<CompactReport> RunAsync(CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();

        // First, since a store that lost its name has another history to shorten.
        await remotes.FetchAsync(cancellation).ConfigureAwait(false);
        run.Environment.Progress("reading history");
        var store = run.Store;
        var since = run.Now - options.Keep;
        var history = await OwnHistory.ReadAsync(store, cancellation).ConfigureAwait(false);
        var retention = history.Count == 0 ? new Retention([], []) : Retention.Of(store, history, since);
        var bytes = retention.Gone.Count == 0 ? 0 : await OwnHistory.BytesOfAsync(store, retention.Gone[^1], retention.Kept, cancellation).ConfigureAwait(false);
        if (!options.DryRun)
        {
            await ShortenAsync(retention, cancellation).ConfigureAwait(false);
        }

        return new CompactReport
        {
            Space = run.Settings.Space,
            Replica = store.Local.Replica,
            Host = run.Settings.Host,
            DryRun = options.DryRun,
            Since = since,
            Publications = history.Count,
            Removed = retention.Gone.Count,
            Bytes = bytes,
            Begins = retention.Kept.Count > 0 ? retention.Kept[0].Time : null,
            Publication = store.Own?.Header.Publication.Number ?? 0,
            Warnings = [.. run.Notes.Warnings],
            Remotes = remotes.Reports,
            ExitCode = remotes.ExitCode,
            Elapsed = run.Environment.Time.GetElapsedTime(started),
        };
    }

    private async Task ShortenAsync(Retention retention, CancellationToken cancellation)
    {
        if (retention.Gone.Count > 0)
        {
            run.Environment.Progress("rewriting history");
            var change = new StoreChange
            {
                History = retention.Kept,
                Local = run.Store.Local with { Run = run.Number },
                Host = run.Settings.Host,
                Message = string.Create(CultureInfo.InvariantCulture, $"Shorten history by {retention.Gone.Count} publications on {run.Settings.Host}"),
            };
            await run.Store.CommitAsync(change, run.Environment.Random, run.Now, cancellation).ConfigureAwait(false);
        }

        // Also with nothing to shorten: an earlier push may have failed.
        await remotes.PushAsync(cancellation).ConfigureAwait(false);

        if (isDefaultStore)
        {
            await MaintainAsync(cancellation).ConfigureAwait(false);
        }
    }

    // Git takes unreachable objects away when they are two weeks old, and only when there is enough to do. Killed, it leaves the store in order.
    private async Task MaintainAsync(CancellationToken cancellation)
    {
        run.Environment.Progress("tidying up the store");
        try
        {
            await run.Store.Repository.MaintainAsync(cancellation).ConfigureAwait(false);
        }
        catch (GitException error)
        {
            run.Notes.Warn($"History is shortened, but Git's maintenance of the store did not end: {GitFailures.Reason(error.Message)}. A later run goes on with it.");
        }
    }
}
