using MemoryBackup.Crdt;
using MemoryBackup.Store.Local;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Forgetting;

namespace MemoryBackup.Sync.Recording;

/// <summary>Turns what was found in a file into versions, and makes them durable together with the file's new baseline.</summary>
internal sealed class Recorder(RunContext run)
{
    /// <summary>Records the file as it was found.</summary>
    /// <param name="file">The file.</param>
    /// <param name="found">What was found.</param>
    /// <param name="options">What the run was asked for.</param>
    /// <param name="displaced">The file that the bytes lie in, if a write-back displaced them: they come before the newest state, and are no state in place.</param>
    /// <param name="cancellation">Ends the run between steps.</param>
    /// <exception cref="MemoryBackupException">The guard refused, or the store could not be written. Nothing was changed.</exception>
    public Task<Recorded> RecordAsync(UserFile file, FoundFile found, RunOptions options, DisplacedFile? displaced, CancellationToken cancellation) =>
        RecordAsync(file, found, options, displaced, imported: null, cancellation);

    /// <summary>Records what was found in a file that is taken over: with the stamps and hosts that it gives, and without deletes.</summary>
    public Task<Recorded> RecordAsync(UserFile file, FoundFile found, RunOptions options, ImportedFrom imported, CancellationToken cancellation) =>
        RecordAsync(file, found, options, displaced: null, imported, cancellation);

    private async Task<Recorded> RecordAsync(
        UserFile file,
        FoundFile found,
        RunOptions options,
        DisplacedFile? displaced,
        ImportedFrom? imported,
        CancellationToken cancellation)
    {
        var store = run.Store;
        var tracked = store.Local.Files.GetValueOrDefault(file.Id);
        if (displaced is null && tracked is { Newest.SeenInRun: > 0 } && tracked.Newest.Hash == found.Content.Hash && (tracked.Newest.Forgotten.Count == 0 || !options.AsNew))
        {
            ForgottenEntries.Warn(run, file, tracked.Newest.Forgotten.Count);
            return Recorded.Nothing; // Most runs find nothing new, and end here.
        }

        // What a former run had learned of and was killed before: the states that it learned may be clean already, and the file, which is not, would look as if
        // its program had written it anew.
        if (tracked is not null && imported is null && !options.DryRun)
        {
            await ForgettingStep.CarryOutAsync(run, cancellation).ConfigureAwait(false);
            tracked = store.Local.Files[file.Id];
        }

        var start = displaced is null
            ? StartingPoint.Of(found, tracked, store, run.Number)
            : StartingPoint.OfDisplaced(found, displaced, tracked!, store, run.Number);
        if (start.IsExact && displaced is not null)
        {
            return Recorded.Nothing;
        }

        var live = store.All();
        var difference = Difference.Of(found, start.Baseline, live);
        run.Memory.Check();
        difference.LeaveOut(options.AsNew && imported is null
            ? new Dictionary<EntryKey, string>()
            : ForgottenEntries.In(found, imported is null ? tracked : null, store, live));
        ForgottenEntries.Warn(run, file, difference.Forgotten.Count);
        await AdoptOldCopiesAsync(tracked is null ? null : start.Baseline, imported is not null, found, difference, live, options, cancellation).ConfigureAwait(false);
        if (imported is not null)
        {
            difference.Deleted.Clear();
            LeaveOutWhatIsOlder(start, difference);
        }
        else
        {
            KeepWhatWasNotLoaded(tracked, start, found, difference, mayBeDeleted: displaced is null);
        }

        Guard(file, found, tracked, start, difference, options, displaced);
        var synced = displaced is null && imported is null && !options.DryRun
            ? store.Repository.Program.RunBesideAsync(() => SyncBefore(file))
            : Task.CompletedTask;
        if (difference.Written.Count + difference.Deleted.Count > 0)
        {
            await store.WillPublishAsync(store.OwnState.Versions.Count + difference.Written.Count, cancellation).ConfigureAwait(false);
        }

        var recording = new FileRecording(run, file, found, tracked, start, difference, displaced is not null, imported, synced);
        await recording.RunAsync(options.DryRun, cancellation).ConfigureAwait(false);
        run.Memory.Check();
        var (changed, added) = difference.Written.Part(entry => start.Baseline.Has(entry.Key));
        return new Recorded
        {
            Added = added.Keys(),
            Changed = changed.Keys(),
            Deleted = difference.Deleted,
            OldCopies = difference.OldCopies,
            Kept = difference.Kept,
        };
    }

