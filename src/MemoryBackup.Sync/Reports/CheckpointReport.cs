namespace MemoryBackup.Sync.Reports;

/// <summary>The checkpoints that a <c>checkpoint</c> made, removed or listed.</summary>
public sealed record CheckpointReport
{
    public required string Space { get; init; }

    public required bool DryRun { get; init; }

    /// <summary>The one that was made or removed; all of them, the oldest first, in a list.</summary>
    public required IReadOnlyList<CheckpointListed> Checkpoints { get; init; }

    /// <summary>What a careful person would want to know, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public required TimeSpan Elapsed { get; init; }
}

/// <summary>A checkpoint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="CreatedAt">When it was made; <see langword="null"/> if it cannot be read.</param>
/// <param name="Commit">The commit that keeps it; <see langword="null"/> before it is made.</param>
/// <param name="Replicas">How many replicas' states it has.</param>
public sealed record CheckpointListed(string Name, DateTimeOffset? CreatedAt, string? Commit, int Replicas);
