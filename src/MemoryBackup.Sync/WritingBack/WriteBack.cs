using MemoryBackup.Store;
using MemoryBackup.Store.Local;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Recording;

namespace MemoryBackup.Sync.WritingBack;

/// <summary>Puts what others changed into the user's file without losing what a concurrent writer puts there (design, section 6.7).</summary>
internal sealed class WriteBack(RunContext run, MemoryFileReader reader, Recorder recorder)
{
    // How long a displaced file that does not parse is watched: its writer holds it open and is in the middle of a write.
    private static readonly TimeSpan WriterPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(40);

    /// <summary>Carries out a plan.</summary>
    /// <returns>What a concurrent writer had written in between, recorded by now; <see langword="null"/> if nobody interfered.</returns>
    public async Task<Recorded?> ApplyAsync(UserFile file, FoundFile? found, WriteBackPlan plan, RunOptions options, CancellationToken cancellation)
    {
        var tracked = run.Store.Local.Files.GetValueOrDefault(file.Id);
        if (found is not null && plan.Bytes.Span.SequenceEqual(found.Content.Bytes.Span))
        {
            await RememberReflectedAsync(file, tracked!, plan, cancellation).ConfigureAwait(false);
            return null;
        }

        if (found is null)
        {
            return await CreateAsync(file, tracked, plan, cancellation).ConfigureAwait(false);
        }

        if (NativeFile.Facts(file.Path) is { Links: > 1 } linked)
        {
            return await WriteInPlaceAsync(file, tracked!, found, plan, linked.Links, cancellation).ConfigureAwait(false);
        }

        var replacement = FileReplacement.Prepare(file, plan.Bytes);
        Reached(WriteBackStep.Prepared);
        await RememberAsync(file, tracked, plan, new DisplacedFile(replacement.Path, found.Content.Hash), cancellation).ConfigureAwait(false);
        Reached(WriteBackStep.Remembered);
        Exchange(file, replacement);
        Reached(WriteBackStep.Replaced);
        var late = await RecordDisplacedAsync(file, replacement, found, options, cancellation).ConfigureAwait(false);
        Reached(WriteBackStep.Settled);
        return late;
    }

    // The file says all that is live, but perhaps by other versions than it did: an edit has to build on those.
    private async Task RememberReflectedAsync(UserFile file, TrackedFile tracked, WriteBackPlan plan, CancellationToken cancellation)
    {
        var newest = tracked.Newest;
        if (newest.Hash == plan.State.Hash
            && newest.Dots.Except(plan.State.Dots).Count == 0
            && plan.State.Dots.Except(newest.Dots).Count == 0)
        {
            return;
        }

        var state = plan.State with { SeenInRun = newest.Hash == plan.State.Hash ? newest.SeenInRun : 0 };
        await CommitAsync(file, tracked with { States = [.. tracked.States.SkipLast(1), state] }, cancellation).ConfigureAwait(false);
    }

    private async Task<Recorded?> CreateAsync(UserFile file, TrackedFile? tracked, WriteBackPlan plan, CancellationToken cancellation)
    {
        var replacement = FileReplacement.Prepare(file, plan.Bytes);
        await RememberAsync(file, tracked, plan, displaced: null, cancellation).ConfigureAwait(false);
        Reached(WriteBackStep.Remembered);
        if (replacement.TryCreate())
        {
            return null;
        }

        // Somebody made the file in the meantime: the next round reads it.
        replacement.Discard();
        return Recorded.Nothing;
    }

