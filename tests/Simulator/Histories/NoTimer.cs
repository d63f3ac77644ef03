namespace MemoryBackup.Simulator.Histories;

/// <summary>A timer that does not fire, or has done so.</summary>
internal sealed class NoTimer : ITimer
{
    public bool Change(TimeSpan dueTime, TimeSpan period) => true;

    public void Dispose()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
