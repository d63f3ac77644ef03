using MemoryBackup.Crdt;
using MemoryBackup.Store.Local;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Forgetting;
using MemoryBackup.Sync.Recording;
using MemoryBackup.Sync.Remotes;
using MemoryBackup.Sync.Reports;
using MemoryBackup.Sync.Unchanged;
using MemoryBackup.Sync.WritingBack;

namespace MemoryBackup.Sync;

/// <summary>One run of <c>backup</c> or <c>sync</c> over one file (design, section 6).</summary>
internal sealed class FileRun
{
    // A writer may change the file in every round. What was found is safe after each, so stopping costs nothing but time.
    private const int RoundsMax = 10;

    private readonly RunContext run;
    private readonly UserFile file;
    private readonly RunOptions options;
    private readonly RemoteRuns remotes;
    private readonly MemoryFileReader reader;
    private readonly Recorder recorder;
    private readonly WriteBack writeBack;
    private readonly DisplacedFiles displacedFiles;
    private Recorded recorded = Recorded.Nothing;
    private Changes received = Changes.None;
    private IReadOnlyList<EntryKey> unplaced = [];
    private int? entriesFound;
    private int entriesAfter;

    public FileRun(RunContext run, UserFile file, RunOptions options, RemoteRuns remotes)
    {
        this.run = run;
        this.file = file;
        this.options = options;
        this.remotes = remotes;
        reader = new MemoryFileReader(run);
        recorder = new Recorder(run);
        displacedFiles = new DisplacedFiles(run, reader, recorder);
        writeBack = new WriteBack(run, displacedFiles);
    }

    /// <summary>Records the file and sends it.</summary>
    public async Task<RunReport> BackupAsync(CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();
        var unchanged = new UnchangedCheck(run, "backup", file, options, remotes);
        if (await unchanged.FindAsync(fetches: false, cancellation).ConfigureAwait(false) is { } record)
        {
            return Report(record, run.Environment.Time.GetElapsedTime(started));
        }

        run.Environment.ReadingBegins(run.Settings.MemoryMegabytesMax);
        await MeetAsync(cancellation).ConfigureAwait(false);
        recorded = await displacedFiles.SettleAsync(file, options, cancellation).ConfigureAwait(false);
        var found = await RecordAsync(cancellation).ConfigureAwait(false) ?? throw Missing();

        await CarryOutAsync(cancellation).ConfigureAwait(false);
        if (!options.DryRun)
        {
            JoinForReport();
            await remotes.PushAsync(cancellation).ConfigureAwait(false);
        }

        entriesAfter = entriesFound ?? 0;
        var report = Report(run.Environment.Time.GetElapsedTime(started));
        await unchanged.KeepAsync(report, found.Content.Hash, fetches: false, cancellation).ConfigureAwait(false);
        return report;
    }

    /// <summary>Records the file, fetches, writes back, and sends.</summary>
    public async Task<RunReport> SyncAsync(CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();
        var unchanged = new UnchangedCheck(run, "sync", file, options, remotes);
        if (await unchanged.FindAsync(fetches: true, cancellation).ConfigureAwait(false) is { } record)
        {
            return Report(record, run.Environment.Time.GetElapsedTime(started));
        }

        run.Environment.ReadingBegins(run.Settings.MemoryMegabytesMax);
        var met = await MeetAsync(cancellation).ConfigureAwait(false);
        recorded = await displacedFiles.SettleAsync(file, options, cancellation).ConfigureAwait(false);
        var found = await RecordAsync(cancellation).ConfigureAwait(false);
        if (!met)
        {
            await remotes.FetchAsync(cancellation).ConfigureAwait(false);
        }

        await CarryOutAsync(cancellation).ConfigureAwait(false);
        if (found is null && !run.Store.Local.Files.ContainsKey(file.Id) && run.Store.All().Keys.Count == 0)
        {
            throw Missing();
        }

        try
        {
            await MergeAsync(found, cancellation).ConfigureAwait(false);
        }
        catch (MemoryBackupException) when (!options.DryRun)
        {
            // That the file cannot be written, or read again, is no reason to keep from others what was found in it.
            await remotes.PushAsync(cancellation).ConfigureAwait(false);
            throw;
        }

        var report = Report(run.Environment.Time.GetElapsedTime(started));
        if (found is not null)
        {
            await unchanged.KeepAsync(report, found.Content.Hash, fetches: true, cancellation).ConfigureAwait(false);
        }

        return report;
    }

