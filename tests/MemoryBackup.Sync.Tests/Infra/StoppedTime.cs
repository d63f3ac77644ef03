namespace MemoryBackup.Sync.Tests.Infra;

/// <summary>A clock that stands.</summary>
public sealed class StoppedTime(DateTimeOffset at) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => at;
}
