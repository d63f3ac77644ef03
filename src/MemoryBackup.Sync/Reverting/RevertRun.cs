using MemoryBackup.Crdt;
using MemoryBackup.Store.History;
using MemoryBackup.Sync.Past;
using MemoryBackup.Sync.Recording;
using MemoryBackup.Sync.Remotes;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Reverting;

/// <summary>One run of <c>revert</c>: takes back what one writer wrote, as new edits on top of everything that is known.</summary>
/// <remarks>
/// Each edit is made on top of all live versions of its entry, so it is new to everyone: a delete or an edit of someone who had only the former
/// versions in front of them leaves it alone. The memory from before is kept under a name first.
/// </remarks>
internal sealed class RevertRun(RunContext run, RevertRequest request, RemoteRuns remotes)
{
    private const string CheckpointPrefix = "before-revert-";

    public async Task<RevertReport> RunAsync(CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();
        var checkpoints = new Checkpoints(run.Store);
        var names = (await checkpoints.NamesAsync(cancellation).ConfigureAwait(false)).Keys.ToList();
        Require(names);
        await remotes.FetchAsync(cancellation).ConfigureAwait(false);
        run.Environment.Progress("reading history");
        var past = await MemoryPast.ReadAsync(run.Store, cancellation).ConfigureAwait(false);
        run.Memory.Check();
        var choice = WriterChoice.Of(request, past);
        EntryKey? key = request.Entry is { } entry ? KeyChoice.Of(past.Versions.Values.Select(version => version.Key), entry, "in the history of this space") : null;
        var taken = TakenWrites.Of(past, choice, key, cancellation);
        var live = run.Store.All();
        var plan = RevertPlan.Of(taken, live, key, run.Settings.EntryBytesMax);
        Guard(plan, live);
        var checkpoint = plan.Changes.Count == 0 ? null : request.Checkpoint ?? CheckpointChoice.Free(CheckpointPrefix, run.Now, names);
        if (checkpoint is not null && !request.DryRun)
        {
            run.Environment.Progress("writing into the memory");
            await checkpoints.CreateAsync(checkpoint, run.Now, cancellation).ConfigureAwait(false);
            await RecordAsync(plan, live, cancellation).ConfigureAwait(false);
            await remotes.PushAsync(cancellation).ConfigureAwait(false);
        }

        return new RevertReport
        {
            Space = run.Settings.Space,
            Replica = run.Store.Local.Replica,
            Host = run.Settings.Host,
            DryRun = request.DryRun,
            Writers = [.. choice.Replicas().Select(writer => new RevertedWriter(
                writer.Replica,
                writer.Host,
                taken.Dots.Count(dot => dot.Actor.Replica == writer.Replica),
                taken.Deletes.Count(delete => delete.Publication.Replica == writer.Replica)))],
            Since = request.Since,
            Until = request.Until,
            Entry = key?.Display(),
            Checkpoint = checkpoint,
            Changes = plan.Changes,
            NotTakenBack = plan.NotTakenBack,
            Publication = run.Store.Own?.Header.Publication.Number ?? 0,
            Warnings = [.. run.Notes.Warnings],
            Remotes = remotes.Reports,
            ExitCode = plan.NotTakenBack.Count > 0 ? ExitCode.Failed : remotes.ExitCode,
            Elapsed = run.Environment.Time.GetElapsedTime(started),
        };
    }

    private void Require(IReadOnlyList<string> names)
    {
        if (request.Since > run.Now)
        {
            throw new MemoryBackupException(ExitCode.Usage, "--since is in the future.", "Nothing was changed. Only what was written can be taken back.");
        }

        if (request.Since > request.Until)
        {
            throw new MemoryBackupException(ExitCode.Usage, "--since is later than --until.", "Nothing was changed. Give the earlier time as --since.");
        }

        if (request.Checkpoint is { } name)
        {
            CheckpointChoice.RequireFree(name, names, run.Environment.Time);
        }
    }

    // The deletes go to every machine, and a writer or a time that was mistyped would take along what was never meant.
    private void Guard(RevertPlan plan, Memory live)
    {
        var had = live.Keys.Count;
        if (!request.DryRun && !request.AcceptDeletes && plan.Deleted.Count > run.Settings.GuardEntries && plan.Deleted.Count > run.Settings.GuardShare * had)
        {
            throw new MemoryBackupException(
                ExitCode.InvalidData,
                $"Refused a mass deletion: {plan.Deleted.Count} of {had} entries are the work of that writer alone, and taking it back would delete them.",
                "Nothing was changed. Look at them with --dry-run; if the deletes are meant, run again with --accept-deletes.");
        }
    }

    private Task RecordAsync(RevertPlan plan, Memory live, CancellationToken cancellation)
    {
        var actor = new StoreActor(run);
        foreach (var entry in plan.Written)
        {
            var version = new RemainderEdit
            {
                Key = entry.Key,
                Base = entry.Live,
                Remainder = entry.Remainder!,
                Order = entry.Order,
                Stamp = actor.StampOver(entry.Live),
                Host = run.Settings.Host,
                ActorMayHaveWrittenKey = actor.HasWritten,
            }.ToVersion(actor.Next);
            actor.Draft.Write(version, entry.Live);
        }

        foreach (var key in plan.Deleted)
        {
            actor.Draft.Delete(live.Live(key));
        }

        return actor.CommitAsync($"Revert {plan.Changes.Count} {(plan.Changes.Count == 1 ? "entry" : "entries")} on {run.Settings.Host}", cancellation);
    }
}
