using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace MemoryBackup.Git;

/// <summary>Reads Git's configuration files without Git, where all that matters in them is written plainly (its documentation, “git-config”, “Syntax”).</summary>
/// <remarks>Left to Git: includes, configuration of work trees, quoted or escaped values of what is asked for, lines that go on, and what Git takes for no valid line.</remarks>
internal static class ConfigFiles
{
    private const int BytesMax = 1 << 20;

    private static readonly SearchValues<char> NameChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly SearchValues<char> SpecialChars = SearchValues.Create("\"\\#;\t");

    /// <summary>What the files say of some keys, as <c>git config --null --get-regexp</c> prints it: <c>key LF value NUL</c>, again and again; <see langword="null"/> if only Git can tell.</summary>
    /// <param name="paths">The files in the order in which Git reads them; one that is not there says nothing.</param>
    /// <param name="isWanted">Whether a key is asked for; its section and name are in lower case.</param>
    public static string? TryList(IEnumerable<string> paths, Predicate<string> isWanted)
    {
        var list = new StringBuilder();
        return paths.All(path => TryRead(path, out var text) && TryList(text, isWanted, list)) ? list.ToString() : null;
    }

    private static bool TryRead(string path, [NotNullWhen(true)] out string? text)
    {
        text = null;
        try
        {
            if ((Path.Exists(path) ? SmallFile.Read(path) : []) is { Length: <= BytesMax } bytes)
            {
                text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Git says what is the matter with it.
        }

        return text is not null;
    }

    private static bool TryList(string text, Predicate<string> isWanted, StringBuilder list)
    {
        if (text.AsSpan().ContainsAny('\r', '\0', '\uFEFF'))
        {
            return false;
        }

        string? section = null;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range].Trim(" \t");
            if (line.IsEmpty || line[0] is '#' or ';')
            {
                continue;
            }

            if (line[0] == '[')
            {
                section = Section(line);
                if (section is null || section.Split('.')[0] is "include" or "includeif")
                {
                    return false;
                }

                continue;
            }

            if (section is null || !TryTake(section, line, isWanted, list))
            {
                return false;
            }
        }

        return true;
    }

    // [name] or [name "anything"].
    private static string? Section(ReadOnlySpan<char> line)
    {
        if (line[^1] != ']')
        {
            return null;
        }

        var inner = line[1..^1];
        var quote = inner.IndexOf('"');
        var name = (quote < 0 ? inner : inner[..quote].TrimEnd(" \t")).ToString().ToLowerInvariant();
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameChars) || (quote >= 0 && inner[quote - 1] is not (' ' or '\t')))
        {
            return null;
        }

        var sub = quote < 0 ? [] : inner[(quote + 1)..];
        return quote < 0 ? name : sub.IndexOfAny('"', '\\') == sub.Length - 1 && sub is [.. var plain, '"'] ? $"{name}.{plain}" : null;
    }

    private static bool TryTake(string section, ReadOnlySpan<char> line, Predicate<string> isWanted, StringBuilder list)
    {
        var end = line.IndexOfAnyExcept(NameChars);
        var name = end < 0 ? line : line[..end];
        var rest = line[name.Length..].TrimStart(" \t");
        if (name.IsEmpty || !char.IsAsciiLetter(name[0]) || (!rest.IsEmpty && rest[0] != '='))
        {
            return false;
        }

        var key = $"{section}.{name.ToString().ToLowerInvariant()}";
        var value = rest.IsEmpty ? rest : rest[1..].TrimStart(" \t");
        if (key == "extensions.worktreeconfig" || !IsValid(value))
        {
            return false;
        }

        if (!isWanted(key))
        {
            return true;
        }

        if (value.ContainsAny(SpecialChars))
        {
            return false;
        }

        list.Append(key);
        if (!rest.IsEmpty)
        {
            list.Append('\n').Append(value);
        }

        list.Append('\0');
        return true;
    }

    // Whatever it says: quotes have an end, what is escaped is known, and no line goes on.
    private static bool IsValid(ReadOnlySpan<char> value)
    {
        var isQuoted = false;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\')
            {
                i++;
                if (i == value.Length || value[i] is not ('"' or '\\' or 'n' or 't' or 'b'))
                {
                    return false;
                }
            }
            else if (value[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && value[i] is ('#' or ';'))
            {
                return value[^1] != '\\';
            }
        }

        return !isQuoted;
    }
}
