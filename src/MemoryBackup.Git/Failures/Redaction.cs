using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MemoryBackup.Git;

/// <summary>Makes foreign text fit to be shown: no credentials, nothing that steers a terminal, bounded.</summary>
public static partial class Redaction
{
    /// <summary>Longest text that is passed on, in characters: enough for every message of Git, too little to flood a log.</summary>
    private const int LengthMax = 4000;

    /// <summary>Everything at once: credentials replaced, control characters made harmless, trimmed and cut at 4,000 characters.</summary>
    public static string Clean(string text)
    {
        // In this order: a control character in a password would end what is taken for it, and then be made harmless.
        var clean = WithoutCredentials(Harmless(text)).Trim();
        return clean.Length <= LengthMax ? clean : string.Concat(clean.AsSpan(0, LengthMax), "…");
    }

    /// <summary>Replaces what stands before the <c>@</c> of a URL by <c>***</c>, except the plain user name of an SSH URL.</summary>
    /// <remarks>Hosts take a token as user name as well as password, so over HTTP both go.</remarks>
    public static string WithoutCredentials(string text) =>
        UserInfo().Replace(text, match =>
            match.Groups["scheme"].Value.ToLowerInvariant() is "ssh" or "git+ssh" or "ssh+git" && !match.Groups["user"].Value.Contains(':')
                ? match.Value
                : match.Groups["scheme"].Value + "://***@");

    /// <summary>Carriage returns become line ends; other control and invisible format characters become U+FFFD.</summary>
    internal static string Harmless(string text)
    {
        if (!text.Any(IsHarmful))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            result.Append(c == '\r' ? '\n' : IsHarmful(c) ? '\uFFFD' : c);
        }

        return result.ToString();
    }

    private static bool IsHarmful(char c) =>
        c is not ('\n' or '\t')
        && char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    [GeneratedRegex(@"(?<scheme>[A-Za-z][A-Za-z0-9+.\-]{0,20})://(?<user>[^\s/'""<>]+)@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();
}
