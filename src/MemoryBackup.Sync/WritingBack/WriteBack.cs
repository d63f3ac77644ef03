using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store;
using MemoryBackup.Store.Local;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Recording;

namespace MemoryBackup.Sync.WritingBack;

/// <summary>Puts what others changed into the user's file without losing what a concurrent writer puts there (design, section 6.7).</summary>
internal sealed class WriteBack(RunContext run, DisplacedFiles displacedFiles)
{
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

        if (FileFacts.Of(file.Path) is { } facts && WhatAnExchangeWouldBreak(file, facts) is { } reason)
        {
            return await WriteInPlaceAsync(file, tracked!, found, plan, reason, cancellation).ConfigureAwait(false);
        }

        var replacement = FileReplacement.At(run.Environment.Disk, file, [plan.Bytes]);
        var displaced = new DisplacedFile(replacement.Path, found.Content.Hash);
        await RememberAsync(file, tracked!, plan, displaced, cancellation).ConfigureAwait(false);
        replacement.Prepare();
        Reached(WriteBackStep.Prepared);
        if (!TryExchange(file, replacement))
        {
            // Somebody took the file away: the next round looks whether it is there again.
            return Recorded.Nothing;
        }

        Reached(WriteBackStep.Replaced);
        var (late, _) = await displacedFiles.TakeAsync(file, displaced, options, cancellation).ConfigureAwait(false);
        Reached(WriteBackStep.Settled);
        return late;
    }

    /// <summary>Remembers that the file was seen with what was written into it.</summary>
    public async Task RememberSeenAsync(UserFile file, CancellationToken cancellation)
    {
        if (run.Store.Local.Files.GetValueOrDefault(file.Id) is { Newest.SeenInRun: 0 } tracked)
        {
            await CommitAsync(
                file,
                tracked with
                {
                    States = [.. tracked.States.SkipLast(1).Where(state => state.Hash.Length > 0), tracked.Newest with { SeenInRun = run.Number }],
                    Displaced = [.. tracked.Displaced.Where(displaced => File.Exists(displaced.Path) || File.Exists(FileReplacement.Former(displaced.Path)))],
                },
                cancellation).ConfigureAwait(false);
        }
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
        var replacement = FileReplacement.At(run.Environment.Disk, file, [plan.Bytes]);
        await RememberAsync(file, Absent(file, tracked, plan), plan, new DisplacedFile(replacement.Path, plan.State.Hash), cancellation).ConfigureAwait(false);
        replacement.Prepare();
        Reached(WriteBackStep.Prepared);
        if (replacement.TryCreate())
        {
            Reached(WriteBackStep.Replaced);
            return null;
        }

        // Somebody made the file in the meantime: the next round reads it.
        replacement.Discard();
        return Recorded.Nothing;
    }

    // Who makes the file while it is being put back has deleted nothing of what was to stand in it.
    private TrackedFile Absent(UserFile file, TrackedFile? tracked, WriteBackPlan plan)
    {
        var absent = new FileState { Hash = "", Dots = DotSet.Empty };
        return tracked?.With(absent) ?? new TrackedFile
        {
            Path = file.Path,
            Format = plan.Format.ToString(),
            KeyField = run.Settings.KeyField,
            States = [absent],
        };
    }

    private async Task<Recorded?> WriteInPlaceAsync(
        UserFile file,
        TrackedFile tracked,
        FoundFile found,
        WriteBackPlan plan,
        string reason,
        CancellationToken cancellation)
    {
        run.Notes.Warn($"{file.Given} {reason}: it is written in place, with a journal beside it, not exchanged.");
        var journal = FileReplacement.At(run.Environment.Disk, file, [plan.Bytes]);
        await RememberAsync(file, tracked, plan, new DisplacedFile(journal.Path, journal.Hash, IsJournal: true), cancellation).ConfigureAwait(false);
        journal.Prepare();
        Reached(WriteBackStep.Prepared);
        if (file.ReadHash(run.Settings.FileBytesMax) != found.Content.Hash)
        {
            journal.Discard();
            return Recorded.Nothing;
        }

        journal.WriteInPlace(found.Content.Bytes);
        Reached(WriteBackStep.Replaced);
        journal.Discard();
        return null;
    }

    // A new file in its place would be another one to its other names, and another user's.
    private string? WhatAnExchangeWouldBreak(UserFile file, FileFacts facts)
    {
        if (facts.Links > 1 && run.Settings.RefuseHardLinks)
        {
            throw new MemoryBackupException(
                ExitCode.Failed,
                $"{file.Given} has {facts.Links} hard links, which an atomic exchange would tear apart, and writing in place is refused by the setting refuse_hard_links.",
                "What was found in the file is saved; the file is as it was. Remove the other links, or allow writing in place.");
        }

        return facts.Links > 1 ? $"has {facts.Links} hard links"
            : facts.CanBeGivenThisOwner ? null
            : "belongs to another user";
    }

    private void Reached(WriteBackStep step) => run.Environment.Reached(step);

    private static bool TryExchange(UserFile file, FileReplacement replacement)
    {
        try
        {
            replacement.Exchange();
            return true;
        }
        catch (IOException) when (!File.Exists(file.Path))
        {
            replacement.Discard();
            return false;
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

    // Before the exchange, so that a crash on either side of it is told apart by the states remembered.
    private async Task RememberAsync(UserFile file, TrackedFile tracked, WriteBackPlan plan, DisplacedFile displaced, CancellationToken cancellation)
    {
        await CommitAsync(
            file,
            tracked.With(plan.State) with
            {
                Format = plan.Format.ToString(),
                WasWritten = true,

                // What goes from the file, its actor has removed as well: a key that it writes anew may be one that it wrote before.
                ActorHasDeleted = tracked.ActorHasDeleted || plan.Deleted.Count > 0,
                Displaced = [.. tracked.Displaced, displaced],
            },
            cancellation).ConfigureAwait(false);
        Reached(WriteBackStep.Remembered);
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
