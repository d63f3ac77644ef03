namespace MemoryBackup.Simulator.Histories;

/// <summary>The clock of Git's time limits in a simulation: nothing ever takes too long.</summary>
internal sealed class PatientTime(Func<DateTimeOffset> now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now();

    public override long GetTimestamp() => 0;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // A wait of no length is over at once; everything else is a limit.
        if (dueTime == TimeSpan.Zero)
        {
            callback(state);
        }

        return new NoTimer();
    }
}
