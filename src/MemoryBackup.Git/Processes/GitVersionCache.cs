using System.Globalization;
using System.Text;

namespace MemoryBackup.Git;

/// <summary>Remembers the version of a program on disk, so that a run does not pay a process for it.</summary>
/// <remarks>Keyed by path, size and modification time of the program's file. The file holds that key and the version, one a line; whatever else it holds is replaced.</remarks>
internal static class GitVersionCache
{
    public static async Task<GitVersion> FindAsync(GitProgram git, string program, string? cacheFile, CancellationToken cancellation)
    {
        var key = Key(program);
        if (cacheFile is not null && Read(cacheFile, key) is { } known)
        {
            return known;
        }

        var result = (await git.RunAsync(null, ["version"], default, cancellation).ConfigureAwait(false)).ThrowIfFailed();
        var version = GitVersion.TryParse(result.Text)
            ?? throw new GitException(GitFailure.GitMissing, "git version", $"'{program}' does not answer like Git: {FailureText.FirstUsefulLine(result.Text)}");
        if (cacheFile is not null)
        {
            Write(cacheFile, key, version);
        }

        return version;
    }

    private static string Key(string program)
    {
        var file = new FileInfo(program);
        return file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{program} {file.Length} {file.LastWriteTimeUtc.Ticks}") : program;
    }

    private static GitVersion? Read(string cacheFile, string key)
    {
        try
        {
            return SmallFile.Read(cacheFile) is { } bytes && Encoding.UTF8.GetString(bytes).Split('\n') is [var known, var version, ""] && known == key
                ? GitVersion.TryParse(version)
                : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Write(string cacheFile, string key, GitVersion version)
    {
        try
        {
            SmallFile.Replace(cacheFile, Encoding.UTF8.GetBytes($"{key}\ngit version {version}\n"));
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // A cache that cannot be written costs a process a run and nothing else.
        }
    }
}
