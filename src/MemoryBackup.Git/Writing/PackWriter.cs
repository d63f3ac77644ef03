using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace MemoryBackup.Git;

/// <summary>Writes objects into one pack with its index, none of them as changes of another (Git's documentation, “gitformat-pack”, version 2 of both).</summary>
[UnsupportedOSPlatform("windows")]
internal static class PackWriter
{
    private const int FanOutCount = 256;
    private const int HeaderBytesMax = 8;

    /// <summary>Writes the objects, and syncs the files and their folder.</summary>
    /// <param name="folder">The folder of the repository's objects: who may read there may read them.</param>
    /// <param name="objects">The objects, together well below 2 GiB.</param>
    /// <param name="level">zlib's level, 0 to 9; null for its default.</param>
    /// <param name="cancellation">Ends it between objects.</param>
    /// <exception cref="GitException">Something could not be written.</exception>
    public static void Write(string folder, IReadOnlyCollection<GitObject> objects, int? level, CancellationToken cancellation)
    {
        // What leads to others first, as Git has it: it is read before them.
        GitObject[] order = [.. objects.OrderBy(one => one.Kind is ObjectKind.Commit ? 0 : one.Kind is ObjectKind.Tree ? 1 : 2)];
        var entries = new ReadOnlyMemory<byte>[order.Length];
        var work = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, order.Length, work, i => entries[i] = Entry(order[i], level));

        var header = new byte[12];
        "PACK"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), 2);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8), order.Length);
        var checksum = Checksum([header, .. entries], order[0].Id.Length);
        var index = Index(order, entries, header.Length, checksum);
        var name = $"pack-{Convert.ToHexStringLower(checksum)}";
        ObjectFile.Attempt(() =>
        {
            // A pack is found by its index, which so comes last.
            var mode = File.GetUnixFileMode(folder);
            var packs = Path.Combine(folder, "pack");
            ObjectFile.Put(packs, name + ".pack", "tmp_pack_", mode, [header, .. entries, checksum]);
            ObjectFile.Put(packs, name + ".idx", "tmp_idx_", mode, index);
            Durability.SyncDirectory(packs);
            Durability.SyncDirectory(folder);
        });
    }

    // Type and size, four bits of it beside the type and seven in each further byte; then the bytes, deflated.
    private static ReadOnlyMemory<byte> Entry(GitObject one, int? level)
    {
        Span<byte> header = stackalloc byte[HeaderBytesMax];
        var (type, size) = (one.Kind switch { ObjectKind.Commit => 1, ObjectKind.Tree => 2, ObjectKind.Blob => 3, _ => 4 }, one.Data.Length);
        var length = 0;
        header[length] = (byte)((type << 4) | (size & 0x0F));
        for (size >>= 4; size > 0; size >>= 7)
        {
            header[length++] |= 0x80;
            header[length] = (byte)(size & 0x7F);
        }

        return ObjectFile.Deflated(header[..(length + 1)], level, one.Data);
    }

    // Names in their order, and what is to be known of each in the same: a checksum of its bytes in the pack, and where they begin.
    private static List<ReadOnlyMemory<byte>> Index(GitObject[] order, ReadOnlyMemory<byte>[] entries, int start, byte[] packChecksum)
    {
        var (offsets, offset) = (new int[order.Length], start);
        for (var i = 0; i < order.Length; i++)
        {
            offsets[i] = offset;
            offset = checked(offset + entries[i].Length);
        }

        int[] sorted = [.. Enumerable.Range(0, order.Length).OrderBy(i => order[i].Id)];
        var idLength = packChecksum.Length;
        var fanOut = new byte[FanOutCount * sizeof(int)];
        var names = new byte[order.Length * idLength];
        var crcs = new byte[order.Length * sizeof(int)];
        var places = new byte[order.Length * sizeof(int)];
        var counts = new int[FanOutCount];
        for (var i = 0; i < sorted.Length; i++)
        {
            var id = names.AsSpan(i * idLength, idLength);
            order[sorted[i]].Id.CopyTo(id);
            counts[id[0]]++;
            BinaryPrimitives.WriteUInt32BigEndian(crcs.AsSpan(i * sizeof(int)), Crc32.HashToUInt32(entries[sorted[i]].Span));
            BinaryPrimitives.WriteInt32BigEndian(places.AsSpan(i * sizeof(int)), offsets[sorted[i]]);
        }

        for (var (first, upTo) = (0, 0); first < FanOutCount; first++)
        {
            BinaryPrimitives.WriteInt32BigEndian(fanOut.AsSpan(first * sizeof(int)), upTo += counts[first]);
        }

        List<ReadOnlyMemory<byte>> index = [new byte[] { 0xFF, (byte)'t', (byte)'O', (byte)'c', 0, 0, 0, 2 }, fanOut, names, crcs, places, packChecksum];
        index.Add(Checksum(index, idLength));
        return index;
    }

    private static byte[] Checksum(IEnumerable<ReadOnlyMemory<byte>> parts, int length)
    {
        using var hash = IncrementalHash.CreateHash(length == SHA256.HashSizeInBytes ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        foreach (var part in parts)
        {
            hash.AppendData(part.Span);
        }

        return hash.GetHashAndReset();
    }
}
