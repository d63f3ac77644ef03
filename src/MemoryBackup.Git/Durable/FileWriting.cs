using Microsoft.Win32.SafeHandles;

namespace MemoryBackup.Git;

/// <summary>Writing of bytes to files.</summary>
public static class FileWriting
{
    // So much is worth being told to the system before all is written; most files are smaller, and are synced at once.
    private const long BytesBehindMax = 4 << 20;

    /// <summary>Writes all of the pieces, each before the next is asked for. The disk begins with the first while the last are still made.</summary>
    /// <inheritdoc cref="WriteWhole(Stream, ReadOnlySpan{byte})"/>
    public static void WriteWhole(this Stream stream, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var file = stream is FileStream { CanSeek: true } seekable ? seekable : null;
        var begun = file?.Position ?? 0;
        foreach (var piece in pieces)
        {
            stream.WriteWhole(piece.Span);
            if (file is not null && file.Position - begun >= BytesBehindMax)
            {
                Durability.BeginSync(file.SafeFileHandle, begun, file.Position - begun);
                begun = file.Position;
            }
        }
    }

    /// <summary>Writes all of the bytes.</summary>
    /// <exception cref="IOException">
    /// They could not be written. Also where the file would become larger than a quota, a limit of the process or the file system allows (EFBIG), which the runtime
    /// takes for an argument out of range.
    /// </exception>
    public static void WriteWhole(this Stream stream, ReadOnlySpan<byte> bytes)
    {
        try
        {
            stream.Write(bytes);
        }
        catch (ArgumentOutOfRangeException tooLarge)
        {
            throw TooLarge(tooLarge);
        }
    }

    /// <summary>Writes all of the bytes at an offset.</summary>
    /// <inheritdoc cref="WriteWhole(Stream, ReadOnlySpan{byte})"/>
    public static void WriteWhole(this SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(file, bytes, offset);
        }
        catch (ArgumentOutOfRangeException tooLarge)
        {
            throw TooLarge(tooLarge);
        }
    }

    private static IOException TooLarge(ArgumentOutOfRangeException error) => new("File too large for its file system, or for a limit of this process.", error);
}
