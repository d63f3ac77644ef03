namespace MemoryBackup.Formats.Reading;

/// <summary>Memory for the canonical text of many small values, taken in few large pieces.</summary>
internal sealed class ByteArena
{
    // Below what the collector takes for a large object: a few of those would have it collect.
    private const int ChunkBytesMax = 1 << 18;

    private int chunkBytes = 1 << 12;
    private Memory<byte> free;

    /// <summary>Room for a text of at most so many bytes, until <see cref="Commit"/> says how many it has.</summary>
    public Span<byte> Reserve(int bytesMax)
    {
        if (free.Length < bytesMax)
        {
            free = new byte[Math.Max(chunkBytes, bytesMax)];
            chunkBytes = Math.Min(chunkBytes * 2, ChunkBytesMax);
        }

        return free.Span[..bytesMax];
    }

    public ReadOnlyMemory<byte> Commit(int bytes)
    {
        var taken = free[..bytes];
        free = free[bytes..];
        return taken;
    }
}
