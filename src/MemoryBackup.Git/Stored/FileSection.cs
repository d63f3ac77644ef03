using Microsoft.Win32.SafeHandles;

namespace MemoryBackup.Git.Stored;

/// <summary>A file from an offset on, for as many readers at once as like.</summary>
internal sealed class FileSection(SafeFileHandle file, long offset) : ForwardStream
{
    /// <summary>Opens a file of a repository for reading, in a way that lets Git replace or remove it meanwhile.</summary>
    public static SafeFileHandle Open(string path) => File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);

    public override int Read(Span<byte> buffer)
    {
        var count = RandomAccess.Read(file, buffer, offset);
        offset += count;
        return count;
    }
}
