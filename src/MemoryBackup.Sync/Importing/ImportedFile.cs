using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MemoryBackup.Sync.Files;

namespace MemoryBackup.Sync.Importing;

/// <summary>A file that is to be taken over.</summary>
/// <param name="File">By what it is remembered.</param>
/// <param name="Host">The host whose file it is, for entries that do not say.</param>
/// <param name="Blob">The id of its content as a blob of Git.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="IsOfScript">It is one of the predecessor's: the next content under its name is a later state of it.</param>
internal sealed record ImportedFile(UserFile File, string Host, string Blob, FileContent Content, bool IsOfScript)
{
    /// <summary>The id that Git gives to bytes in a repository of the usual object format.</summary>
    public static string BlobOf(ReadOnlySpan<byte> bytes)
    {
#pragma warning disable CA5350 // Git names its objects so; nothing here rests on that being hard to forge.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {bytes.Length}\0")));
        hash.AppendData(bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
