using MemoryBackup.Store.Retiring;
using MemoryBackup.Store.States;
using MemoryBackup.Sync.Remotes;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Retiring;

/// <summary>One run of <c>retire</c>: takes over what replicas left that are gone, makes that durable, and has their refs deleted.</summary>
/// <remarks>
/// An older state than the newest one may be taken over without harm: the newer one counts, and its ref is not deleted (design, section 13.3).
/// But where the remote could not be asked, a replica that is alive would look dead; so nothing is done then unless it was left alone on purpose.
/// </remarks>
internal sealed class RetireRun(RunContext run, RetireOptions options, RemoteRuns remotes)
{
    public async Task<RetireReport> RunAsync(CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();
        await remotes.FetchAsync(cancellation).ConfigureAwait(false);
        var choice = remotes.AreUp ? RetireChoice.Of(run.Store, options, run.Now) : new RetireChoice([], []);
        WarnOfNewer(choice.Chosen);
        if (choice.Chosen.Count > 0)
        {
            await TakeOverAsync(choice.Chosen, cancellation).ConfigureAwait(false);
        }

        if (!options.DryRun)
        {
            await remotes.PushAsync(cancellation).ConfigureAwait(false);
        }

        return new RetireReport
        {
            Space = run.Settings.Space,
            Replica = run.Store.Local.Replica,
            Host = run.Settings.Host,
            DryRun = options.DryRun,
            Retired = [.. choice.Chosen.Select(Report)],
            Already = choice.Already,
            Publication = run.Store.Own?.Header.Publication.Number ?? 0,
            Warnings = [.. run.Notes.Warnings],
            Remotes = remotes.Reports,
            ExitCode = remotes.ExitCode,
            Elapsed = run.Environment.Time.GetElapsedTime(started),
        };
    }

    private async Task TakeOverAsync(IReadOnlyList<PublishedState> chosen, CancellationToken cancellation)
    {
        run.Environment.Progress("taking over");
        if (options.DryRun)
        {
            TakeOver.Check(run.Store, chosen);
            return;
        }

        await TakeOver.RunAsync(run.Store, chosen, run.Settings.Host, run.Environment.Random, run.Now, cancellation).ConfigureAwait(false);
    }

    private void WarnOfNewer(IReadOnlyList<PublishedState> chosen)
    {
        var missing = run.Store.Missing();
        foreach (var replica in chosen.Select(state => state.Header.Replica).Where(missing.Contains))
        {
            run.Notes.Warn($"Somebody knows a newer state of {replica} than is known here. What is known here is taken over; the newer one counts as soon as it arrives.");
        }
    }

    private RetiredReplica Report(PublishedState state) => new(
        state.Header.Replica,
        state.Header.Host,
        state.Header.Publication.Number,
        state.Header.Entries,
        state.CommittedAt.ToUniversalTime(),
        [.. state.Adopted.Keys.Order(StringComparer.Ordinal)],
        !remotes.Any || options.DryRun ? null : !remotes.HaveRef(state.Header.Replica));
}
