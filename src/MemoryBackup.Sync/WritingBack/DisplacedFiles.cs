using MemoryBackup.Store.Local;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Recording;

namespace MemoryBackup.Sync.WritingBack;

/// <summary>Looks again at files that exchanges displaced: a writer that had one open may have written late (design, section 13.11).</summary>
internal sealed class DisplacedFiles(RunContext run, MemoryFileReader reader, Recorder recorder)
{
    // Where it cannot be known who has a file open: nobody who still writes to it leaves it alone for so long.
    private static readonly TimeSpan QuietTime = TimeSpan.FromMinutes(10);

    // How long a displaced file is watched whose writer has it open and is in the middle of a write.
    private static readonly TimeSpan WriterPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(40);

    /// <summary>Records what was written late, finishes what was cut off, and removes what nobody needs any more.</summary>
    public async Task<Recorded> SettleAsync(UserFile file, RunOptions options, CancellationToken cancellation)
    {
        var recorded = Recorded.Nothing;
        if (run.Store.Local.Files.GetValueOrDefault(file.Id) is not { Displaced.Count: > 0 } tracked)
        {
            return recorded;
        }

        var remaining = new List<DisplacedFile>();
        foreach (var displaced in tracked.Displaced)
        {
            if (!options.DryRun)
            {
                run.Environment.Disk.Delete(FileReplacement.Unfinished(displaced.Path));
            }

            if (displaced.IsJournal)
            {
                if (!new Journal(run, file, displaced).TrySettle(bytes => CanBeRead(file, bytes, tracked), options.DryRun))
                {
                    remaining.Add(displaced);
                }

                continue;
            }

            // Under its second name what was displaced lies if a run was killed on a system without an exchange.
            foreach (var path in new[] { displaced.Path, FileReplacement.Former(displaced.Path) }.Where(File.Exists))
            {
                var (late, left) = await TakeAsync(file, displaced with { Path = path }, options, cancellation).ConfigureAwait(false);
                recorded = recorded.And(late ?? Recorded.Nothing);
                if (left is not null)
                {
                    remaining.Add(left);
                }
            }
        }

        // Made durable with the next commit: a record of a file that is gone does no harm.
        var local = run.Store.Local;
        run.Store.Remember(local with
        {
            Files = new Dictionary<string, TrackedFile>(local.Files) { [file.Id] = local.Files[file.Id] with { Displaced = remaining } },
        });
        return recorded;
    }

    /// <summary>Records what one displaced file says that is not known yet, and removes it once nobody has it open.</summary>
    /// <returns>What was recorded; <see langword="null"/> if nothing was new. And the file as it is to be looked at again.</returns>
    public async Task<(Recorded? Late, DisplacedFile? Remaining)> TakeAsync(
        UserFile file,
        DisplacedFile displaced,
        RunOptions options,
        CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();
        while (true)
        {
            // Asked before it is read: what nobody has open by then is whole, and what is read while somebody writes may be half of it.
            var isOpen = run.Environment.IsOpen(displaced.Path);
            if (TryRead(displaced) is not { } content)
            {
                return (null, File.Exists(displaced.Path) ? displaced : null);
            }

            var isQuiet = IsQuiet(isOpen, content);
            var tracked = run.Store.Local.Files[file.Id];
            if (content.Hash == displaced.Hash || tracked.States.Any(state => state.Hash == content.Hash))
            {
                return (null, Remove(displaced, content, isQuiet, options));
            }

            if (TryParse(file, displaced, content, tracked, out var failure) is { } late
                && (isQuiet || !ShowsDeletes(late, displaced, tracked)))
            {
                var recorded = await recorder.RecordAsync(file, late, options, displaced, cancellation).ConfigureAwait(false);
                return (recorded, Remove(displaced, content, isQuiet, options));
            }

            if (run.Environment.Time.GetElapsedTime(started) > WriterPatience || isQuiet)
            {
                run.Notes.Warn(
                    $"{file.Given} was being written when it was exchanged; what was displaced is kept as {displaced.Path} and looked at again by the next run"
                    + (failure is null ? "." : $": {failure}"));
                return (null, displaced);
            }

            content.GiveUp();
            await Task.Delay(PollInterval, run.Environment.Time, cancellation).ConfigureAwait(false);
        }
    }

    private DisplacedFile? Remove(DisplacedFile displaced, FileContent known, bool isQuiet, RunOptions options)
    {
        var left = displaced with { Hash = known.Hash };
        if (options.DryRun || !(isQuiet || IsQuiet(run.Environment.IsOpen(displaced.Path), known)) || TryRead(displaced, file => file.ReadHash(run.Settings.FileBytesMax)) != known.Hash)
        {
            return left;
        }

        FileReplacement.Discard(run.Environment.Disk, displaced.Path);
        return File.Exists(displaced.Path) ? left : null;
    }

    private bool IsQuiet(bool? isOpen, FileContent content) => isOpen is { } known ? !known : run.Now - content.ModifiedAt > QuietTime;

    // Deletes that a writer shows in the middle of its write are most often what it has not written yet.
    private bool ShowsDeletes(FoundFile late, DisplacedFile displaced, TrackedFile tracked) =>
        StartingPoint.OfDisplaced(late, displaced, tracked, run.Store, run.Number).Baseline.Keys.Any(key => !late.Entries.Has(key));

    private FileContent? TryRead(DisplacedFile displaced) => TryRead(displaced, file => file.Read(run.Settings.FileBytesMax, run.Snapshots));

    private T? TryRead<T>(DisplacedFile displaced, Func<UserFile, T?> read)
        where T : class
    {
        try
        {
            return read(UserFile.At(displaced.Path));
        }
        catch (MemoryBackupException error)
        {
            run.Notes.Warn($"{displaced.Path}, which a write-back displaced, is kept: {error.Message}");
            return null;
        }
    }

    private FoundFile? TryParse(UserFile file, DisplacedFile displaced, FileContent content, TrackedFile tracked, out string? failure)
    {
        try
        {
            failure = null;
            return reader.Parse(file, content, tracked);
        }
        catch (MemoryBackupException error)
        {
            failure = error.Message;
            return null;
        }
    }

    private bool CanBeRead(UserFile file, FileContent content, TrackedFile tracked)
    {
        try
        {
            reader.Parse(file, content, tracked);
            return true;
        }
        catch (MemoryBackupException)
        {
            return false;
        }
    }
}
