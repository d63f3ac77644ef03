namespace MemoryBackup.Sync.Tests.Infra;

/// <summary>The machine's clock, put forward: what happens then is told apart from what happened before by more than a second.</summary>
public sealed class LaterTime(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
}
