using System.Globalization;

namespace MemoryBackup.Crdt;

/// <summary>The one text of a number that is not negative: digits, no sign, no leading zero, nothing after them.</summary>
internal static class PlainInteger
{
    // The parser of the framework lets NUL characters follow a number, so two texts would name one dot.
    public static bool TryParse(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        return text.Length > 0
            && !text.ContainsAnyExceptInRange('0', '9')
            && (text[0] != '0' || text.Length == 1)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Reads the sequence number of a dot: 1 and up. The last <see cref="long"/> is refused, so that each has a next one.</summary>
    public static bool TryParseSequence(ReadOnlySpan<char> text, out long sequence) =>
        TryParse(text, out sequence) && sequence is > 0 and < long.MaxValue;
}
