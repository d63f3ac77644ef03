using System.Buffers;

namespace MemoryBackup.Formats.Rewriting;

/// <summary>Output that is held in memory.</summary>
/// <param name="bytes">About how many bytes there will be, at least one.</param>
internal sealed class MemoryOutput(int bytes) : IFileOutput
{
    private readonly ArrayBufferWriter<byte> writer = new(bytes);

    /// <inheritdoc/>
    public long Written => writer.WrittenCount;

    /// <inheritdoc/>
    public byte Last => writer.WrittenSpan[^1];

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Complete() => writer.WrittenMemory;

    /// <inheritdoc/>
    public void Advance(int count) => writer.Advance(count);

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0) => writer.GetMemory(sizeHint);

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => writer.GetSpan(sizeHint);
}
