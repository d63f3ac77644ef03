using MemoryBackup.Git.Stored;

namespace MemoryBackup.Git;

/// <summary>A remote that is a repository in a folder of this machine: its files tell whether it has anything new, without the two processes of a fetch, and its side of a push or a fetch can be told what not to do.</summary>
/// <remarks>
/// Nothing else is concluded, and nothing written there but by Git. Whatever is not plain is left to Git: another user's repository, hidden refs, rewritten addresses, other programs or rules for the transport,
/// refs that are no plain files, and a ref whose commit is not here, which a fetch brings again.
/// </remarks>
internal static class FolderRemote
{
    private const int CommitBytesMax = 1024 * 1024;

    /// <summary>As many objects in files of their own a remote may have for its packs to be copied. Each would stay as large in the copy.</summary>
    private const int LooseMax = 256;

    /// <summary>The setting of a receiver that keeps what comes as the pack that it is.</summary>
    public const string KeepsPacks = "receive.unpackLimit=1";

    // Those that Git 2.39 knows; what comes after them may keep refs and objects in other ways.
    private static readonly string[] KnownVersions = ["core.repositoryformatversion\n0", "core.repositoryformatversion\n1"];

    /// <summary>Looks at a remote that is to be fetched from.</summary>
    /// <param name="program">Git.</param>
    /// <param name="gitDir">The repository that would fetch.</param>
    /// <param name="remote">The remote's name in the configuration, or its address.</param>
    /// <param name="url">Its address.</param>
    /// <param name="refspec">What would be fetched, with refs pruned that are gone.</param>
    /// <returns>
    /// All refs that are here, if every ref that the fetch would take is and no other, so that it would change nothing; <see langword="null"/> also where only Git can tell. And the command that sends what lies there in packs as it lies there;
    /// <see langword="null"/> where Git's own is to be used, and where something was fetched from there before.
    /// </returns>
    /// <remarks>
    /// Each replica's first publication came as a pack of its own, and Git tries whether anything in one is a delta of something in another. Nothing is: of ten replicas with 100,000 entries each, that took 25 of the 30 seconds
    /// of the first fetch, for not one byte less. What is a delta already is sent as one.
    /// </remarks>
    public static (IReadOnlyDictionary<string, ObjectId>? Unchanged, string? Sender) Look(GitProgram program, string gitDir, string remote, string url, string refspec)
    {
        if (refspec.TrimStart('+').Split(':') is not [[.. var source, '*'], [.. var destination, '*']]
            || !source.EndsWith('/')
            || !destination.EndsWith('/')
            || TryFind(program, gitDir, remote, url) is not { } there
            || RefFiles.TryList(gitDir, [destination]) is not { } ours)
        {
            return (null, null);
        }

        var hasNothingNew = RefFiles.TryList(there, [source]) is { } theirs
            && theirs.Select(named => (named.Key[source.Length..], named.Value)).SequenceEqual(ours.Select(named => (named.Key[destination.Length..], named.Value)))
            && HasCommits(gitDir, ours.Values);
        return (hasNothingNew ? ours : null, !hasNothingNew && ours.Count == 0 && CountLoose(there) <= LooseMax ? Command(program, "-c pack.window=0 upload-pack") : null);
    }

    /// <summary>The command that takes a push there and keeps what comes as the pack that it is; <see langword="null"/> where Git's own is to be used.</summary>
    /// <remarks>
    /// Git unpacks what has few objects, and compresses each anew, which for a first publication of 10,000 entries takes more than a third of the whole run. There is nothing yet that it could be a delta of, so a pack of
    /// its own is no larger. What its configuration says of receiving comes first.
    /// </remarks>
    /// <param name="program">Git.</param>
    /// <param name="gitDir">The repository that would push.</param>
    /// <param name="remote">The remote's name in the configuration, or its address.</param>
    /// <param name="url">Its address.</param>
    public static string? ReceivingPacks(GitProgram program, string gitDir, string remote, string url) =>
        TryFind(program, gitDir, remote, url) is null ? null : Command(program, $"-c {KeepsPacks} receive-pack");

    // As the shell is given it that Git runs it with.
    private static string Command(GitProgram program, string arguments) => $"'{program.ProgramFile().Replace("'", @"'\''", StringComparison.Ordinal)}' {arguments}";

    // Their folders are named by the first two digits of what is in them.
    private static int CountLoose(string gitDir)
    {
        try
        {
            return Directory.EnumerateDirectories(Path.Combine(gitDir, "objects"), "??").SelectMany(Directory.EnumerateFiles).Take(LooseMax + 1).Count();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return LooseMax + 1;
        }
    }

    /// <summary>Its folder, if all that is said of it is where it is.</summary>
    public static string? TryFind(GitProgram program, string gitDir, string remote, string url) =>
        RemoteUrl.LocalPath(url) is { } path
        && RepositoryLocation.FindAt(path) is { } there
        && program.ConfigFilesOf(gitDir) is { } ourFiles
        && program.ConfigFilesOf(there.GitDir) is { } theirFiles
        && ConfigFiles.TryList(ourFiles.Union(theirFiles), key => key == "core.repositoryformatversion" || IsOfTransport(key, remote)) is { } said
        && said.Split('\0', StringSplitOptions.RemoveEmptyEntries).All(KnownVersions.Contains)
            ? there.GitDir
            : null;

    // What leads elsewhere, forbids, hides or is another program's. (git-config(1): “url”, “protocol”, “remote”, “transfer”, “uploadpack”, “receive”; “extensions” may be any.)
    private static bool IsOfTransport(string key, string remote) =>
        key.StartsWith("url.", StringComparison.Ordinal)
        || key.StartsWith("protocol.", StringComparison.Ordinal)
        || key.StartsWith("uploadpack.", StringComparison.Ordinal)
        || key.StartsWith("receive.", StringComparison.Ordinal)
        || (key.StartsWith("extensions.", StringComparison.Ordinal) && key != "extensions.objectformat")
        || key is "transfer.hiderefs" or "transfer.unpacklimit"
        || key == $"remote.{remote}.uploadpack"
        || key == $"remote.{remote}.receivepack"
        || key == $"remote.{remote}.vcs";

    // What is there in name only, as a full disk or a loss of power leaves it, Git tells.
    private static bool HasCommits(string gitDir, IEnumerable<ObjectId> ids)
    {
        using var files = new ObjectFiles(gitDir);
        return ids.All(id => files.Has(id, CommitBytesMax));
    }
}
