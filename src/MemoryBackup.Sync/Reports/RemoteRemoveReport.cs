namespace MemoryBackup.Sync.Reports;

/// <summary>What <c>remote remove</c> did.</summary>
public sealed record RemoteRemoveReport
{
    public required string Repository { get; init; }

    /// <summary>The remote's name.</summary>
    public required string Remote { get; init; }

    /// <summary>Whether it is gone from the repository's configuration; else it stays there, and is not used any more.</summary>
    public required bool Removed { get; init; }

    /// <summary>What a careful person would want to know, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
