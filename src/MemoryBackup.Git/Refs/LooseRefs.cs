using System.Runtime.Versioning;
using System.Text;
using MemoryBackup.Git.Stored;

namespace MemoryBackup.Git;

/// <summary>Moves refs that have files of their own, as Git does (its documentation, “gitrepository-layout” and “git-update-ref”): each under its lock, and none before all are held and synced.</summary>
/// <remarks>
/// Whatever is not plain is left to Git: refs that are packed, symbolic or deleted, new ones beside packed ones, another way of keeping refs, a log of changes to be kept, a repository that is shared by its configuration, and a lock that somebody holds, for which Git waits.
/// As there, all or none holds against other processes, not against a crash between the renames (<see cref="RefTransaction"/>).
/// </remarks>
[UnsupportedOSPlatform("windows")]
internal static class LooseRefs
{
    /// <summary>Moves refs to objects that are known to be there.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="changes">No ref twice.</param>
    /// <returns>Whether they are moved. Else they are as they were, or, if the system fails between the renames, some are moved: Git is to be asked for all of them, and has the better words.</returns>
    public static bool TryMove(GitRepository repository, IReadOnlyList<RefChange> changes)
    {
        var gitDir = repository.GitDir;
        var locks = new List<string>(changes.Count);
        try
        {
            if (RefFiles.AreElsewhere(gitDir)
                || Directory.Exists(Path.Combine(gitDir, "logs"))
                || repository.Program.ConfigFilesOf(gitDir) is not { } files
                || ConfigFiles.TryList(files, IsOfRefs) is not ""
                || !changes.All(change => TryPrepare(gitDir, change, locks)))
            {
                return false;
            }

            foreach (var (change, held) in changes.Zip(locks.ToList()))
            {
                File.Move(held, Path.Combine(gitDir, change.Name), overwrite: true);
                locks.Remove(held);
            }

            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            locks.ForEach(ObjectFile.Remove);
        }
    }

    // A ref is looked at once its lock is held: packing takes the same lock before it takes the file away.
    private static bool TryPrepare(string gitDir, RefChange change, List<string> locks)
    {
        RefNames.Require(change.Name);
        var path = Path.Combine(gitDir, change.Name);
        if (change.New.IsNull || !Ascii.IsValid(change.Name))
        {
            return false;
        }

        // A name below or above that of another ref has no place, which a folder shows; but packed ones have none.
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var held = path + RefFiles.Lock;
        using var file = new FileStream(held, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 });
        locks.Add(held);
        if ((File.Exists(path) ? RefFiles.TryRead(path) : IsNew(gitDir, path) ? ObjectId.None : null) is not { } old || (change.ExpectedOld is { } expected && expected != old))
        {
            return false;
        }

        // As the one that it replaces.
        if (!old.IsNull && File.GetUnixFileMode(path) is var mode && File.GetUnixFileMode(file.SafeFileHandle) != mode)
        {
            File.SetUnixFileMode(file.SafeFileHandle, mode);
        }

        file.WriteWhole(Encoding.ASCII.GetBytes($"{change.New}\n"));
        Durability.Sync(file);
        return true;
    }

    private static bool IsNew(string gitDir, string path) =>
        !Path.Exists(path)
        && new FileInfo(path).LinkTarget is null
        && !File.Exists(PackedRefs.PathIn(gitDir));

    // Whether changes are to be logged, and what others are allowed (git-config(1)).
    private static bool IsOfRefs(string key) => key is "core.logallrefupdates" or "core.sharedrepository";
}
