using System.Security.Cryptography;

namespace MemoryBackup.Sync.Files;

/// <summary>The bytes of a file at one moment.</summary>
/// <param name="Bytes">The content.</param>
/// <param name="ModifiedAt">When the file says it was last modified.</param>
internal sealed record FileContent(ReadOnlyMemory<byte> Bytes, DateTimeOffset ModifiedAt)
{
    private string? hash;

    /// <summary>SHA-256 of the content, in hex.</summary>
    public string Hash => hash ??= HashOf(Bytes.Span);

    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
