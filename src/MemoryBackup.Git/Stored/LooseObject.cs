using System.Buffers.Text;
using System.IO.Compression;

namespace MemoryBackup.Git.Stored;

/// <summary>An object in a file of its own: deflated, with its type and size before it (Git's documentation, “gitformat-loose” and “hash-object”).</summary>
internal static class LooseObject
{
    // The longest word, a space, the digits of a 64-bit number, NUL.
    private const int HeaderBytesMax = 32;

    /// <summary>Reads an object; <see langword="null"/> if it has no file, a damaged one, or more bytes than wanted.</summary>
    public static StoredObject? TryRead(string objects, ObjectId id, long sizeMax, bool lend)
    {
        var name = id.ToString();
        var path = Path.Combine(objects, name[..2], name[2..]);
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = FileSection.Open(path);
        using var inflated = new ZLibStream(new FileSection(file, 0), CompressionMode.Decompress);
        Span<byte> beginning = stackalloc byte[HeaderBytesMax];
        beginning = beginning[..inflated.ReadAtLeast(beginning, HeaderBytesMax, throwOnEndOfStream: false)];
        var end = beginning.IndexOf((byte)0);
        if (end < 0 || Parse(beginning[..end]) is not var (kind, size) || size > sizeMax)
        {
            return null;
        }

        var room = StoredObject.NewRoom(size, lend);
        var bytes = room.AsSpan(0, size);
        beginning = beginning[(end + 1)..];
        return beginning.TryCopyTo(bytes) && Inflating.TryReadRest(inflated, bytes[beginning.Length..])
            ? new StoredObject(kind, room, size, lend)
            : null;
    }

    private static (ObjectKind Kind, int Size)? Parse(ReadOnlySpan<byte> header)
    {
        var space = header.IndexOf((byte)' ');
        return space > 0
            && ObjectKinds.Parse(header[..space]) is { } kind
            && Utf8Parser.TryParse(header[(space + 1)..], out int size, out var digits) && digits == header.Length - space - 1 && size >= 0
                ? (kind, size)
                : null;
    }
}
