using MemoryBackup.Formats;
using MemoryBackup.Git;

namespace MemoryBackup.Sync.Files;

/// <summary>What a large file is to say, outside of this process's own memory.</summary>
/// <param name="copy">The file that it is written into; it is taken over.</param>
/// <param name="complete">Makes a snapshot of it.</param>
internal sealed class SnapshotOutput(FileStream copy, Func<FileStream, FileSnapshot> complete) : IFileOutput
{
    private byte[] piece = new byte[FilePieces.Bytes];
    private int used;
    private long flushed;

    /// <inheritdoc/>
    public long Written => flushed + used;

    /// <inheritdoc/>
    public byte Last { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk is full.</exception>
    public ReadOnlyMemory<byte> Complete()
    {
        Flush();
        return Written == 0 ? default : complete(copy).Memory;
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        used += count;
        if (count > 0)
        {
            Last = piece[used - 1];
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk is full.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (piece.Length - used < Math.Max(sizeHint, 1))
        {
            Flush();
            if (piece.Length < sizeHint)
            {
                piece = new byte[sizeHint];
            }
        }

        return piece.AsMemory(used);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk is full.</exception>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void Flush()
    {
        copy.WriteWhole(piece.AsSpan(0, used));
        flushed += used;
        used = 0;
    }
}
