using MemoryBackup.Git;

namespace MemoryBackup.Sync.Remotes;

/// <summary>Which remotes a run speaks to.</summary>
/// <remarks>
/// In the default store all of them: nobody else uses it. A repository of the user's may have remotes for other things, so there those that
/// <c>remote add</c> marked, and beside them <c>origin</c>, or the only one there is. A mark of <c>false</c> leaves a remote out anywhere.
/// </remarks>
internal static class RemoteChoice
{
    /// <summary>The remote that is taken where a repository has several and none is marked.</summary>
    public const string DefaultName = "origin";

    /// <summary>The key of the mark: <c>remote.&lt;name&gt;.memorybackup</c>.</summary>
    public const string MarkKey = "memorybackup";

    /// <summary>The mark of a remote that is used, and was there before.</summary>
    public const string Used = "true";

    /// <summary>The mark of a remote that is used, and that <c>remote add</c> configured.</summary>
    public const string Added = "added";

    /// <summary>The mark of a remote that is not used.</summary>
    public const string Unused = "false";

    /// <summary>The remotes to use, in ordinal order; none if there is none.</summary>
    /// <param name="repository">The store's repository.</param>
    /// <param name="named">The one that the user named, by name or URL.</param>
    /// <param name="isDefaultStore">Whether the repository is this program's own.</param>
    /// <param name="notes">Told if there are several and none can be chosen.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <exception cref="MemoryBackupException">The remote named is not allowed.</exception>
    public static async Task<IReadOnlyList<string>> OfAsync(
        GitRepository repository, string? named, bool isDefaultStore, RunNotes? notes, CancellationToken cancellation)
    {
        if (named is not null)
        {
            return [Absolute(named)];
        }

        var remotes = await repository.RemotesAsync(cancellation).ConfigureAwait(false);
        var marks = await repository.RemoteValuesAsync(MarkKey, cancellation).ConfigureAwait(false);
        var unmarked = remotes.Keys.Where(name => !marks.ContainsKey(name)).Order(StringComparer.Ordinal).ToList();
        var byDefault = isDefaultStore || unmarked.Count == 1 ? unmarked : unmarked.Where(name => name == DefaultName);
        List<string> chosen = [.. remotes.Keys.Where(name => marks.TryGetValue(name, out var mark) && mark != Unused).Concat(byDefault).Order(StringComparer.Ordinal)];
        if (chosen.Count == 0 && unmarked.Count > 1)
        {
            notes?.Warn(
                $"The repository has the remotes {Redaction.Clean(string.Join(", ", unmarked))} and none of them is chosen; nothing is sent. "
                + "Name one with --remote, or choose it for good with: memory-backup remote add NAME URL");
        }

        return chosen;
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
