namespace MemoryBackup.Git;

/// <summary>Ends a process that makes no progress while someone waits for it.</summary>
/// <remarks>The waiting side reads and writes synchronously, and a blocked system call knows no timeout; ending the process closes its pipes and wakes it.</remarks>
internal sealed class Watchdog : IDisposable
{
    private readonly ITimer timer;
    private readonly TimeSpan patience;
    private readonly TimeProvider time;
    private readonly Action end;
    private long watchedSince;

    public Watchdog(GitOptions options, Action end)
    {
        (patience, time, this.end) = (options.Timeout, options.Time, end);
        var period = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, patience.Ticks / 10));
        timer = options.Time.CreateTimer(_ => Look(), null, period, period);
    }

    /// <summary>Whether it was this that ended the process.</summary>
    public bool Barked { get; private set; }

    /// <summary>More time for work that shows no sign of progress.</summary>
    public TimeSpan Extra { get; set; }

    /// <summary>Someone begins to wait, or sees progress.</summary>
    public void Watch() => Volatile.Write(ref watchedSince, Math.Max(1, time.GetTimestamp()));

    /// <summary>Nobody waits.</summary>
    public void Rest() => Volatile.Write(ref watchedSince, 0);

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        if (Volatile.Read(ref watchedSince) is > 0 and var since && time.GetElapsedTime(since) > patience + Extra)
        {
            Barked = true;
            Rest();
            end();
        }
    }
}
