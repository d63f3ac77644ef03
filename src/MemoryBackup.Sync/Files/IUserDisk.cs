namespace MemoryBackup.Sync.Files;

/// <summary>The calls that change users' files, and those that make the changes last: of this machine, or of a simulated one that loses its power between two of them.</summary>
/// <remarks>Each throws an <see cref="IOException"/> or an <see cref="UnauthorizedAccessException"/> where it cannot be done; nothing is half done then but a content.</remarks>
internal interface IUserDisk
{
    /// <summary>Makes a file that only its owner may read, with this content, which is taken a piece at a time, each before the next is asked for. Neither its content nor its name is on the disk yet.</summary>
    void WriteNew(string path, IEnumerable<ReadOnlyMemory<byte>> pieces);

    /// <summary>Writes over a file from its start, and cuts what is left behind the end. The content is not on the disk yet.</summary>
    void Overwrite(string path, IEnumerable<ReadOnlyMemory<byte>> pieces);

    /// <summary>Brings a file's content to the disk.</summary>
    void SyncContent(string path);

    /// <summary>Brings the names in a folder to the disk.</summary>
    void SyncFolder(string folder);

    /// <summary>Renames a file.</summary>
    void Rename(string from, string to, bool overwrite);

    /// <inheritdoc cref="NativeFile.TryRenameNew"/>
    bool TryRenameNew(string from, string to);

    /// <inheritdoc cref="NativeFile.TryExchange"/>
    bool TryExchange(string left, string right);

    /// <inheritdoc cref="NativeFile.Link"/>
    void Link(string existing, string name);

    /// <summary>Removes a file, if it is there.</summary>
    void Delete(string path);
}
