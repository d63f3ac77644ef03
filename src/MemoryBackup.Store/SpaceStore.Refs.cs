using MemoryBackup.Git;

namespace MemoryBackup.Store;

/// <content>What a killed run left of refs, and what is in their way.</content>
public sealed partial class SpaceStore
{
    /// <summary>The age of a lock that a killed Git left: refs that only this program writes, and only under the store's lock, nobody else holds one of.</summary>
    internal static readonly TimeSpan StaleLockAge = TimeSpan.Zero;

    /// <summary>Lets the own published ref say what the local one says: a run that was killed may have left it behind, or ahead.</summary>
    public async Task PutPublishedRightAsync(CancellationToken cancellation)
    {
        if (Own is not { } self)
        {
            return;
        }

        var name = Refs.PublishedBy(self.Header.Replica);
        if ((await Reader.ReadAsync(new ObjectName(name), cancellation).ConfigureAwait(false))?.Id != self.Commit)
        {
            Repository.RemoveStaleLocks([name], StaleLockAge);
            await Repository.UpdateRefsAsync([new RefChange(name, self.Commit)], cancellation).ConfigureAwait(false);
            Repository.SyncDirectories([name]);
        }
    }

    /// <summary>Removes the locks of refs below a folder of the store's own that a killed Git left behind. Only under the store's lock, and while nobody writes there: then nobody holds one.</summary>
    internal void RemoveStaleLocks(string refsFolder)
    {
        var folder = System.IO.Path.Combine(Repository.GitDir, refsFolder);
        var locks = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.lock", SearchOption.AllDirectories) : [];
        var names = locks.Select(file => System.IO.Path.GetRelativePath(Repository.GitDir, file)[..^".lock".Length].Replace('\\', '/')).Where(RefNames.IsValid);
        Repository.RemoveStaleLocks([.. names], StaleLockAge);
    }

    // Git keeps refs as files: a branch of that name leaves no room for a folder. Found out by Git, it would be half of a write.
    private void RequireRoomForPublished()
    {
        string[] names = [SpaceRefs.AllPublished.TrimEnd('/'), Refs.Published.TrimEnd('/')];
        var inTheWay = reader.Read([.. names.Select(name => new ObjectName(name))]).Zip(names).Where(found => found.First is not null).Select(found => found.Second).FirstOrDefault();
        if (inTheWay is not null)
        {
            throw new MemoryBackupException(
                ExitCode.Failed,
                $"The repository {Repository.GitDir} has a branch {inTheWay}, which leaves no room for {Refs.Published}….",
                $"Nothing was changed. Rename the branch, or name another repository with --repo: git --git-dir={Repository.GitDir} branch -m {inTheWay["refs/heads/".Length..]} another-name");
        }
    }
}
