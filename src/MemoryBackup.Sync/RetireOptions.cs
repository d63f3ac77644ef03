namespace MemoryBackup.Sync;

/// <summary>What one call of <c>retire</c> asks for: replicas by name, or all that were not seen for so long, or both.</summary>
public sealed record RetireOptions
{
    /// <summary>Ids of replicas.</summary>
    public IReadOnlyList<string> Replicas { get; init; } = [];

    /// <summary>Every replica whose last sign of life is at least so old; <see langword="null"/>: only those that are named.</summary>
    public TimeSpan? Unseen { get; init; }

    /// <summary>Those with a recent sign of life as well.</summary>
    public bool Force { get; init; }

    /// <summary>Say what would be done, and do nothing of it.</summary>
    public bool DryRun { get; init; }

    /// <summary>Leave the remote alone: what is known here is taken over, and the refs go with a later run.</summary>
    public bool Offline { get; init; }
}
