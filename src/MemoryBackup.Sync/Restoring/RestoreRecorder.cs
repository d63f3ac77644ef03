using MemoryBackup.Crdt;
using MemoryBackup.Store;

namespace MemoryBackup.Sync.Restoring;

/// <summary>Writes a restore into the memory: edits like any other, by the store's own actor.</summary>
/// <remarks>
/// <para>Each edit is made on top of all live versions of its entry that are known here, so it is new to everyone: a delete or an edit of someone
/// who had only the former versions in front of them leaves it alone.</para>
/// <para>The actor <c>.0</c> is one line of descent (design, section 13.1): it writes under the store's lock, on top of the store's newest state,
/// which holds all of its own writes that are live.</para>
/// </remarks>
internal static class RestoreRecorder
{
    /// <summary>Makes the plan durable.</summary>
    /// <param name="run">The run.</param>
    /// <param name="plan">What to write and delete.</param>
    /// <param name="live">The memory that the plan was made for.</param>
    /// <param name="message">The first line of the publication's commit message.</param>
    /// <param name="cancellation">Ends Git; the store is then as before, or as after.</param>
    public static async Task RecordAsync(RunContext run, RestorePlan plan, Memory live, string message, CancellationToken cancellation)
    {
        var local = run.Store.Local;
        var actor = new Actor(local.Replica, 0);
        var sequence = local.Sequences.GetValueOrDefault(actor);
        var clock = new StampClock(local.Clock, Stamp.At(run.Now), run.Settings.ClockDriftMax);

        // What the actor wrote and others deleted since has left no trace in the live versions, so a key that is not live may be one of those.
        var hasWritten = sequence > 0;
        var draft = new Draft(run.Store.OwnState);
        foreach (var entry in plan.Written)
        {
            var basis = live.Live(entry.Key);
            var version = new Edit
            {
                Key = entry.Key,
                Base = basis,
                Value = entry.Value,
                IsBare = entry.IsBare,
                Dot = new Dot(actor, ++sequence),
                Stamp = clock.Next(Stamp.At(run.Now), basis),
                Host = run.Settings.Host,
                ActorMayHaveWrittenKey = hasWritten,
            }.ToVersion();
            draft.Write(version, basis);
        }

        foreach (var key in plan.Deleted)
        {
            draft.Delete(live.Live(key));
        }

        if (!draft.Changed)
        {
            return;
        }

        var sequences = new Dictionary<Actor, long>(local.Sequences);
        if (sequence > 0)
        {
            sequences[actor] = sequence;
        }

        var change = new StoreChange
        {
            Draft = draft,
            Local = local with { Clock = clock.Last, Run = run.Number, Sequences = sequences },
            Host = run.Settings.Host,
            Message = message,
        };
        await run.Store.CommitAsync(change, run.Environment.Random, run.Now, cancellation).ConfigureAwait(false);
        Log.Committed(run.Notes.Log, run.Settings.Host);
    }
}
