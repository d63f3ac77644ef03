using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace MemoryBackup.Git.Stored;

/// <summary>Reads deflated bytes of a length that is known before.</summary>
internal static class Inflating
{
    /// <summary>Inflates what stands at an offset; false if it is longer or shorter than the room for it.</summary>
    /// <exception cref="InvalidDataException">It is no such stream, or its checksum is wrong.</exception>
    public static bool TryRead(SafeFileHandle file, long offset, Span<byte> room)
    {
        using var inflated = new ZLibStream(new FileSection(file, offset), CompressionMode.Decompress);
        return TryReadRest(inflated, room);
    }

    /// <summary>Reads the rest of a stream, up to its end, at which its checksum is compared.</summary>
    /// <inheritdoc cref="TryRead"/>
    public static bool TryReadRest(Stream inflated, Span<byte> room) =>
        inflated.ReadAtLeast(room, room.Length, throwOnEndOfStream: false) == room.Length && inflated.ReadByte() < 0;
}
