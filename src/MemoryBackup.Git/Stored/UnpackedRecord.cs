using System.Buffers.Binary;
using System.IO.Hashing;

namespace MemoryBackup.Git.Stored;

/// <summary>Where an object stands among <see cref="UnpackedObjects"/>, and what tells that it is whole.</summary>
/// <remarks>Before its bytes stand: its kind, the length of its id, two bytes of zeros, its length in four, its id in 32, the XXH128 of its bytes in 16, and the XXH3 of all these in eight; numbers with the lowest byte first.</remarks>
/// <param name="Kind">Its type.</param>
/// <param name="Offset">Where its bytes begin.</param>
/// <param name="Length">How many they are.</param>
/// <param name="Hash">Their XXH128.</param>
internal sealed record UnpackedRecord(ObjectKind Kind, long Offset, int Length, UInt128 Hash)
{
    /// <summary>How many bytes stand before those of the object.</summary>
    public const int HeaderLength = HashedLength + sizeof(ulong);

    private const int IdLengthAt = 1;
    private const int LengthAt = 4;
    private const int IdAt = 8;
    private const int HashAt = 40;
    private const int HashedLength = 56;

    /// <summary>Whether it was read, or added, since the file was opened.</summary>
    public bool IsUsed { get; set; }

    /// <summary>The record of an object that is to be added; where is not known yet.</summary>
    public static UnpackedRecord Of(StoredObject found) =>
        new(found.Kind, Offset: 0, found.Length, XxHash128.HashToUInt128(found.Data.Span)) { IsUsed = true };

    /// <summary>Writes what stands before the object.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="header"><see cref="HeaderLength"/> bytes.</param>
    public void Write(ObjectId id, Span<byte> header)
    {
        header.Clear();
        header[0] = (byte)Kind;
        header[IdLengthAt] = (byte)id.Length;
        BinaryPrimitives.WriteInt32LittleEndian(header[LengthAt..], Length);
        id.CopyTo(header[IdAt..HashAt]);
        BinaryPrimitives.WriteUInt128LittleEndian(header[HashAt..], Hash);
        BinaryPrimitives.WriteUInt64LittleEndian(header[HashedLength..], XxHash3.HashToUInt64(header[..HashedLength]));
    }

    /// <summary>Reads what stands before an object; <see langword="null"/> if it is no such thing.</summary>
    /// <param name="header"><see cref="HeaderLength"/> bytes.</param>
    /// <param name="offset">Where what comes after them begins.</param>
    public static (ObjectId Id, UnpackedRecord Record)? TryRead(ReadOnlySpan<byte> header, long offset)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(header[LengthAt..]);
        return XxHash3.HashToUInt64(header[..HashedLength]) == BinaryPrimitives.ReadUInt64LittleEndian(header[HashedLength..])
            && header[0] <= (byte)ObjectKind.Tag
            && header[IdLengthAt] is 20 or 32
            && length >= 0
                ? (ObjectId.FromBytes(header.Slice(IdAt, header[IdLengthAt])), new((ObjectKind)header[0], offset, length, BinaryPrimitives.ReadUInt128LittleEndian(header[HashAt..])))
                : null;
    }
}
