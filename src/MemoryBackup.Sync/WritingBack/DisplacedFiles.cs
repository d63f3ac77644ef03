using MemoryBackup.Store.Local;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Recording;

namespace MemoryBackup.Sync.WritingBack;

/// <summary>Looks again at files that earlier exchanges displaced: a writer that had one open may have written late (design, section 13.11).</summary>
internal sealed class DisplacedFiles(RunContext run, MemoryFileReader reader, Recorder recorder)
{
    // Where it cannot be known who has a file open: nobody who still writes to it leaves it alone for so long.
    private static readonly TimeSpan QuietTime = TimeSpan.FromMinutes(10);

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
            if (!File.Exists(displaced.Path))
            {
                continue;
            }

            if (displaced.IsJournal)
            {
                Finish(file, displaced, tracked, options);
                continue;
            }

            var content = UserFile.At(displaced.Path).Read(run.Settings.FileBytesMax)!;
            var isKnown = content.Hash == displaced.Hash || tracked.States.Any(state => state.Hash == content.Hash);
            if (!isKnown && TryParse(file, displaced, content, tracked) is { } late)
            {
                recorded = recorded.And(await recorder.RecordAsync(file, late, options, displaced: true, cancellation).ConfigureAwait(false));
                isKnown = true;
            }

            if (isKnown && !options.DryRun && IsQuiet(displaced.Path, content))
            {
                File.Delete(displaced.Path);
            }
            else
            {
                remaining.Add(displaced with { Hash = isKnown ? content.Hash : displaced.Hash });
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

    private bool IsQuiet(string path, FileContent content) =>
        OpenFiles.Any(path) is { } open ? !open : run.Now - content.ModifiedAt > QuietTime;

    private FoundFile? TryParse(UserFile file, DisplacedFile displaced, FileContent content, TrackedFile tracked)
    {
        try
        {
            return reader.Parse(file, content, tracked);
        }
        catch (MemoryBackupException error)
        {
            run.Notes.Warn($"{displaced.Path}, which a write-back displaced, cannot be read and is kept: {error.Message}");
            return null;
        }
    }

    // A write in place that was cut off leaves a file that is neither the old nor the new one; if it is still good JSON, a writer made it.
    private void Finish(UserFile file, DisplacedFile journal, TrackedFile tracked, RunOptions options)
    {
        if (options.DryRun)
        {
            return;
        }

        if (file.Read(run.Settings.FileBytesMax) is { } content && !tracked.States.Any(state => state.Hash == content.Hash))
        {
            try
            {
                reader.Parse(file, content, tracked);
            }
            catch (MemoryBackupException)
            {
                run.Notes.Warn($"A write into {file.Given} had been cut off; it was finished from its journal.");
                File.WriteAllBytes(file.Path, File.ReadAllBytes(journal.Path));
            }
        }

        File.Delete(journal.Path);
    }
}
