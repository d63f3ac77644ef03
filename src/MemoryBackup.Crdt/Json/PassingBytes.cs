using System.Buffers;

namespace MemoryBackup.Crdt.Json;

/// <summary>Bytes of values that come and go: they can only be looked at as a span, which stays good for as long as somebody has it.</summary>
public abstract class PassingBytes : MemoryManager<byte>
{
    /// <summary>Not supported: what is asked for are spans.</summary>
    public sealed override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("The bytes of a value can only be looked at as a span.");

    /// <inheritdoc/>
    public sealed override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected sealed override void Dispose(bool disposing)
    {
    }

    /// <summary>One of the values.</summary>
    /// <param name="start">Where it begins in the bytes.</param>
    /// <param name="length">How many bytes it has.</param>
    protected JsonText Value(int start, int length) => JsonText.FromCanonical(CreateMemory(start, length));
}
