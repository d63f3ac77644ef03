using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace MemoryBackup.Git.Stored;

/// <summary>Many objects in one file, deflated, some as changes of others (Git's documentation, “gitformat-pack”). For several threads.</summary>
internal sealed class Pack : IDisposable
{
    // Git makes chains of 50, and of 250 where it is told to try hard; a longer one is no use to anybody.
    private const int ChainMax = 4096;

    // What an object is made of may be any size, however small it is itself: beyond these it is left to Git, which has its own memory. An entry file of the usual size is a fifth of a megabyte.
    private const int BaseBytesMax = 4 * 1024 * 1024;
    private const int ChainBytesMax = 32 * 1024 * 1024;

    // Type and size take ten bytes at most, an offset to the base as many, the base's id 32.
    private const int HeaderBytesMax = 64;

    // Its name, a version, and how many objects there are.
    private const int StartBytes = 12;
    private const int CountAt = 8;

    private readonly PackIndex index;
    private readonly Lazy<SafeFileHandle> file;
    private readonly Lazy<bool> hasItsEnds;

    private Pack(string indexPath, PackIndex index)
    {
        IndexPath = indexPath;
        this.index = index;
        file = new(() => FileSection.Open(Path.ChangeExtension(indexPath, ".pack")));
        hasItsEnds = new(HasItsEnds);
    }

    /// <summary>The path of the index, which is what a pack is found by.</summary>
    public string IndexPath { get; }

    /// <summary>Opens a pack by its index; <see langword="null"/> if it is none that can be read here.</summary>
    public static Pack? TryOpen(string indexPath, int idLength) =>
        Unreadable.Else(() => PackIndex.TryOpen(indexPath, idLength)) is { } index ? new Pack(indexPath, index) : null;

    /// <summary>Whether it has an object, as far as Git looks before it asks a remote for one: it begins and ends as its index says. Nobody has looked at the object.</summary>
    public bool Has(ObjectId id) => Unreadable.Else(() => index.TryFind(id) is not null && hasItsEnds.Value);

    /// <summary>Reads an object; <see langword="null"/> if the pack does not have it, it is damaged, or has more bytes than wanted.</summary>
    public StoredObject? TryRead(ObjectId id, long sizeMax, bool lend, DeltaBases bases) =>
        index.TryFind(id) is { } offset ? TryRead(offset, id.Length, sizeMax, lend, bases) : null;

    /// <summary>An object as it stands in the pack, to be put into another: type and size, then its bytes deflated. <see langword="null"/> if the pack does not have it whole and undamaged, or it takes more bytes than wanted.</summary>
    public ReadOnlyMemory<byte>? TryCopy(ObjectId id, ObjectKind kind, long sizeMax)
    {
        if (index.TryFindWhole(id, RandomAccess.GetLength(file.Value) - id.Length) is not { } place
            || place.End - place.Start is not (> 0 and var length)
            || length > Math.Min(sizeMax, int.MaxValue)
            || TryReadHeader(place.Start, id.Length)?.Kind != kind)
        {
            return null;
        }

        var entry = new byte[length];
        return RandomAccess.Read(file.Value, entry, place.Start) == entry.Length && Crc32.HashToUInt32(entry) == place.Checksum ? entry.AsMemory() : (ReadOnlyMemory<byte>?)null;
    }

    public void Dispose()
    {
        index.Dispose();
        if (file.IsValueCreated)
        {
            file.Value.Dispose();
        }
    }

    private bool HasItsEnds()
    {
        var checksum = index.PackChecksum();
        Span<byte> start = stackalloc byte[StartBytes];
        Span<byte> end = stackalloc byte[checksum.Length];
        var length = RandomAccess.GetLength(file.Value);
        return length >= start.Length + end.Length
            && RandomAccess.Read(file.Value, start, 0) == start.Length
            && start.StartsWith("PACK"u8)
            && BinaryPrimitives.ReadInt32BigEndian(start[CountAt..]) == index.Count
            && RandomAccess.Read(file.Value, end, length - end.Length) == end.Length
            && end.SequenceEqual(checksum);
    }

