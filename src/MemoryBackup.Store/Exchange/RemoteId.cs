using System.Security.Cryptography;
using System.Text;
using MemoryBackup.Git;

namespace MemoryBackup.Store.Exchange;

/// <summary>What a remote is called in ref names and records: its own name, or for a URL a hash of it, so that no URL gets into a ref.</summary>
public static class RemoteId
{
    private const int NameLengthMax = 64;

    /// <summary>The id of a remote given by name or URL.</summary>
    public static string Of(string remote) =>
        remote.Length <= NameLengthMax && !remote.Contains('/') && !remote.Contains(':') && RefNames.IsValid($"refs/{remote}")
            ? remote
            : $"url-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(remote)).AsSpan(0, 8))}";
}
