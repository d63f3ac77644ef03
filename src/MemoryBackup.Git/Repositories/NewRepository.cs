namespace MemoryBackup.Git;

/// <summary>Creates a bare repository beside its place and moves it there when it is complete.</summary>
internal static class NewRepository
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>After this there is a repository at the path, made here or by another process.</summary>
    public static async Task CreateAsync(GitProgram program, string path, string objectFormat, CancellationToken cancellation)
    {
        RefuseOccupied(path);
        var parent = Path.GetDirectoryName(path) ?? throw new ArgumentException("The root of a file system is no repository.", nameof(path));
        Directory.CreateDirectory(parent);
        var draft = Path.Combine(parent, $"{DraftPrefix(path)}{Nonce.Hex(32)}");
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(draft);
            }
            else
            {
                Directory.CreateDirectory(draft, OwnerOnly);
            }

            string[] init = ["init", "--bare", "--quiet", "--template=", "--initial-branch=main", $"--object-format={objectFormat}", "--end-of-options", draft];
            (await program.RunAsync(null, init, default, cancellation).ConfigureAwait(false)).ThrowIfFailed();
            Sync(draft);
            Move(draft, path);
            Durability.SyncDirectory(parent);
            RemoveOtherDrafts(path, parent);
        }
        catch (Exception error) when (error is GitException or IOException && RepositoryLocation.LooksLikeGitDir(path))
        {
            // Another process was quicker, and has removed this draft.
        }
        finally
        {
            TryDelete(draft);
        }
    }

    private static string DraftPrefix(string path) => $".{Path.GetFileName(path)}.";

    // What killed processes left behind. One that is at work at this moment finds that there is a repository.
    private static void RemoveOtherDrafts(string path, string parent)
    {
        foreach (var found in Directory.EnumerateDirectories(parent, DraftPrefix(path) + "*"))
        {
            if (Guid.TryParseExact(Path.GetFileName(found.AsSpan())[DraftPrefix(path).Length..], "N", out _))
            {
                TryDelete(found);
            }
        }
    }

    private static void TryDelete(string draft)
    {
        try
        {
            if (Directory.Exists(draft))
            {
                Directory.Delete(draft, recursive: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is in nobody's way, or another process removes it at this moment.
        }
    }

    // Git syncs neither HEAD nor config here, and without them what is written later would be out of reach.
    private static void Sync(string draft)
    {
        foreach (var file in Directory.EnumerateFiles(draft))
        {
            Durability.SyncFile(file);
        }

        foreach (var folder in Directory.EnumerateDirectories(draft, "*", SearchOption.AllDirectories))
        {
            Durability.SyncDirectory(folder);
        }

        Durability.SyncDirectory(draft);
    }

    // An empty folder makes way; a repository that another process put there in the meantime is as good as this one.
    private static void Move(string draft, string path)
    {
        try
        {
            if (Directory.Exists(path) && !RepositoryLocation.LooksLikeGitDir(path))
            {
                Directory.Delete(path);
            }

            Directory.Move(draft, path);
        }
        catch (IOException) when (RepositoryLocation.LooksLikeGitDir(path))
        {
        }
    }

    private static void RefuseOccupied(string path)
    {
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any() && !RepositoryLocation.LooksLikeGitDir(path)))
        {
            throw new GitException(GitFailure.NotARepository, "git init", $"'{path}' exists and is no Git repository");
        }
    }
}
