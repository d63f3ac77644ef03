using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace MemoryBackup.Git.Stored;

/// <summary>Where the objects of a pack lie in it (Git's documentation, “gitformat-pack”, version 2 of <c>pack-*.idx</c>). For several threads.</summary>
/// <remarks>Of the sorted names only those are read that begin with the same byte as one that was asked for, so that a large index costs little.</remarks>
internal sealed class PackIndex : IDisposable
{
    private const int FanOutOffset = 8;
    private const int FanOutCount = 256;
    private const int NamesOffset = FanOutOffset + (FanOutCount * 4);
    private const int ChecksumBytes = 4;

    // Of those that begin with one byte: more than three million of them.
    private const int NamesBytesMax = 64 * 1024 * 1024;

    // Of so many objects it costs little to know where each begins.
    private const int StartsMax = 1 << 16;

    private const uint IsLong = 0x8000_0000;

    private readonly SafeFileHandle file;
    private readonly int idLength;
    private readonly int[] upTo;
    private readonly byte[]?[] names = new byte[FanOutCount][];
    private readonly Lazy<long[]> starts;

    private PackIndex(SafeFileHandle file, int idLength, int[] upTo)
    {
        (this.file, this.idLength, this.upTo) = (file, idLength, upTo);
        starts = new(Starts);
    }

    private static ReadOnlySpan<byte> Version2 => [0xFF, (byte)'t', (byte)'O', (byte)'c', 0, 0, 0, 2];

    /// <summary>How many objects the pack has.</summary>
    public int Count => upTo[^1];

    private long OffsetsOffset => NamesOffset + ((long)Count * (idLength + ChecksumBytes));

    /// <summary>Opens an index; <see langword="null"/> if it is of another version, for ids of another length, or damaged.</summary>
    /// <param name="path">The file.</param>
    /// <param name="idLength">20 or 32.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PackIndex? TryOpen(string path, int idLength)
    {
        var file = FileSection.Open(path);
        if (TryReadFanOut(file) is { } upTo)
        {
            var index = new PackIndex(file, idLength, upTo);
            // Behind the offsets: those that need eight bytes, and two checksums.
            var more = RandomAccess.GetLength(file) - index.OffsetsOffset - (4L * index.Count) - (2L * idLength);
            if (more >= 0 && more % 8 == 0 && more / 8 <= index.Count)
            {
                return index;
            }
        }

        file.Dispose();
        return null;
    }

    /// <summary>Where an object begins in the pack; <see langword="null"/> if it is not in it.</summary>
    /// <exception cref="IOException">The index cannot be read, or is cut.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public long? TryFind(ObjectId id) => TryFindPosition(id) is { } position ? Offset(position) : null;

    /// <summary>Where an object begins and ends in the pack, and the CRC-32 of what stands there; <see langword="null"/> if it is not in it, or too many others are.</summary>
    /// <param name="id">The object.</param>
    /// <param name="end">Where the objects end in the pack.</param>
    /// <inheritdoc cref="TryFind"/>
    public (long Start, long End, uint Checksum)? TryFindWhole(ObjectId id, long end)
    {
        if (Count > StartsMax || TryFindPosition(id) is not { } position)
        {
            return null;
        }

        var start = Offset(position);
        var next = Array.BinarySearch(starts.Value, start) + 1;
        return (start, next < starts.Value.Length ? starts.Value[next] : end, BinaryPrimitives.ReadUInt32BigEndian(Bytes(NamesOffset + ((long)Count * idLength) + ((long)position * ChecksumBytes), ChecksumBytes)));
    }

    /// <summary>The checksum that the pack ends in.</summary>
    /// <inheritdoc cref="TryFind"/>
    public byte[] PackChecksum() => Bytes(RandomAccess.GetLength(file) - (2L * idLength), idLength);

    private int? TryFindPosition(ObjectId id)
    {
        Span<byte> wanted = stackalloc byte[idLength];
        if (id.Length != idLength)
        {
            return null;
        }

        id.CopyTo(wanted);
        var first = wanted[0] == 0 ? 0 : upTo[wanted[0] - 1];
        var sorted = names[wanted[0]] ??= Names(first, upTo[wanted[0]]);
        var (low, high) = (0, sorted.Length / idLength);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var order = sorted.AsSpan(middle * idLength, idLength).SequenceCompareTo(wanted);
            if (order == 0)
            {
                return first + middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle);
        }

        return null;
    }

    public void Dispose() => file.Dispose();

    private static int[]? TryReadFanOut(SafeFileHandle file)
    {
        var header = new byte[NamesOffset];
        if (RandomAccess.Read(file, header, 0) != header.Length || !header.AsSpan().StartsWith(Version2))
        {
            return null;
        }

        var upTo = new int[FanOutCount];
        for (var i = 0; i < FanOutCount; i++)
        {
            upTo[i] = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(FanOutOffset + (4 * i)));
            if (upTo[i] < (i == 0 ? 0 : upTo[i - 1]))
            {
                return null;
            }
        }

        return upTo;
    }

    private long[] Starts()
    {
        var offsets = Bytes(OffsetsOffset, Count * 4);
        long[] sorted = [.. Enumerable.Range(0, Count).Select(i => BinaryPrimitives.ReadUInt32BigEndian(offsets.AsSpan(i * 4)) is var at && at < IsLong ? at : Offset(i))];
        Array.Sort(sorted);
        return sorted;
    }

    private byte[] Names(int from, int to) =>
        (long)(to - from) * idLength is var bytes and <= NamesBytesMax ? Bytes(NamesOffset + ((long)from * idLength), (int)bytes) : throw new InvalidDataException("more names than anybody has");

    private long Offset(int position)
    {
        var at = BinaryPrimitives.ReadUInt32BigEndian(Bytes(OffsetsOffset + (4L * position), 4));
        var offset = at < IsLong ? at : BinaryPrimitives.ReadInt64BigEndian(Bytes(OffsetsOffset + (4L * Count) + (8L * (at - IsLong)), 8));
        return offset > 0 ? offset : throw new InvalidDataException("an object before the beginning of its pack");
    }

    private byte[] Bytes(long offset, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = RandomAccess.Read(file, bytes.AsSpan(read), offset + read);
            read += more > 0 ? more : throw new EndOfStreamException();
        }

        return bytes;
    }
}