    // From the object down to one that is whole, then up again. No recursion, and bounds for length and bytes: what the chain is like says whoever made the pack.
    private StoredObject? TryRead(long offset, int idLength, long sizeMax, bool lend, DeltaBases bases)
    {
        var deltas = new Stack<(long Offset, byte[] Delta)>();
        var bytesLeft = (long)ChainBytesMax;
        StoredObject? found;
        while ((found = bases.Find(this, offset)) is null)
        {
            if (TryReadHeader(offset, idLength) is not { } header || header.Size > (header.Kind is not null && deltas.Count == 0 ? sizeMax : Math.Min(BaseBytesMax, bytesLeft)))
            {
                return null;
            }

            // What may be needed as a base again is kept, and cannot be given back.
            var lent = lend && header.Kind is not null && deltas.Count == 0;
            var size = (int)header.Size;
            var room = StoredObject.NewRoom(size, lent);
            if (!Inflating.TryRead(file.Value, header.DataOffset, room.AsSpan(0, size)))
            {
                return null;
            }

            if (header.Kind is { } kind)
            {
                found = new StoredObject(kind, room, size, lent);
                break;
            }

            if (header.BaseOffset is not { } below || below <= 0 || deltas.Count == ChainMax)
            {
                return null;
            }

            deltas.Push((offset, room));
            bytesLeft -= size;
            offset = below;
        }

        // The next object that is asked for is often made of this one.
        var isMade = deltas.Count > 0;
        while (deltas.TryPop(out var next))
        {
            bases.Keep(this, offset, found.Value);
            bytesLeft -= found.Value.Length;
            found = PackDelta.TryApply(found.Value, next.Delta, deltas.Count == 0 ? sizeMax : Math.Min(BaseBytesMax, bytesLeft));
            if (found is null)
            {
                return null;
            }

            offset = next.Offset;
        }

        if (isMade)
        {
            bases.Keep(this, offset, found.Value);
        }

        return found.Value.Length <= sizeMax ? found : null;
    }

    private (ObjectKind? Kind, long Size, long DataOffset, long? BaseOffset)? TryReadHeader(long offset, int idLength)
    {
        Span<byte> bytes = stackalloc byte[HeaderBytesMax];
        bytes = bytes[..RandomAccess.Read(file.Value, bytes, offset)];
        if (bytes.IsEmpty)
        {
            return null;
        }

        // Four bits of size beside the type, then seven a byte.
        var type = (bytes[0] >> 4) & 7;
        long size = bytes[0] & 15;
        var at = 1;
        for (var shift = 4; (bytes[at - 1] & 0x80) != 0; shift += 7)
        {
            if (at == bytes.Length || shift > 32)
            {
                return null;
            }

            size |= (long)(bytes[at++] & 0x7F) << shift;
        }

        return type switch
        {
            1 => (ObjectKind.Commit, size, offset + at, null),
            2 => (ObjectKind.Tree, size, offset + at, null),
            3 => (ObjectKind.Blob, size, offset + at, null),
            4 => (ObjectKind.Tag, size, offset + at, null),
            6 when TakeDistance(bytes, ref at) is { } distance => (null, size, offset + at, offset - distance),
            7 when bytes.Length - at >= idLength => (null, size, offset + at + idLength, index.TryFind(ObjectId.FromBytes(bytes.Slice(at, idLength)))),
            _ => null,
        };
    }

    // Seven bits a byte, the highest first, each further byte standing for one more than its bits.
    private static long? TakeDistance(ReadOnlySpan<byte> bytes, ref int at)
    {
        for (var distance = 0L; at < bytes.Length && distance < 1L << 55;)
        {
            var next = bytes[at++];
            distance = (distance << 7) | (uint)(next & 0x7F);
            if ((next & 0x80) == 0)
            {
                return distance;
            }

            distance++;
        }

        return null;
    }
}
