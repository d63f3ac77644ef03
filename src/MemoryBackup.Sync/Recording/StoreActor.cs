using MemoryBackup.Crdt;
using MemoryBackup.Store;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Sync.Recording;

/// <summary>Writes as the store's own actor <c>&lt;replica&gt;.0</c>, and makes all of it durable at once.</summary>
/// <remarks>
/// That actor is one line of descent (design, section 13.1): it writes under the store's lock, on top of the store's newest state, which holds all of
/// its own writes that are live.
/// </remarks>
internal sealed class StoreActor
{
    private readonly RunContext run;
    private readonly Actor actor;
    private readonly StampClock clock;
    private long sequence;

    public StoreActor(RunContext run)
    {
        this.run = run;
        actor = new Actor(run.Store.Local.Replica, 0);
        sequence = run.Store.Local.Sequences.GetValueOrDefault(actor);
        clock = new StampClock(run.Store.Local.Clock, Stamp.At(run.Now), run.Settings.ClockDriftMax);
        HasWritten = sequence > 0;
        Draft = new Draft(run.Store.OwnState);
    }

    /// <summary>What is written.</summary>
    public Draft Draft { get; }

    /// <summary>Whether the actor has written anything before. What others deleted of it has left no trace in the live versions, so a key that is not live may be one of those.</summary>
    public bool HasWritten { get; }

    /// <summary>The name of the next write.</summary>
    public Dot Next() => new(actor, ++sequence);

    /// <summary>The stamp of a write of now.</summary>
    public Stamp StampOver(IReadOnlyList<Version> replaced) => clock.Next(Stamp.At(run.Now), replaced);

    /// <summary>Makes the draft durable; nothing if it is empty.</summary>
    /// <param name="message">The first line of the publication's commit message.</param>
    /// <param name="cancellation">Ends Git; the store is then as before, or as after.</param>
    public async Task CommitAsync(string message, CancellationToken cancellation)
    {
        if (!Draft.Changed)
        {
            return;
        }

        var local = run.Store.Local;
        var sequences = new Dictionary<Actor, long>(local.Sequences);
        if (sequence > 0)
        {
            sequences[actor] = sequence;
        }

        var change = new StoreChange
        {
            Draft = Draft,
            Local = local with { Clock = clock.Last, Run = run.Number, Sequences = sequences },
            Host = run.Settings.Host,
            Message = message,
        };
        await run.Store.CommitAsync(change, run.Environment.Random, run.Now, cancellation).ConfigureAwait(false);
        Log.Committed(run.Notes.Log, run.Settings.Host);
    }
}
