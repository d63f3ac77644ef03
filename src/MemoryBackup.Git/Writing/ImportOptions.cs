namespace MemoryBackup.Git;

/// <summary>How objects are written.</summary>
public sealed record ImportOptions
{
    /// <summary>zlib's level, 0 to 9; null for the repository's own setting where Git writes, and zlib's default where it does not. There 1 is 2: the runtime's zlib is another one, whose level 2 is quicker and smaller than Git's 1.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>Up to how many objects become loose ones; more stay together in a pack. Null for Git's 100. 0 saves unpacking (50 of 130 ms for 2.7 MB of poorly compressible text in 20 files), at the cost of later pushes.</summary>
    public int? UnpackLimit { get; init; }

    /// <summary>Whether refs may be set to commits that do not descend from what they had.</summary>
    public bool Force { get; init; }

    /// <summary>Who stands in the commits as author and committer.</summary>
    public GitIdentity Identity { get; init; } = GitIdentity.Default;
}