    // After the file was recorded, so that what was written to it at the same time counts as that, and before anything is written into it.
    private async Task CarryOutAsync(CancellationToken cancellation)
    {
        if (!options.DryRun)
        {
            await ForgettingStep.CarryOutAsync(run, cancellation).ConfigureAwait(false);
            await run.Store.PutPublishedRightAsync(cancellation).ConfigureAwait(false);
        }
    }

    private async Task MergeAsync(FoundFile? found, CancellationToken cancellation)
    {
        for (var round = 1; ; round++)
        {
            var (expected, interfered) = await WriteBackAsync(found, cancellation).ConfigureAwait(false);
            if (options.DryRun)
            {
                break;
            }

            if (!interfered)
            {
                await remotes.PushAsync(cancellation).ConfigureAwait(false);
            }

            // Once more: a writer may have come while the network was busy.
            if (!interfered && file.ReadHash(run.Settings.FileBytesMax) == expected)
            {
                await writeBack.RememberSeenAsync(file, cancellation).ConfigureAwait(false);
                break;
            }

            if (round == RoundsMax)
            {
                run.Notes.Warn($"{file.Given} kept changing during {RoundsMax} rounds. What was found is saved; the next run goes on.");
                break;
            }

            found = await RecordAsync(cancellation).ConfigureAwait(false);
        }
    }

    // A file that is met for the first time may be an old copy, or say what everyone knows: only with the others' states at hand can that
    // be told (design, section 6.3).
    private async Task<bool> MeetAsync(CancellationToken cancellation)
    {
        if (!remotes.Any || run.Store.Local.Files.ContainsKey(file.Id))
        {
            return false;
        }

        await remotes.FetchAsync(cancellation).ConfigureAwait(false);
        return true;
    }

    private async Task RecogniseAsync(FoundFile found, CancellationToken cancellation)
    {
        var local = run.Store.Local;
        if (local.Files.GetValueOrDefault(file.Id) is not { IsFromElsewhere: true } tracked)
        {
            return;
        }

        var files = new Dictionary<string, TrackedFile>(local.Files);
        if (Familiarity.IsSameFile(found, tracked, run.Store))
        {
            files[file.Id] = tracked with { IsFromElsewhere = false };
            run.Store.Remember(local with { Files = files });
            return;
        }

        run.Notes.Warn($"The store came from another machine, and {file.Given} is another file here: it is met for the first time, and nothing of the other one counts as deleted.");
        files.Remove(file.Id);
        run.Store.Remember(local with { Files = files });
        await MeetAsync(cancellation).ConfigureAwait(false);
    }

    private async Task<FoundFile?> RecordAsync(CancellationToken cancellation)
    {
        run.Environment.Progress($"reading {file.Given}");
        run.Store.ReadAhead();
        var found = await reader.ReadAsync(file, cancellation).ConfigureAwait(false);
        if (found is null)
        {
            return null;
        }

        await RecogniseAsync(found, cancellation).ConfigureAwait(false);
        entriesFound ??= found.Entries.Count;
        foreach (var duplicate in found.Duplicates)
        {
            run.Notes.Warn(
                $"{file.Given} has the entry {duplicate.Key.Display()} twice, in lines {duplicate.EarlierLine} and {duplicate.LaterLine}; the later one counts.");
        }

        Log.Prepared(run.Notes.Log, found.Entries.Count, file.Given);
        var now = await recorder.RecordAsync(file, found, options, displaced: null, cancellation).ConfigureAwait(false);
        recorded = recorded.And(now);
        return found;
    }

