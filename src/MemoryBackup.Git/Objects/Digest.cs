using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;

namespace MemoryBackup.Git;

/// <summary>SHA-1 and SHA-256, also of little without waiting for the system's library.</summary>
/// <remarks>
/// On Linux the platform hashes with OpenSSL, which takes some four milliseconds to load: as much as all else that a run does which finds nothing new. So the first small things that a process hashes are hashed in managed code,
/// at a tenth of the speed, and whatever is more by the platform.
/// </remarks>
public static class Digest
{
    private const int SmallBytesMax = 64 * 1024;
    private const int FewBytesMax = 256 * 1024;

    // So much at once: OpenSSL goes on while the collector has stopped all else, the thread, too, that lets go of what was looked at of a mapped file.
    private const int PieceBytes = 4 << 20;

    private static int bytesHashed;

    /// <summary>The SHA-256 of some bytes: 32 bytes.</summary>
    public static byte[] Sha256(ReadOnlySpan<byte> bytes)
    {
        var hash = new byte[SHA256.HashSizeInBytes];
        Hash(hash, [], bytes);
        return hash;
    }

    /// <summary>Hashes what stands in two places as if it stood in one.</summary>
    /// <param name="hash">The hash: SHA-1 where there are 20 bytes for it, SHA-256 where there are 32.</param>
    /// <param name="beginning">What comes first.</param>
    /// <param name="rest">What comes after it.</param>
    internal static void Hash(Span<byte> hash, ReadOnlySpan<byte> beginning, ReadOnlySpan<byte> rest)
    {
        var length = beginning.Length + rest.Length;
        if (length <= SmallBytesMax && Volatile.Read(ref bytesHashed) < FewBytesMax)
        {
            Interlocked.Add(ref bytesHashed, length);
            HashHere(hash, beginning, rest);
        }
        else
        {
            HashByPlatform(hash, beginning, rest);
        }
    }

    /// <summary>The same in managed code.</summary>
    internal static void HashHere(Span<byte> hash, ReadOnlySpan<byte> beginning, ReadOnlySpan<byte> rest)
    {
        IDigest digest = hash.Length == SHA1.HashSizeInBytes ? new Sha1Digest() : new Sha256Digest();
        digest.BlockUpdate(beginning);
        digest.BlockUpdate(rest);
        digest.DoFinal(hash);
    }

    /// <summary>The same by the platform.</summary>
    internal static void HashByPlatform(Span<byte> hash, ReadOnlySpan<byte> beginning, ReadOnlySpan<byte> rest)
    {
        using var digest = Begin(hash.Length);
        digest.AppendData(beginning);
        for (; rest.Length > PieceBytes; rest = rest[PieceBytes..])
        {
            digest.AppendData(rest[..PieceBytes]);
        }

        digest.AppendData(rest);
        digest.GetHashAndReset(hash);
    }

    /// <summary>Begins to hash what comes in many parts, by the platform.</summary>
    /// <param name="length">20 for SHA-1, 32 for SHA-256.</param>
    internal static IncrementalHash Begin(int length) => IncrementalHash.CreateHash(length == SHA1.HashSizeInBytes ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256);
}
