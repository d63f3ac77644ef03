namespace MemoryBackup.Sync;

/// <summary>What one call of <c>compact</c> asks for.</summary>
public sealed record CompactOptions
{
    /// <summary>How much of the past stays; more than nothing.</summary>
    public required TimeSpan Keep { get; init; }

    /// <summary>Say what would go, and do nothing of it.</summary>
    public bool DryRun { get; init; }

    /// <summary>Leave the remote alone; the shortened history goes out with a later run.</summary>
    public bool Offline { get; init; }
}