    private async Task<Recorded?> WriteInPlaceAsync(
        UserFile file,
        TrackedFile tracked,
        FoundFile found,
        WriteBackPlan plan,
        uint links,
        CancellationToken cancellation)
    {
        if (run.Settings.RefuseHardLinks)
        {
            throw new MemoryBackupException(
                ExitCode.Failed,
                $"{file.Given} has {links} hard links, which an atomic exchange would tear apart, and writing in place is refused by the setting refuse_hard_links.",
                "What was found in the file is saved; the file is as it was. Remove the other links, or allow writing in place.");
        }

        run.Notes.Warn($"{file.Given} has {links} hard links: it is written in place, with a journal beside it, not exchanged.");
        var journal = FileReplacement.Prepare(file, plan.Bytes);
        await RememberAsync(file, tracked, plan, new DisplacedFile(journal.Path, journal.Hash, IsJournal: true), cancellation).ConfigureAwait(false);
        Reached(WriteBackStep.Remembered);
        if (file.Read(run.Settings.FileBytesMax)?.Hash != found.Content.Hash)
        {
            journal.Discard();
            return Recorded.Nothing;
        }

        journal.WriteInPlace();
        journal.Discard();
        return null;
    }

    private void Reached(WriteBackStep step) => run.Environment.Reached(step);

    private void Exchange(UserFile file, FileReplacement replacement)
    {
        try
        {
            replacement.Exchange();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            replacement.Discard();
            throw new MemoryBackupException(
                ExitCode.Failed,
                $"{file.Given} could not be rewritten: {error.Message}",
                "The file is as it was, and everything in it is saved. Run again when its folder can be written.",
                error);
        }
    }

    private async Task<Recorded?> RecordDisplacedAsync(
        UserFile file,
        FileReplacement replacement,
        FoundFile found,
        RunOptions options,
        CancellationToken cancellation)
    {
        var displaced = UserFile.At(replacement.Path);
        var content = displaced.Read(run.Settings.FileBytesMax);
        if (content is null || content.Hash == found.Content.Hash)
        {
            if (OpenFiles.Any(replacement.Path) == false && displaced.Read(run.Settings.FileBytesMax)?.Hash == found.Content.Hash)
            {
                replacement.Discard();
            }

            return null;
        }

        var late = await ParseWhenWholeAsync(file, displaced, content, cancellation).ConfigureAwait(false);
        if (late is null)
        {
            run.Notes.Warn($"{file.Given} was being written during the exchange; what was displaced is kept as {replacement.Path} and read by the next run.");
            return Recorded.Nothing;
        }

        return await recorder.RecordAsync(file, late, options, displaced: true, cancellation).ConfigureAwait(false);
    }

    private async Task<FoundFile?> ParseWhenWholeAsync(UserFile file, UserFile displaced, FileContent content, CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();
        while (run.Environment.Time.GetElapsedTime(started) < WriterPatience)
        {
            try
            {
                return reader.Parse(file, content, run.Store.Local.Files.GetValueOrDefault(file.Id));
            }
            catch (MemoryBackupException error) when (error.ExitCode == ExitCode.InvalidData)
            {
                await Task.Delay(PollInterval, run.Environment.Time, cancellation).ConfigureAwait(false);
                content = displaced.Read(run.Settings.FileBytesMax) ?? content;
            }
        }

        return null;
    }

    // Before the exchange, so that a crash on either side of it is told apart by the states remembered.
    private Task RememberAsync(UserFile file, TrackedFile? tracked, WriteBackPlan plan, DisplacedFile? displaced, CancellationToken cancellation)
    {
        var next = tracked?.With(plan.State) ?? new TrackedFile
        {
            Path = file.Path,
            Format = plan.Format.ToString(),
            KeyField = run.Settings.KeyField,
            States = [plan.State],
        };
        return CommitAsync(
            file,
            next with
            {
                Format = plan.Format.ToString(),
                Displaced = displaced is null ? next.Displaced : [.. next.Displaced, displaced],
            },
            cancellation);
    }

    private Task CommitAsync(UserFile file, TrackedFile next, CancellationToken cancellation)
    {
        var local = run.Store.Local;
        return run.Store.CommitAsync(
            new StoreChange
            {
                Local = local with { Run = run.Number, Files = new Dictionary<string, TrackedFile>(local.Files) { [file.Id] = next } },
                Host = run.Settings.Host,
                Message = "",
            },
            run.Environment.Random,
            run.Now,
            cancellation);
    }
}
