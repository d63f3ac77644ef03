namespace MemoryBackup.Sync.Files;

/// <summary>What a file says, a piece at a time.</summary>
internal static class FilePieces
{
    /// <summary>The bytes of a piece: no large object to the collector.</summary>
    public const int Bytes = 256 << 10;

    /// <summary>Reads a file from where it stands to its end.</summary>
    /// <param name="file">The file, which may grow or shrink meanwhile: what counts is its end.</param>
    /// <param name="allow">Asked with the number of bytes read so far; throws where there are too many.</param>
    /// <returns>The pieces, each good until the next one is asked for.</returns>
    public static IEnumerable<ReadOnlyMemory<byte>> Of(FileStream file, Action<long> allow)
    {
        var piece = new byte[Bytes];
        for (long length = 0; file.Read(piece) is var read and > 0;)
        {
            allow(length += read);
            yield return piece.AsMemory(0, read);
        }
    }
}
