namespace MemoryBackup.Sync;

/// <summary>What one call of <c>backup</c> or <c>sync</c> asks for.</summary>
public sealed record RunOptions
{
    /// <summary>Say what would be done, and do nothing of it.</summary>
    public bool DryRun { get; init; }

    /// <summary>The deletes that the guard would refuse are meant.</summary>
    public bool AcceptDeletes { get; init; }

    /// <summary>Write entries that are old copies of something replaced or deleted as new ones.</summary>
    public bool AsNew { get; init; }

    /// <summary>Leave the remote alone.</summary>
    public bool Offline { get; init; }
}
