using System.Buffers.Text;
using System.Security.Cryptography;

namespace MemoryBackup.Git.Stored;

/// <summary>What an object's id is made of.</summary>
internal static class ObjectHash
{
    /// <summary>Whether the id stands for these bytes: Git hashes an object with its type and its size before it.</summary>
    public static bool IsOf(this ObjectId id, ObjectKind kind, ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(id.Length == SHA1.HashSizeInBytes ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        bytes[0] = (byte)' ';
        Utf8Formatter.TryFormat(data.Length, bytes[1..], out var digits);
        bytes[digits + 1] = 0;
        hash.AppendData(kind.Word());
        hash.AppendData(bytes[..(digits + 2)]);
        hash.AppendData(data);
        return ObjectId.FromBytes(bytes[..hash.GetHashAndReset(bytes)]) == id;
    }
}
