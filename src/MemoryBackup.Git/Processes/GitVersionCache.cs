using System.Globalization;
using System.Text;

namespace MemoryBackup.Git;

/// <summary>Remembers on disk what a program is, so that a run does not pay processes for it: its version, and where its system's configuration is.</summary>
/// <remarks>Keyed by path, size and modification time of the program's file. The file holds that key, the version and the path, one a line; whatever else it holds is replaced.</remarks>
internal static class GitVersionCache
{
    // Where Linux has it. Git knows whether it was built for that, and tells an editor; it follows links, and what they lead to may change.
    private const string SystemConfig = "/etc/gitconfig";
    private static readonly IReadOnlyList<string> EditSystemConfig = ["-c", "core.editor=echo", "config", "--system", "--edit"];

    /// <summary>Asks the program, or finds what it said before.</summary>
    /// <returns>Its version, and the file of the system's configuration: empty if that is not known.</returns>
    public static async Task<(GitVersion Version, string SystemConfig)> FindAsync(GitProgram git, string program, string? cacheFile, CancellationToken cancellation)
    {
        var key = Key(program);
        if (cacheFile is not null && Read(cacheFile, key) is { } known)
        {
            return known;
        }

        var result = (await git.RunAsync(null, ["version"], default, cancellation).ConfigureAwait(false)).ThrowIfFailed();
        var version = GitVersion.TryParse(result.Text)
            ?? throw new GitException(GitFailure.GitMissing, "git version", $"'{program}' does not answer like Git: {FailureText.FirstUsefulLine(result.Text)}");
        if (cacheFile is null)
        {
            return (version, "");
        }

        var systemConfig = await SystemConfigAsync(git, program, cancellation).ConfigureAwait(false);
        Write(cacheFile, $"{key}\ngit version {version}\n{systemConfig}\n");
        return (version, systemConfig);
    }

    private static async Task<string> SystemConfigAsync(GitProgram git, string program, CancellationToken cancellation)
    {
        // Elsewhere Git has further files of its own, and a script may give it others.
        if (!OperatingSystem.IsLinux() || !git.Options.Host.HasFiles || IsScript(program))
        {
            return "";
        }

        try
        {
            var result = await git.RunAsync(null, EditSystemConfig, default, cancellation).ConfigureAwait(false);
            return result.Succeeded && result.Text == SystemConfig + "\n" ? SystemConfig : "";
        }
        catch (GitException)
        {
            return "";
        }
    }

    private static bool IsScript(string program)
    {
        try
        {
            using var file = File.OpenRead(program);
            Span<byte> start = stackalloc byte[2];
            return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || start.SequenceEqual("#!"u8);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static string Key(string program)
    {
        var file = new FileInfo(program);
        if (!file.Exists)
        {
            return program;
        }

        file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        return string.Create(CultureInfo.InvariantCulture, $"{program} {file.Length} {file.LastWriteTimeUtc.Ticks}");
    }

    private static (GitVersion Version, string SystemConfig)? Read(string cacheFile, string key)
    {
        try
        {
            return SmallFile.Read(cacheFile) is { } bytes
                && Encoding.UTF8.GetString(bytes).Split('\n') is [var known, var text, var systemConfig, ""]
                && known == key
                && GitVersion.TryParse(text) is { } version
                    ? (version, systemConfig)
                    : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Write(string cacheFile, string text)
    {
        try
        {
            SmallFile.Replace(cacheFile, Encoding.UTF8.GetBytes(text));
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // A cache that cannot be written costs two processes a run and nothing else.
        }
    }
}
