namespace MemoryBackup.Git;

/// <summary>Writing of bytes to files.</summary>
public static class FileWriting
{
    /// <summary>Writes all of the pieces, each before the next is asked for.</summary>
    /// <inheritdoc cref="WriteWhole(Stream, ReadOnlySpan{byte})"/>
    public static void WriteWhole(this Stream stream, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        foreach (var piece in pieces)
        {
            stream.WriteWhole(piece.Span);
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
            throw new IOException("File too large for its file system, or for a limit of this process.", tooLarge);
        }
    }
}
