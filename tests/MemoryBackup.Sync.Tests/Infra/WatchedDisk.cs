using MemoryBackup.Sync.Files;

namespace MemoryBackup.Sync.Tests.Infra;

/// <summary>This machine's disk, with a word before anything is synced.</summary>
internal sealed class WatchedDisk : IUserDisk
{
    private static readonly IUserDisk Disk = ThisDisk.Instance;

    /// <summary>Told which file or folder is synced next; may throw in place of it.</summary>
    public required Action<string> Syncing { get; init; }

    public void SyncContent(string path)
    {
        Syncing(path);
        Disk.SyncContent(path);
    }

    public void SyncFolder(string folder)
    {
        Syncing(folder);
        Disk.SyncFolder(folder);
    }

    public void WriteNew(string path, IEnumerable<ReadOnlyMemory<byte>> pieces) => Disk.WriteNew(path, pieces);

    public void Overwrite(string path, IEnumerable<ReadOnlyMemory<byte>> pieces) => Disk.Overwrite(path, pieces);

    public void Rename(string from, string to, bool overwrite) => Disk.Rename(from, to, overwrite);

    public bool TryRenameNew(string from, string to) => Disk.TryRenameNew(from, to);

    public bool TryExchange(string left, string right) => Disk.TryExchange(left, right);

    public void Link(string existing, string name) => Disk.Link(existing, name);

    public void Delete(string path) => Disk.Delete(path);
}
