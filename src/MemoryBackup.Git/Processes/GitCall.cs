namespace MemoryBackup.Git;

/// <summary>What is run where.</summary>
/// <param name="GitDir">The repository's folder; null outside of any.</param>
/// <param name="Arguments">Command and its arguments.</param>
internal sealed record GitCall(string? GitDir, IReadOnlyList<string> Arguments)
{
    /// <summary>Further <c>key=value</c> settings for this call alone.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Whether it is another repository's side of an exchange, for which only that one's configuration counts and nothing of this program's.</summary>
    public bool IsAtRemote { get; init; }

    /// <summary>Where Git looks for the repository itself, if <see cref="GitDir"/> is null; else it is derived.</summary>
    public string? Folder { get; init; }

    /// <summary>Relative addresses of remotes are read from the work tree's root, as the user's own Git does.</summary>
    public string WorkingFolder => Folder ?? GitDir switch
    {
        null => Path.GetPathRoot(Environment.SystemDirectory) is { Length: > 0 } root ? root : "/",
        _ when Path.GetFileName(GitDir) == ".git" => Path.GetDirectoryName(GitDir)!,
        _ => GitDir,
    };

    public IEnumerable<string> AllArguments =>
    [
        .. GitDir is null ? Array.Empty<string>() : [$"--git-dir={GitDir}"],
        .. IsAtRemote ? [] : GitEnvironment.Settings,
        .. Settings.SelectMany(setting => new[] { "-c", setting }),
        .. Arguments,
    ];
}
