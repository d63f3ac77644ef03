using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.Versioning;

namespace MemoryBackup.Git;

/// <summary>Writes objects into one pack with its index, none of them as changes of another (Git's documentation, “gitformat-pack”, version 2 of both).</summary>
[UnsupportedOSPlatform("windows")]
internal static class PackWriter
{
    private const int FanOutCount = 256;
    private const int HeaderBytesMax = 8;

    /// <summary>Writes the objects, and syncs the files and their folder. No Git that tidies up takes the pack away before what is returned is disposed: after refs point to its objects.</summary>
    /// <param name="program">Git, on whose machine they are written.</param>
    /// <param name="folder">The folder of the repository's objects: who may read there may read them.</param>
    /// <param name="objects">The objects, together well below 2 GiB.</param>
    /// <param name="isReceived">Whether a remote on this machine takes them in meanwhile: on a processor of its own, since that takes longer than to deflate them.</param>
    /// <param name="level">As <see cref="ImportOptions.CompressionLevel"/>.</param>
    /// <param name="cancellation">Ends it between objects.</param>
    /// <exception cref="GitException">Something could not be written; then nothing of it is there.</exception>
    public static IDisposable Write(GitProgram program, string folder, PackEntries objects, bool isReceived, int? level, CancellationToken cancellation)
    {
        var ids = objects.Ids;
        var entries = program.RunAll(
            ids.Length,
            i =>
            {
                cancellation.ThrowIfCancellationRequested();
                return objects.Deflate(i, level);
            },
            spared: isReceived ? 1 : 0);
        List<ReadOnlyMemory<byte>> pieces = [Header(ids.Length), .. entries];
        pieces.Add(Checksum(pieces, ids[0].Length));
        var packs = Path.Combine(folder, "pack");
        var path = Path.Combine(packs, $"pack-{Convert.ToHexStringLower(pieces[^1].Span)}");
        var keeping = new Keeping(path + StaleLocks.KeepEnding);
        try
        {
            ObjectFile.Attempt(() => Put(folder, packs, path, pieces, Index(ids, entries, pieces[0].Length, pieces[^1])));
            return keeping;
        }
        catch
        {
            keeping.Dispose();
            throw;
        }
    }

    /// <summary>How a pack of so many objects begins.</summary>
    public static byte[] Header(int count)
    {
        var header = new byte[12];
        "PACK"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), 2);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8), count);
        return header;
    }

    // A pack is found by its index, which so comes last; and both are whole before either has its name, so that a full disk leaves none without the other.
    private static void Put(string folder, string packs, string path, IEnumerable<ReadOnlyMemory<byte>> pack, IEnumerable<ReadOnlyMemory<byte>> index)
    {
        var mode = File.GetUnixFileMode(folder);
        var packDraft = ObjectFile.Draft(packs, "tmp_pack_", mode, pack);
        var indexDraft = "";
        try
        {
            indexDraft = ObjectFile.Draft(packs, "tmp_idx_", mode, index);

            // For those who work beside this run: it need not outlive the machine.
            File.WriteAllBytes(path + StaleLocks.KeepEnding, StaleLocks.KeepText);
            File.Move(packDraft, path + ".pack", overwrite: true);
            File.Move(indexDraft, path + ".idx", overwrite: true);
        }
        catch
        {
            ObjectFile.Remove(packDraft);
            if (indexDraft.Length > 0)
            {
                ObjectFile.Remove(indexDraft);
            }

            if (!File.Exists(path + ".idx"))
            {
                ObjectFile.Remove(path + ".pack");
            }

            throw;
        }

        Durability.SyncDirectory(packs);
        Durability.SyncDirectory(folder);
    }

    /// <summary>An object as it stands in a pack: type and size, four bits of it beside the type and seven in each further byte; then the bytes, deflated.</summary>
    /// <param name="one">The object.</param>
    /// <param name="level">As <see cref="ImportOptions.CompressionLevel"/>.</param>
    public static ReadOnlyMemory<byte> Entry(GitObject one, int? level)
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
    private static List<ReadOnlyMemory<byte>> Index(ObjectId[] ids, IReadOnlyList<ReadOnlyMemory<byte>> entries, int start, ReadOnlyMemory<byte> packChecksum)
    {
        var (offsets, offset) = (new int[ids.Length], start);
        for (var i = 0; i < ids.Length; i++)
        {
            offsets[i] = offset;
            offset = checked(offset + entries[i].Length);
        }

        int[] sorted = [.. Enumerable.Range(0, ids.Length).OrderBy(i => ids[i])];
        var idLength = packChecksum.Length;
        var fanOut = new byte[FanOutCount * sizeof(int)];
        var names = new byte[ids.Length * idLength];
        var crcs = new byte[ids.Length * sizeof(int)];
        var places = new byte[ids.Length * sizeof(int)];
        var counts = new int[FanOutCount];
        for (var i = 0; i < sorted.Length; i++)
        {
            var id = names.AsSpan(i * idLength, idLength);
            ids[sorted[i]].CopyTo(id);
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
        using var hash = Digest.Begin(length);
        foreach (var part in parts)
        {
            hash.AppendData(part.Span);
        }

        return hash.GetHashAndReset();
    }

    // Git leaves a pack alone that has a file of this name beside it (gitrepository-layout, “objects/pack”).
    private sealed class Keeping(string path) : IDisposable
    {
        public void Dispose() => ObjectFile.Remove(path);
    }
}
