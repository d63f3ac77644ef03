using MemoryBackup.Git;
using MemoryBackup.Simulator.GitModel;
using MemoryBackup.Sync.Files;

namespace MemoryBackup.Simulator.Histories;

/// <summary>What was done to a machine's files and is not on the disk yet: names, until their folder is synced, and contents, until they are.</summary>
/// <remarks>A file system with a journal keeps names in their order: of those pending, a loss of power keeps the first ones. Real links hold on to the files.</remarks>
/// <param name="aside">Where the links lie.</param>
internal sealed class DiskJournal(string aside)
{
    private readonly List<(string Folder, DateTimeOffset Since, Action Undo)> names = [];
    private readonly Dictionary<ulong, string> contents = [];
    private int kept;

    /// <summary>A name in a folder was changed.</summary>
    public void Renamed(string folder, DateTimeOffset now, Action undo) => names.Add((folder, now, undo));

    /// <summary>A file's content was changed.</summary>
    public void Wrote(string path)
    {
        if (!contents.ContainsKey(InodeOf(path)))
        {
            contents.Add(InodeOf(path), Keep(path));
        }
    }

    /// <summary>A file's content is on the disk.</summary>
    public void SyncedContent(string path)
    {
        if (contents.Remove(InodeOf(path), out var link))
        {
            File.Delete(link);
        }
    }

    /// <summary>The names in a folder are on the disk.</summary>
    public void SyncedFolder(string folder) => names.RemoveAll(one => one.Folder == folder);

    /// <summary>So much time has passed, or so much else was done, that everything is on the disk.</summary>
    public void Settle()
    {
        names.Clear();
        contents.Clear();
        if (Directory.Exists(aside))
        {
            // A second name of a user's file would be seen.
            Directory.Delete(aside, recursive: true);
        }
    }

    /// <summary>Gives a file a second name, under which it outlives its first one.</summary>
    public string Keep(string path)
    {
        Directory.CreateDirectory(aside);
        var link = Path.Combine(aside, $"{kept++}");
        NativeFile.Link(path, link);
        return link;
    }

    /// <summary>Takes away some of what is not on the disk.</summary>
    /// <returns>How many names are as they were, and how many contents are cut.</returns>
    public int LosePower(DateTimeOffset now, Random random)
    {
        names.RemoveAll(one => now - one.Since > ModelRepository.WrittenBackAfter);
        var keep = random.Next(names.Count + 1);
        var lost = names.Count - keep;
        foreach (var one in names.Skip(keep).Reverse())
        {
            one.Undo();
        }

        foreach (var link in contents.Values.Where(_ => random.Next(2) == 0))
        {
            using var file = new FileStream(link, FileMode.Open, FileAccess.Write);
            file.SetLength(random.Next(2) == 0 ? 0 : file.Length / 2);
            lost++;
        }

        Settle();
        return lost;
    }

    private static ulong InodeOf(string path) => FileFacts.Of(path)!.Value.Inode;
}
