using System.Buffers;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Generators;

/// <summary>A version as the bytes that a store keeps.</summary>
internal static class VersionText
{
    /// <summary>Its line, without the newline that ends it.</summary>
    public static byte[] Line(Crdt.Version version)
    {
        var writer = new ArrayBufferWriter<byte>();
        VersionLine.Write(writer, version);
        writer.WrittenSpan[^1].ShouldBe((byte)'\n');
        return writer.WrittenSpan[..^1].ToArray();
    }
}
