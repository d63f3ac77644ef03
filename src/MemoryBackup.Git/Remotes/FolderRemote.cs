using MemoryBackup.Git.Stored;

namespace MemoryBackup.Git;

/// <summary>A remote that is a repository in a folder of this machine: its files tell whether it has anything new, without the two processes of a fetch.</summary>
/// <remarks>
/// Only that is concluded. Whatever is not plain is left to Git: another user's repository, hidden refs, rewritten addresses, other programs or rules for the transport,
/// refs that are no plain files, and a ref whose object is missing here, which a fetch brings again.
/// </remarks>
internal static class FolderRemote
{
    /// <summary>Whether every ref that a fetch would take is here already and no other is, so that it would change nothing; false also where only Git can tell.</summary>
    /// <param name="program">Git.</param>
    /// <param name="gitDir">The repository that would fetch.</param>
    /// <param name="remote">The remote's name in the configuration, or its address.</param>
    /// <param name="url">Its address.</param>
    /// <param name="refspec">What would be fetched, with refs pruned that are gone.</param>
    public static bool HasNothingNew(GitProgram program, string gitDir, string remote, string url, string refspec)
    {
        if (RemoteUrl.LocalPath(url) is not { } path
            || url.Contains('%', StringComparison.Ordinal)
            || refspec.TrimStart('+').Split(':') is not [[.. var source, '*'], [.. var destination, '*']]
            || RepositoryLocation.FindAt(path) is not { } there
            || program.ConfigFilesOf(gitDir) is not { } ourFiles
            || program.ConfigFilesOf(there.GitDir) is not { } theirFiles
            || ConfigFiles.TryList(ourFiles.Union(theirFiles), key => IsOfTransport(key, remote)) is not "")
        {
            return false;
        }

        var theirs = RefFiles.TryList(there.GitDir, [source]);
        var ours = RefFiles.TryList(gitDir, [destination]);
        return theirs is not null
            && ours is not null
            && theirs.Select(named => (named.Key[source.Length..], named.Value)).SequenceEqual(ours.Select(named => (named.Key[destination.Length..], named.Value)))
            && HasAll(gitDir, ours.Values);
    }

    // What leads elsewhere, forbids, hides or is another program's. (Transport: git-config(1), “url”, “protocol”, “remote”, “transfer”, “uploadpack”; “extensions” may be any.)
    private static bool IsOfTransport(string key, string remote) =>
        key.StartsWith("url.", StringComparison.Ordinal)
        || key.StartsWith("protocol.", StringComparison.Ordinal)
        || key.StartsWith("uploadpack.", StringComparison.Ordinal)
        || (key.StartsWith("extensions.", StringComparison.Ordinal) && key != "extensions.objectformat")
        || key == "transfer.hiderefs"
        || key == $"remote.{remote}.uploadpack"
        || key == $"remote.{remote}.vcs";

    private static bool HasAll(string gitDir, IEnumerable<ObjectId> ids)
    {
        using var files = new ObjectFiles(gitDir);
        return ids.All(files.Has);
    }
}