    // Most programs leave it to the kernel when their files reach the disk. Were what is recorded now not there yet, a loss of power would set the file back
    // behind its record, and what it lacks then would look deleted. Where it cannot be synced it is as safe as its program left it.
    private void SyncBefore(UserFile file)
    {
        try
        {
            run.Environment.Disk.SyncContent(file.Path);
            run.Environment.Disk.SyncFolder(file.Folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    // Bytes that are out of the way already can wait for nobody's confirmation: their writes are taken, and what they lack stays.
    private void Guard(
        UserFile file,
        FoundFile found,
        TrackedFile? tracked,
        StartingPoint start,
        Difference difference,
        RunOptions options,
        DisplacedFile? displaced)
    {
        var had = Math.Max(start.Baseline.Keys.Count, tracked is null || start.IsNewest ? 0 : Baseline.Of(tracked.Newest, run.Store).Keys.Count);
        if (options.AcceptDeletes
            || DeleteGuard.Objection(file.Given, difference.Deleted.Count, had, found.Entries.Count, run.Settings) is not { } objection)
        {
            return;
        }

        if (displaced is null)
        {
            throw DeleteGuard.Refused(objection);
        }

        run.Notes.Warn($"During an exchange of the file, a program deleted much, which was not recorded: {objection} To delete them all the same, delete them again.");
        difference.Deleted.Clear();
    }

    private async Task AdoptOldCopiesAsync(
        Baseline? known,
        bool isImported,
        FoundFile found,
        Difference difference,
        Memory live,
        RunOptions options,
        CancellationToken cancellation)
    {
        if ((known is not null && !isImported) || options.AsNew || difference.Written.Count == 0 || !OldCopies.MayBeFound(run.Store))
        {
            return;
        }

        // In a file that is taken over once more, only what it had not before is met for the first time.
        var candidates = difference.Written.Where(entry => known?.Face(entry.Key) is null).ToDictionary(entry => entry.Key, entry => found.Entries[entry.Key]);
        difference.Adopt(await OldCopies.FindAsync(run.Store, candidates, cancellation).ConfigureAwait(false), live);
        if (difference.OldCopies.Count > 0)
        {
            run.Notes.Warn(
                $"{difference.OldCopies.Count} entries are old copies of what was replaced or deleted since, and were not written: "
                + $"{Names(difference.OldCopies)}. To write them all the same, run with --as-new.");
        }
    }

    // The predecessor's branches hold its files in several states, and the newer one may have been taken in first.
    private static void LeaveOutWhatIsOlder(StartingPoint start, Difference difference) => difference.Written.RemoveAll(entry =>
        start.Baseline.Face(entry.Key) is { } face
        && ScriptMetadata.Read(entry.Metadata).Timestamp is { IsInRange: true } stamp
        && stamp <= face.Primary.Stamp);

    // What was written into displaced bytes is taken as far as it says something; of what it lacks nothing more is deleted than it shows to have loaded.
    private void KeepWhatWasNotLoaded(TrackedFile? tracked, StartingPoint start, FoundFile found, Difference difference, bool mayBeDeleted)
    {
        if (tracked is null || start.IsNewest)
        {
            return;
        }

        var newest = Baseline.Of(tracked.Newest, run.Store);
        var missing = newest.Keys
            .Where(key => !found.Entries.Has(key) && start.Baseline.Face(key) is null && WasIn(key, start.Overtaken.Where(state => state.SeenInRun > 0)))
            .Order()
            .ToList();

        // Nobody deletes what came in this very run: only what was there when an earlier one ended counts as given back.
        var settled = start.Overtaken.Where(state => StartingPoint.IsSettled(state, run.Number)).ToList();
        var again = missing
            .Where(key => mayBeDeleted && !tracked.HasWriterThatNeverReloads && tracked.BroughtBack.Contains(key.Text) && WasIn(key, settled))
            .ToHashSet();
        difference.Deleted.AddRange(again);
        difference.Kept.AddRange(missing.Where(key => !again.Contains(key)));
        difference.BroughtBack.AddRange(difference.Kept.Where(key => WasIn(key, settled)));
        difference.Kept.AddRange(ChangesNotLoaded(start, found));
        if (difference.Kept.Count > 0)
        {
            run.Notes.Warn(
                $"A program saved an older state of the file: {difference.Kept.Count} entries, or changes of them, that it had not loaded were kept: {Names(difference.Kept)}.");
        }
    }

    // Entries that say what they said at the starting point, and said something else in the file since: that is kept, and has to be told as well.
    private IEnumerable<EntryKey> ChangesNotLoaded(StartingPoint start, FoundFile found)
    {
        if (start.Overtaken.LastOrDefault(state => state.SeenInRun > 0) is not { } seen)
        {
            return [];
        }

        var baseline = Baseline.Of(seen, run.Store);
        return baseline.Keys
            .Where(key => found.Entries.Find(key) is { } entry && start.Baseline.Face(key) is not null && baseline.Differs(key, entry) && !start.Baseline.Differs(key, entry))
            .Order();
    }

    // A state that was about to be written when the run was killed, nobody can have failed to load.
    private bool WasIn(EntryKey key, IEnumerable<FileState> states) =>
        states.Any(state => run.Store.VersionsOf(key).Any(version => state.Dots.Contains(version.Dot)));

    private static string Names(IReadOnlyCollection<EntryKey> keys)
    {
        const int shown = 5;
        var names = string.Join(", ", keys.Take(shown).Select(key => key.Display()));
        return keys.Count > shown ? $"{names} and {keys.Count - shown} more" : names;
    }
}
