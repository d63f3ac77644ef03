namespace MemoryBackup.Sync;

/// <summary>What one call of <c>forget</c> asks for.</summary>
public sealed record ForgetOptions
{
    /// <summary>The entries, each as the other commands show it or as canonical JSON array; at least one.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>Say what would go, and do nothing of it.</summary>
    public bool DryRun { get; init; }

    /// <summary>Leave the remote alone; the request goes out with a later run.</summary>
    public bool Offline { get; init; }
}
