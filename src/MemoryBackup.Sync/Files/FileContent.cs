using System.Security.Cryptography;
using MemoryBackup.Git;

namespace MemoryBackup.Sync.Files;

/// <summary>The bytes of a file at one moment.</summary>
/// <param name="Bytes">The content.</param>
/// <param name="ModifiedAt">When the file says it was last modified.</param>
internal sealed record FileContent(ReadOnlyMemory<byte> Bytes, DateTimeOffset ModifiedAt)
{
    private Task<string>? ahead;
    private string? hash;

    /// <summary>What <see cref="Bytes"/> are of; <see langword="null"/> if they are held in this process's memory.</summary>
    public FileSnapshot? Snapshot { get; init; }

    /// <summary>SHA-256 of the content, in hex.</summary>
    public string Hash => hash ??= ahead?.GetAwaiter().GetResult() ?? HashOf(Bytes.Span);

    /// <summary>Begins to hash the content, which the caller will ask for, while it does something else.</summary>
    /// <param name="beside">Does work beside what the caller goes on with.</param>
    public void HashAhead(Func<Func<string>, Task<string>> beside)
    {
        if (ahead is null && hash is null)
        {
            ahead = beside(() => HashOf(Bytes.Span));
            Snapshot?.IsUsedBy(ahead);
        }
    }

    /// <summary>Gives up what it takes beside this process's memory, where nobody needs the bytes any more.</summary>
    public void GiveUp() => (Snapshot as IDisposable)?.Dispose();

    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(Digest.Sha256(bytes));

    /// <summary>The same of a content in pieces.</summary>
    public static string HashOf(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in pieces)
        {
            hash.AppendData(piece.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
