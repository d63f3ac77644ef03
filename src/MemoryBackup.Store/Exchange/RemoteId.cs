using System.Text;
using MemoryBackup.Git;

namespace MemoryBackup.Store.Exchange;

/// <summary>What a remote is called in ref names and records: its own name, or for a URL a hash of it, so that no URL gets into a ref.</summary>
public static class RemoteId
{
    /// <summary>How the ids of URLs begin; no name of a remote should.</summary>
    public const string UrlPrefix = "url-";

    /// <summary>The longest name of a remote that is its own id, in characters.</summary>
    public const int NameLengthMax = 64;

    private const int IdBytes = 8;
    private const int AddressBytes = 16;

    /// <summary>The id of a remote given by name or URL.</summary>
    public static string Of(string remote) =>
        remote.Length <= NameLengthMax && !remote.Contains('/') && !remote.Contains(':') && RefNames.IsValid($"refs/{remote}")
            ? remote
            : UrlPrefix + Hash(remote, IdBytes);

    /// <summary>Where a remote is, in a form that tells no password: a hash of its URLs. The same remote at another URL has another address.</summary>
    /// <param name="urls">Its URLs, in the order of the configuration.</param>
    public static string Address(IEnumerable<string> urls) => Hash(string.Join('\n', urls), AddressBytes);

    private static string Hash(string text, int bytes) => Convert.ToHexStringLower(Digest.Sha256(Encoding.UTF8.GetBytes(text)).AsSpan(0, bytes));
}
