using MemoryBackup.Crdt;
using MemoryBackup.Sync.Recording;

namespace MemoryBackup.Sync.Restoring;

/// <summary>Writes a restore into the memory: edits like any other, by the store's own actor.</summary>
/// <remarks>
/// Each edit is made on top of all live versions of its entry that are known here, so it is new to everyone: a delete or an edit of someone
/// who had only the former versions in front of them leaves it alone.
/// </remarks>
internal static class RestoreRecorder
{
    /// <summary>Makes the plan durable.</summary>
    /// <param name="run">The run.</param>
    /// <param name="plan">What to write and delete.</param>
    /// <param name="live">The memory that the plan was made for.</param>
    /// <param name="message">The first line of the publication's commit message.</param>
    /// <param name="cancellation">Ends Git; the store is then as before, or as after.</param>
    public static Task RecordAsync(RunContext run, RestorePlan plan, Memory live, string message, CancellationToken cancellation)
    {
        var actor = new StoreActor(run);
        foreach (var entry in plan.Written)
        {
            var basis = live.Live(entry.Key);
            var version = new Edit
            {
                Key = entry.Key,
                Base = basis,
                Value = entry.Value,
                IsBare = entry.IsBare,
                Dot = actor.Next(),
                Stamp = actor.StampOver(basis),
                Host = run.Settings.Host,
                ActorMayHaveWrittenKey = actor.HasWritten,
            }.ToVersion();
            actor.Draft.Write(version, basis);
        }

        foreach (var key in plan.Deleted)
        {
            actor.Draft.Delete(live.Live(key));
        }

        return actor.CommitAsync(message, cancellation);
    }
}
