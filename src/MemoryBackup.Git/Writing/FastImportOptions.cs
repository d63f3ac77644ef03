namespace MemoryBackup.Git;

/// <summary>How objects are written.</summary>
public sealed record FastImportOptions
{
    /// <summary>zlib's level, 0 to 9; null for the repository's own setting.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>Whether refs may be set to commits that do not descend from what they had.</summary>
    public bool Force { get; init; }

    /// <summary>Who stands in the commits as author and committer.</summary>
    public GitIdentity Identity { get; init; } = GitIdentity.Default;
}
