using System.Globalization;
using System.Text;

namespace MemoryBackup.Cli.Output;

/// <summary>Text from files, keys, paths and Git, made fit for a terminal and a log: what steers or deceives is spelt out.</summary>
/// <remarks>
/// Control characters (C0, DEL, C1), format characters (bidirectional overrides, zero width), line and paragraph separators and lone surrogates become
/// <c>\u001b</c> and the like, so that no name can move the cursor, forge a line of the log or read as another.
/// </remarks>
internal static class VisibleText
{
    /// <summary>The longest foreign value that a message quotes, in characters.</summary>
    public const int QuotedLengthMax = 80;

    /// <summary>The text with every harmful character spelt out.</summary>
    public static string Of(string text)
    {
        var first = FirstHarmful(text);
        if (first < 0)
        {
            return text;
        }

        var result = new StringBuilder(text, 0, first, text.Length + 16);
        for (var index = first; index < text.Length; index++)
        {
            if (char.IsSurrogatePair(text, index))
            {
                var pair = text.AsSpan(index++, 2);
                if (IsHarmful(CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(pair[0], pair[1]))))
                {
                    Spell(result, pair[0]);
                    Spell(result, pair[1]);
                }
                else
                {
                    result.Append(pair);
                }
            }
            else if (IsHarmful(char.GetUnicodeCategory(text[index])))
            {
                Spell(result, text[index]);
            }
            else
            {
                result.Append(text[index]);
            }
        }

        return result.ToString();
    }

    /// <summary>The text with harmful characters spelt out, and cut to a length with its whole length told.</summary>
    public static string Bounded(string text, int lengthMax = QuotedLengthMax)
    {
        if (text.Length <= lengthMax)
        {
            return Of(text);
        }

        var cut = char.IsHighSurrogate(text[lengthMax - 1]) ? lengthMax - 1 : lengthMax;
        return string.Create(CultureInfo.InvariantCulture, $"{Of(text[..cut])}… ({text.Length:N0} characters)");
    }

    private static int FirstHarmful(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            // Printable ASCII is nearly everything: the tables are asked only for the rest. A surrogate goes the long way, whole or not.
            if (text[index] is < ' ' or > '~' && IsHarmful(char.GetUnicodeCategory(text[index])))
            {
                return index;
            }
        }

        return -1;
    }

    private static bool IsHarmful(UnicodeCategory category) => category is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;

    private static void Spell(StringBuilder result, char character) =>
        result.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
}