    private async Task<(string Expected, bool Interfered)> WriteBackAsync(FoundFile? found, CancellationToken cancellation)
    {
        run.Environment.Progress($"merging into {file.Given}");
        if (found is null && options.AcceptDeletes && run.Store.Local.Files.ContainsKey(file.Id))
        {
            throw new MemoryBackupException(
                ExitCode.InvalidData,
                $"{file.Given} is gone, and --accept-deletes would delete all that it had.",
                "Nothing was changed. Run without the flag to put the file back, or empty it to delete its entries.");
        }

        run.Memory.Check();
        var live = run.Store.All();
        run.Memory.Check();
        var plan = WriteBackPlan.Of(run, file, found, live);
        unplaced = plan.Unplaced;
        entriesAfter = plan.Entries;
        if (unplaced.Count > 0)
        {
            run.Notes.Warn($"{unplaced.Count} entries of the space have no place in a file of this format and stay in the store alone, such as {unplaced[0].Display()}.");
        }

        var changes = new Changes(Shown(plan.Added), Shown(plan.Changed), Shown(plan.Deleted));
        received = received.And(changes);
        if (options.DryRun)
        {
            return (plan.State.Hash, false);
        }

        var interference = await writeBack.ApplyAsync(file, found, plan, options, cancellation).ConfigureAwait(false);
        if (interference is not null)
        {
            recorded = recorded.And(interference);
        }
        else if (changes.Any)
        {
            Log.WroteBack(run.Notes.Log, changes.Count, file.Given);
        }

        return (plan.State.Hash, interference is not null);
    }

    // Meanwhile a remote on this machine takes in what it has been sent. Should it fail, others get all the same what was found.
    private void JoinForReport()
    {
        try
        {
            run.Store.All();
        }
        catch (Exception error) when (error is OutOfMemoryException or MemoryBackupException)
        {
        }
    }

    private RunReport Report(TimeSpan elapsed)
    {
        var live = run.Store.All();
        return new RunReport
        {
            File = file.Path,
            Space = run.Settings.Space,
            Replica = run.Store.Local.Replica,
            Host = run.Settings.Host,
            DryRun = options.DryRun,
            Entries = entriesFound ?? 0,
            Recorded = new Changes(Shown(recorded.Added), Shown(recorded.Changed), Shown(recorded.Deleted)),
            Received = received,
            EntriesAfter = entriesAfter,
            Publication = run.Store.Own?.Header.Publication.Number ?? 0,
            Conflicts = Conflicts.Of(live),
            OldCopies = Shown(recorded.OldCopies),
            Unplaced = Shown(unplaced),
            KeptForStaleWriter = Shown(recorded.Kept),
            Warnings = [.. run.Notes.Warnings],
            Remotes = remotes.Reports,
            ExitCode = remotes.ExitCode,
            Elapsed = elapsed,
        };
    }

    private RunReport Report(UnchangedRecord record, TimeSpan elapsed)
    {
        Log.Prepared(run.Notes.Log, record.Entries, file.Given);
        return new RunReport
        {
            File = file.Path,
            Space = run.Settings.Space,
            Replica = run.Store.Local.Replica,
            Host = run.Settings.Host,
            DryRun = false,
            Entries = record.Entries,
            Recorded = Changes.None,
            EntriesAfter = record.Entries,
            Publication = record.Publication,
            Remotes = remotes.Unchanged,
            ExitCode = ExitCode.Done,
            Elapsed = elapsed,
        };
    }

    private MemoryBackupException Missing() => run.Store.Local.Files.ContainsKey(file.Id)
        ? new MemoryBackupException(
            ExitCode.InvalidData,
            $"{file.Given} is gone, and was backed up before; a backup of nothing would delete all that it had.",
            "Nothing was changed. Run sync to put the file back.")
        : remotes.Reports.FirstOrDefault(report => report.ExitCode == remotes.ExitCode) is { Failure: { } failure } report
        ? new MemoryBackupException(report.ExitCode, $"There is no file {file.Given}, and nothing came that could be written into it: {failure}", report.Remedy ?? "")
        : new MemoryBackupException(ExitCode.InvalidData, $"There is no file {file.Given}.", "Nothing was changed. Check the path.");

    private IReadOnlyList<string> Shown(IReadOnlyList<EntryKey> keys) => run.Store.Forgotten.Any ? [.. keys.Select(Shown)] : new ShownKeys(keys);

    // Its name may be as secret as what it said.
    private string Shown(EntryKey key) => run.Store.Forgotten.About(key.Text).Count > 0 && run.Store.All().Face(key) is null ? "(forgotten)" : key.Display();
}
