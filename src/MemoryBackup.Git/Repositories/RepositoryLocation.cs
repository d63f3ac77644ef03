using System.Text;

namespace MemoryBackup.Git;

/// <summary>Where a repository lies.</summary>
/// <param name="GitDir">The folder with objects and refs, absolute.</param>
/// <param name="IsBare">Whether there is no work tree around it.</param>
internal sealed record RepositoryLocation(string GitDir, bool IsBare)
{
    /// <summary>Finds what is plain to see; null where only Git can tell: linked work trees, foreign owners, damage.</summary>
    /// <remarks>
    /// Git given <c>--git-dir</c> does not ask who owns the repository, and would run what its configuration names. So the owner is looked at here, and
    /// where it is not this user Git decides, without <c>--git-dir</c> and by <c>safe.directory</c>.
    /// </remarks>
    public static RepositoryLocation? Find(string path)
    {
        for (var folder = new DirectoryInfo(Path.GetFullPath(path)); folder is not null; folder = folder.Parent)
        {
            var inner = Path.Combine(folder.FullName, ".git");
            if (LooksLikeGitDir(inner))
            {
                return FileFacts.Of(inner) is { IsThisUsers: true } && FileFacts.Of(folder.FullName) is { IsThisUsers: true } ? new(inner, IsBare: false) : null;
            }

            if (Path.Exists(inner))
            {
                return null;
            }

            if (LooksLikeGitDir(folder.FullName))
            {
                return FileFacts.Of(folder.FullName) is { IsThisUsers: true } ? new(folder.FullName, IsBare: folder.Name != ".git") : null;
            }
        }

        return null;
    }

    /// <summary>Finds what is plain to see in a folder and not above it: bare, or in its <c>.git</c>; null where there is none, or only Git can tell.</summary>
    public static RepositoryLocation? FindAt(string folder) =>
        folder.TrimEnd('/') is { Length: > 0 } root && Find(root) is { } found && (found.GitDir == root || found.GitDir == Path.Combine(root, ".git")) ? found : null;

    /// <exception cref="GitException">There is none, or Git refuses to use it.</exception>
    public static async Task<RepositoryLocation> AskAsync(GitProgram program, string path, CancellationToken cancellation)
    {
        path = Path.GetFullPath(path);
        if (!Directory.Exists(path))
        {
            throw new GitException(GitFailure.NotARepository, "git rev-parse", $"'{path}' does not exist or is no folder");
        }

        using var output = new MemoryStream();
        var call = new GitCall(null, ["rev-parse", "--path-format=absolute", "--git-common-dir", "--is-bare-repository"]) { Folder = path };
        var (exitCode, error) = await program.RunAsync(call, default, (from, stop) => from.CopyToAsync(output, stop), cancellation).ConfigureAwait(false);
        if (exitCode != 0)
        {
            throw Failure(path, error);
        }

        return Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\n').Split('\n') is [var gitDir, var bare]
            ? new(gitDir, bare == "true")
            : throw new GitException(GitFailure.Unknown, "git rev-parse", $"'{path}' has a name that holds a line end");
    }

    /// <summary>Git's own rule: a <c>HEAD</c> that names a ref or an object, <c>objects</c> and <c>refs</c>.</summary>
    public static bool LooksLikeGitDir(string folder) =>
        Directory.Exists(Path.Combine(folder, "objects"))
        && Directory.Exists(Path.Combine(folder, "refs"))
        && IsHead(Path.Combine(folder, "HEAD"));

    private static bool IsHead(string file)
    {
        try
        {
            if (!File.Exists(file))
            {
                return false;
            }

            using var head = File.OpenRead(file);
            Span<byte> bytes = stackalloc byte[256];
            var text = bytes[..head.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)].TrimEnd("\r\n"u8);
            return text.StartsWith("ref: refs/"u8) || ObjectId.TryParse(text, out _);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static GitException Failure(string path, string error)
    {
        var kind = FailureClassifier.Classify(error);
        var inner = Path.Combine(path, ".git");
        return kind is GitFailure.NotARepository && (Directory.Exists(inner) || Directory.Exists(Path.Combine(path, "objects")))
            ? new(GitFailure.Corruption, "git rev-parse", error, $"the repository at '{path}' is damaged: HEAD, objects or refs is missing or unreadable")
            : new(kind, "git rev-parse", error);
    }
}
