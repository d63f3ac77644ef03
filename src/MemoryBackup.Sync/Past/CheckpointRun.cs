using MemoryBackup.Git;
using MemoryBackup.Store.History;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Past;

/// <summary>Makes, lists and removes checkpoints.</summary>
internal static class CheckpointRun
{
    /// <summary>All checkpoints of the space.</summary>
    public static async Task<CheckpointReport> ListAsync(RunContext run, CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();
        var checkpoints = new Checkpoints(run.Store);
        var (found, damaged) = await checkpoints.ListAsync(cancellation).ConfigureAwait(false);
        foreach (var (name, reason) in damaged)
        {
            run.Notes.Warn($"The checkpoint {Redaction.Clean(name)} is damaged: {Redaction.Clean(reason)}.");
        }

        return Report(run, false, [.. found.Select(Listed), .. damaged.Keys.Select(name => new CheckpointListed(Redaction.Clean(name), null, null, 0))], started);
    }

    /// <summary>Names the memory as it is known here.</summary>
    /// <exception cref="MemoryBackupException">Exit 2: the name; 3: there is no memory yet.</exception>
    public static async Task<CheckpointReport> CreateAsync(RunContext run, string name, bool dryRun, CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();
        var checkpoints = new Checkpoints(run.Store);
        CheckpointChoice.RequireFree(name, (await checkpoints.NamesAsync(cancellation).ConfigureAwait(false)).Keys, run.Environment.Time);
        var replicas = PastMemory.All(run.Store).Count();
        if (replicas == 0)
        {
            throw new MemoryBackupException(ExitCode.InvalidData, $"The space {run.Settings.Space} has no memory here yet.", "Nothing was changed. Check --repo and --space, or run sync first.");
        }

        var made = dryRun ? new CheckpointListed(name, null, null, replicas) : Listed(await checkpoints.CreateAsync(name, run.Now, cancellation).ConfigureAwait(false));
        return Report(run, dryRun, [made], started);
    }

    /// <summary>Removes a checkpoint. What only it kept may then be collected by Git.</summary>
    /// <exception cref="MemoryBackupException">Exit 2: there is none of that name.</exception>
    public static async Task<CheckpointReport> DeleteAsync(RunContext run, string name, bool dryRun, CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();
        var checkpoints = new Checkpoints(run.Store);
        var names = await checkpoints.NamesAsync(cancellation).ConfigureAwait(false);
        if (!names.TryGetValue(name, out var commit))
        {
            throw CheckpointChoice.Missing(name, names.Keys);
        }

        var (found, _) = await checkpoints.ListAsync(cancellation).ConfigureAwait(false);
        var gone = found.FirstOrDefault(checkpoint => checkpoint.Name == name) is { } known ? Listed(known) : new CheckpointListed(name, null, commit.ToString(), 0);
        if (!dryRun)
        {
            await checkpoints.DeleteAsync(name, run.Now, cancellation).ConfigureAwait(false);
        }

        return Report(run, dryRun, [gone], started);
    }

    private static CheckpointListed Listed(Checkpoint checkpoint) =>
        new(checkpoint.Name, checkpoint.Time, checkpoint.Commit.ToString(), checkpoint.States.Count);

    private static CheckpointReport Report(RunContext run, bool dryRun, IReadOnlyList<CheckpointListed> checkpoints, long started) => new()
    {
        Space = run.Settings.Space,
        DryRun = dryRun,
        Checkpoints = checkpoints,
        Warnings = [.. run.Notes.Warnings],
        Elapsed = run.Environment.Time.GetElapsedTime(started),
    };
}
