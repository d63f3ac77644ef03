namespace MemoryBackup.Cli.Settings;

/// <summary>The address of a remote as typed, made independent of the folder where it was typed.</summary>
internal static class RemoteAddress
{
    /// <summary>A path becomes a full one; names and URLs stay.</summary>
    public static string Absolute(string remote, string currentFolder) =>
        IsPath(remote) ? Path.GetFullPath(remote, currentFolder) : remote;

    /// <summary>Whether it is a path, by Git's rule: a slash with no colon before it. A word alone is a name.</summary>
    public static bool IsPath(string remote)
    {
        var slash = remote.IndexOfAny(['/', Path.DirectorySeparatorChar]);
        var colon = remote.IndexOf(':');
        return (slash >= 0 && (colon < 0 || slash < colon)) || remote is "." or ".." || (OperatingSystem.IsWindows() && colon == 1);
    }
}
