namespace MemoryBackup.Git;

/// <summary>One line of a tree object.</summary>
/// <param name="Mode">As Git writes it, an octal number: 0100644 a file, 0100755 an executable one, 0120000 a symbolic link, 040000 a tree, 0160000 a submodule.</param>
/// <param name="Name">A single path component, UTF-8; bytes that are none are replaced.</param>
/// <param name="Id">Of the blob, tree or commit.</param>
public readonly record struct TreeEntry(int Mode, string Name, ObjectId Id)
{
    public bool IsTree => Mode == 0x4000;

    /// <summary>A regular file, executable or not; no link, no submodule.</summary>
    public bool IsFile => (Mode & 0xF000) == 0x8000;
}
