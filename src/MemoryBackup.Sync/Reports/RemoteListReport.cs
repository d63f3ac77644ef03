namespace MemoryBackup.Sync.Reports;

/// <summary>The remotes of a repository.</summary>
public sealed record RemoteListReport
{
    public required string Repository { get; init; }

    public required string Space { get; init; }

    /// <summary>All of them, used or not, in ordinal order.</summary>
    public IReadOnlyList<RemoteStatus> Remotes { get; init; } = [];
}
