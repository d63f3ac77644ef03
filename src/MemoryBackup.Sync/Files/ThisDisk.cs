using MemoryBackup.Git;

namespace MemoryBackup.Sync.Files;

/// <summary>The file systems of the machine that this program runs on.</summary>
internal sealed class ThisDisk : IUserDisk
{
    private ThisDisk()
    {
    }

    public static ThisDisk Instance { get; } = new();

    /// <inheritdoc/>
    public void WriteNew(string path, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using var stream = PrivateFile.CreateNew(path);
        stream.WriteWhole(pieces);
    }

    /// <inheritdoc/>
    public void Overwrite(string path, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using var target = ToWrite(path);
        target.WriteWhole(pieces);
        target.SetLength(target.Position);
    }

    /// <inheritdoc/>
    public void SyncContent(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // Only who may write may flush there.
            using var stream = ToWrite(path);
            Durability.Sync(stream);
            return;
        }

        Durability.SyncFile(path);
    }

    /// <inheritdoc/>
    public void SyncFolder(string folder) => Durability.SyncDirectory(folder);

    /// <inheritdoc/>
    public void Rename(string from, string to, bool overwrite) => File.Move(from, to, overwrite);

    /// <inheritdoc/>
    public bool TryRenameNew(string from, string to) => NativeFile.TryRenameNew(from, to);

    /// <inheritdoc/>
    public bool TryExchange(string left, string right) => NativeFile.TryExchange(left, right);

    /// <inheritdoc/>
    public void Link(string existing, string name) => NativeFile.Link(existing, name);

    /// <inheritdoc/>
    public void Delete(string path) => File.Delete(path);

    private static FileStream ToWrite(string path) =>
        new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}
