namespace MemoryBackup.Sync;

/// <summary>What one call of <c>import</c> asks for.</summary>
public sealed record ImportRequest
{
    /// <summary>Full path of a memory file, a folder with the predecessor's files, a Git repository with them, or an older store.</summary>
    public required string Source { get; init; }

    /// <summary>The branch of the repository that the predecessor's files are on; <see langword="null"/> for its default one.</summary>
    public string? Branch { get; init; }

    /// <summary>Write entries that are old copies of something replaced or deleted as new ones, and contents that were imported before.</summary>
    public bool AsNew { get; init; }

    /// <summary>Say what would be done, and do nothing of it.</summary>
    public bool DryRun { get; init; }

    /// <summary>Leave the remotes alone.</summary>
    public bool Offline { get; init; }
}
