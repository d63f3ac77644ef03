namespace MemoryBackup.Simulator.Histories;

/// <summary>A machine's clock: it may be wrong, and who waits by it has waited.</summary>
internal sealed class SimulatedTime(Func<DateTimeOffset> now, Action<TimeSpan> pass) : TimeProvider
{
    private readonly DateTimeOffset start = now();

    public override DateTimeOffset GetUtcNow() => now();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (now() - start).Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero)
        {
            pass(dueTime);
        }

        callback(state);
        return new NoTimer();
    }
}
