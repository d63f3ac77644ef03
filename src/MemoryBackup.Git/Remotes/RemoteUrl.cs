namespace MemoryBackup.Git;

/// <summary>What may stand as the address of a remote.</summary>
/// <remarks>
/// Git takes more than addresses: <c>ext::sh -c …</c> and every other <c>helper::…</c> or <c>helper://…</c> runs a program, and what begins with <c>-</c> may be
/// read as an option (of Git, or of ssh behind it). Only Git's own transports and paths are let through.
/// </remarks>
public static class RemoteUrl
{
    private const string FileScheme = "file://";

    private static readonly string[] Schemes = ["https", "http", "ssh", "git+ssh", "ssh+git", "git", "file"];

    /// <summary>Whether it is an <c>https</c>, <c>http</c>, <c>ssh</c>, <c>git</c> or <c>file</c> URL, <c>user@host:path</c>, or a path.</summary>
    public static bool IsAllowed(string? url)
    {
        if (string.IsNullOrWhiteSpace(url) || url.StartsWith('-') || url.Any(char.IsControl))
        {
            return false;
        }

        var scheme = Scheme(url);
        var rest = url.AsSpan(scheme.Length);
        if (rest.StartsWith("::"))
        {
            return false;
        }

        return !rest.StartsWith("://")
            || (Schemes.Contains(scheme, StringComparer.OrdinalIgnoreCase) && !Host(rest[3..]).StartsWith('-'));
    }

    /// <exception cref="GitException"><see cref="GitFailure.ForbiddenUrl"/>.</exception>
    public static void Require(string? url)
    {
        if (!IsAllowed(url))
        {
            throw new GitException(GitFailure.ForbiddenUrl, "git remote", $"this address of a remote is not allowed: '{Redaction.Clean(url ?? "")}'");
        }
    }

    /// <summary>The folder of this machine that an address names, as an absolute path; <see langword="null"/> if it names none, only from somewhere, or in a way that has to be taken apart.</summary>
    /// <remarks>Git takes what follows <c>file://</c> as a path, with <c>#</c> and <c>?</c> in it, and decodes <c>%</c>.</remarks>
    public static string? LocalPath(string url)
    {
        var path = url.StartsWith(FileScheme, StringComparison.Ordinal) && !url.Contains('%', StringComparison.Ordinal) ? url[FileScheme.Length..] : url;
        return Path.IsPathFullyQualified(path) && Path.GetFullPath(path) == path ? path : null;
    }

    private static string Scheme(string url) =>
        url[..(url.Length - url.AsSpan().TrimStart(SchemeCharacters).Length)];

    private static ReadOnlySpan<char> Host(ReadOnlySpan<char> authority)
    {
        var end = authority.IndexOf('/');
        authority = end < 0 ? authority : authority[..end];
        return authority[(authority.LastIndexOf('@') + 1)..];
    }

    private const string SchemeCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";
}
