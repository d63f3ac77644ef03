using MemoryBackup.Git;

namespace MemoryBackup.Sync.Remotes;

/// <summary>Which remote a run speaks to.</summary>
internal static class RemoteChoice
{
    /// <summary>The remote that is taken where a repository has several and none is named.</summary>
    public const string DefaultName = "origin";

    /// <summary>The remote to use; <see langword="null"/> for none.</summary>
    /// <exception cref="MemoryBackupException">The remote named is not allowed.</exception>
    public static async Task<string?> OfAsync(GitRepository repository, string? named, RunNotes notes, CancellationToken cancellation)
    {
        if (named is not null)
        {
            return Absolute(named);
        }

        var remotes = await repository.RemotesAsync(cancellation).ConfigureAwait(false);
        if (remotes.Count > 1 && !remotes.ContainsKey(DefaultName))
        {
            notes.Warn($"The repository has the remotes {string.Join(", ", remotes.Keys.Order())} and none of them is named; nothing is sent. Name one with --remote.");
            return null;
        }

        return remotes.Count == 0 ? null : remotes.ContainsKey(DefaultName) ? DefaultName : remotes.Keys.Single();
    }

    /// <summary>A path relative to the user's folder means the same from wherever Git runs.</summary>
    /// <exception cref="MemoryBackupException">The remote is of a form that is not allowed.</exception>
    public static string Absolute(string remote)
    {
        if (!remote.StartsWith('-') && !remote.Contains("::", StringComparison.Ordinal) && !remote.Contains('\0') && Directory.Exists(remote))
        {
            return Path.GetFullPath(remote);
        }

        try
        {
            RemoteUrl.Require(remote);
            return remote;
        }
        catch (GitException error)
        {
            throw new MemoryBackupException(ExitCode.Usage, error.Message, error.Remedy, error);
        }
    }
}
