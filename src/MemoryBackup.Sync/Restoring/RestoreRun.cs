using System.Globalization;
using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.History;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Remotes;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Restoring;

/// <summary>One run of <c>restore</c>: finds what was there, and brings it where it was asked for.</summary>
internal sealed class RestoreRun(RunContext run, RestoreRequest request, RemoteRuns remotes)
{
    public async Task<RestoreReport> RunAsync(CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();
        var target = RestoredFile.Target(run, request.Output);
        await remotes.FetchAsync(cancellation).ConfigureAwait(false);

        var states = await StatesAt.OpenAsync(run.Store, cancellation).ConfigureAwait(false);
        var past = await new PastChoice(run, states).ReadAsync(request, cancellation).ConfigureAwait(false);
        foreach (var note in past.Memory?.Notes ?? [])
        {
            run.Notes.Warn(note);
        }

        run.Memory.Check();
        var report = request.IntoMemory
            ? await IntoMemoryAsync(past, cancellation).ConfigureAwait(false)
            : IntoFile(past, target);
        return report with
        {
            Publication = run.Store.Own?.Header.Publication.Number ?? 0,
            Warnings = [.. run.Notes.Warnings],
            Remotes = remotes.Reports,
            ExitCode = remotes.ExitCode,
            Elapsed = run.Environment.Time.GetElapsedTime(started),
        };
    }

    private async Task<RestoreReport> IntoMemoryAsync(Restorable past, CancellationToken cancellation)
    {
        var live = run.Store.All();
        var plan = RestorePlan.Of(past, live, request.Exact);
        Guard(plan, live);
        if (!request.DryRun)
        {
            run.Environment.Progress("writing into the memory");
            await RestoreRecorder.RecordAsync(run, plan, live, Message(past), cancellation).ConfigureAwait(false);
            await remotes.PushAsync(cancellation).ConfigureAwait(false);
        }

        return Report(past) with { Changes = plan.Changes, Kept = [.. plan.Kept.Select(key => key.Display())] };
    }

    private RestoreReport IntoFile(Restorable past, UserFile? target)
    {
        var file = RestoredFile.Of(past.Entries, request, run.Settings);
        if (file.Unplaced.Count > 0 && file.Unplaced.Count == past.Entries.Count)
        {
            throw new MemoryBackupException(
                ExitCode.Usage,
                $"A file of the format {file.Format} has no place for what was there, such as {Redaction.Clean(file.Unplaced[0].Display())}.",
                "Nothing was changed. Choose another --format, or another name for the file.");
        }

        run.Memory.Check();
        if (target is not null && !request.DryRun)
        {
            OutputFile.Write(run.Environment.Disk, target, [file.Bytes]);
        }

        return Report(past) with
        {
            Output = target?.Path,
            Format = file.Format.ToString(),
            Unplaced = [.. file.Unplaced.Select(key => key.Display())],
            Content = file.Bytes,
        };
    }

    // The deletes go to every machine, and a time that was mistyped would take along all that was written since.
    private void Guard(RestorePlan plan, Memory live)
    {
        var had = live.Keys.Count;
        if (!request.DryRun && !request.AcceptDeletes && plan.Deleted.Count > run.Settings.GuardEntries && plan.Deleted.Count > run.Settings.GuardShare * had)
        {
            throw new MemoryBackupException(
                ExitCode.InvalidData,
                $"Refused a mass deletion: {plan.Deleted.Count} of {had} entries were not there at that time, and --exact would delete them.",
                "Nothing was changed. Look at them with --dry-run; if the deletes are meant, run again with --accept-deletes.");
        }
    }

    private string Message(Restorable past) => past.Memory is { } then
        ? string.Create(CultureInfo.InvariantCulture, $"Restore what was there at {then.Time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} on {run.Settings.Host}")
        : $"Restore {past.UniqueId} on {run.Settings.Host}";

    private RestoreReport Report(Restorable past) => new()
    {
        Space = run.Settings.Space,
        Replica = run.Store.Local.Replica,
        Host = run.Settings.Host,
        DryRun = request.DryRun,
        At = past.Memory?.Time,
        Sources = [.. (past.Memory?.States ?? []).Select(state => new RestoreSource(
            state.Header.Replica, state.Header.Host, state.Header.Publication.Number, state.Commit.ToString(), state.CommittedAt.ToUniversalTime()))],
        Entry = past.Entry?.Display(),
        UniqueId = past.UniqueId,
        Entries = past.Entries.Count,
        IntoMemory = request.IntoMemory,
        Publication = 0,
        ExitCode = ExitCode.Done,
        Elapsed = TimeSpan.Zero,
    };
}
