using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace MemoryBackup.Git;

/// <summary>The name of a Git object: 20 bytes (SHA-1) or 32 (SHA-256), printed as 40 or 64 lower-case hexadecimal digits.</summary>
/// <remarks>Four words and a length, so that comparing and hashing ids allocates nothing. <c>default</c> is <see cref="None"/>.</remarks>
public readonly record struct ObjectId : IComparable<ObjectId>
{
    private const int BytesMax = 32;

    private readonly ulong first;
    private readonly ulong second;
    private readonly ulong third;
    private readonly ulong fourth;
    private readonly byte length;

    private ObjectId(ReadOnlySpan<byte> bytes)
    {
        Span<byte> padded = stackalloc byte[BytesMax];
        padded.Clear();
        bytes.CopyTo(padded);
        first = BinaryPrimitives.ReadUInt64BigEndian(padded);
        second = BinaryPrimitives.ReadUInt64BigEndian(padded[8..]);
        third = BinaryPrimitives.ReadUInt64BigEndian(padded[16..]);
        fourth = BinaryPrimitives.ReadUInt64BigEndian(padded[24..]);
        length = (byte)bytes.Length;
    }

    /// <summary>No object. In a ref change: the ref does not exist (expected), or shall not (new).</summary>
    public static ObjectId None => default;

    /// <summary>Whether this names no object: <see cref="None"/>, or the all-zero id that Git prints for it.</summary>
    public bool IsNull => (first | second | third | fourth) == 0;

    /// <summary>Length in bytes: 20 or 32; 0 for <see cref="None"/>.</summary>
    public int Length => length;

    /// <summary>The id that Git gives to an object: the hash of its type, its size and its bytes.</summary>
    /// <param name="kind">Its type.</param>
    /// <param name="data">Its bytes.</param>
    /// <param name="length">20 for a repository of the usual object format, 32 for one of SHA-256.</param>
    public static ObjectId Of(ObjectKind kind, ReadOnlySpan<byte> data, int length = SHA1.HashSizeInBytes)
    {
        Span<byte> header = stackalloc byte[BytesMax];
        var word = kind.Word();
        word.CopyTo(header);
        header[word.Length] = (byte)' ';
        Utf8Formatter.TryFormat(data.Length, header[(word.Length + 1)..], out var digits);
        var headerLength = word.Length + digits + 2;
        header[headerLength - 1] = 0;
        Span<byte> hash = stackalloc byte[length];
        Digest.Hash(hash, header[..headerLength], data);
        return FromBytes(hash);
    }

    /// <summary>Reads the raw form, as in tree objects.</summary>
    /// <exception cref="ArgumentException">Neither 20 nor 32 bytes.</exception>
    public static ObjectId FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length is 20 or BytesMax ? new(bytes) : throw new ArgumentException("An object id has 20 or 32 bytes.", nameof(bytes));

    /// <summary>Reads 40 or 64 hexadecimal digits.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static ObjectId Parse(ReadOnlySpan<char> hex) =>
        TryParse(hex, out var id) ? id : throw new FormatException($"Not an object id: '{hex}'.");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char})"/>
    public static ObjectId Parse(ReadOnlySpan<byte> hex) =>
        TryParse(hex, out var id) ? id : throw new FormatException("Not an object id.");

    /// <summary>Reads 40 or 64 hexadecimal digits; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? hex, out ObjectId id) => TryParse(hex.AsSpan(), out id);

    /// <inheritdoc cref="TryParse(string?, out ObjectId)"/>
    public static bool TryParse(ReadOnlySpan<char> hex, out ObjectId id)
    {
        Span<byte> bytes = stackalloc byte[BytesMax];
        var valid = hex.Length is 40 or 64
            && Convert.FromHexString(hex, bytes, out _, out _) == OperationStatus.Done;
        id = valid ? new(bytes[..(hex.Length / 2)]) : default;
        return valid;
    }

    /// <inheritdoc cref="TryParse(string?, out ObjectId)"/>
    public static bool TryParse(ReadOnlySpan<byte> hex, out ObjectId id)
    {
        Span<byte> bytes = stackalloc byte[BytesMax];
        var valid = hex.Length is 40 or 64
            && Convert.FromHexString(hex, bytes, out _, out _) == OperationStatus.Done;
        id = valid ? new(bytes[..(hex.Length / 2)]) : default;
        return valid;
    }

    /// <summary>Whether this is the id of these bytes.</summary>
    internal bool IsOf(ObjectKind kind, ReadOnlySpan<byte> data) => Of(kind, data, length) == this;

    /// <summary>Writes the raw form; <paramref name="destination"/> has room for <see cref="Length"/> bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        Span<byte> padded = stackalloc byte[BytesMax];
        Fill(padded);
        padded[..length].CopyTo(destination);
    }

    /// <summary>By bytes, the order in which Git lists ids.</summary>
    public int CompareTo(ObjectId other)
    {
        Span<byte> mine = stackalloc byte[BytesMax];
        Span<byte> theirs = stackalloc byte[BytesMax];
        Fill(mine);
        other.Fill(theirs);
        return mine.SequenceCompareTo(theirs);
    }

    /// <summary>Lower-case hexadecimal; 40 zeros for <see cref="None"/>.</summary>
    public override string ToString()
    {
        Span<byte> padded = stackalloc byte[BytesMax];
        Fill(padded);
        return Convert.ToHexStringLower(padded[..(length == 0 ? 20 : length)]);
    }

    private void Fill(Span<byte> padded)
    {
        BinaryPrimitives.WriteUInt64BigEndian(padded, first);
        BinaryPrimitives.WriteUInt64BigEndian(padded[8..], second);
        BinaryPrimitives.WriteUInt64BigEndian(padded[16..], third);
        BinaryPrimitives.WriteUInt64BigEndian(padded[24..], fourth);
    }
}
