using System.Buffers;
using System.Globalization;

namespace MemoryBackup.Crdt;

/// <summary>The one text of a number that is not negative: digits, no sign, no leading zero, nothing after them.</summary>
public static class PlainInteger
{
    /// <summary>The most digits that a number has.</summary>
    public const int LengthMax = 19;

    // The parser of the framework lets NUL characters follow a number, so two texts would name one dot.
    internal static bool TryParse(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        return text.Length > 0
            && !text.ContainsAnyExceptInRange('0', '9')
            && (text[0] != '0' || text.Length == 1)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Reads the sequence number of a dot: 1 and up. The last <see cref="long"/> is refused, so that each has a next one.</summary>
    internal static bool TryParseSequence(ReadOnlySpan<char> text, out long sequence) =>
        TryParse(text, out sequence) && sequence is > 0 and < long.MaxValue;

    /// <summary>Writes the text, in ASCII.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="number">0 and up.</param>
    public static void Write(IBufferWriter<byte> writer, long number)
    {
        writer.Advance(Write(writer.GetSpan(LengthMax), number));
    }

    /// <summary>Writes the text, in ASCII.</summary>
    /// <param name="utf8">Room for <see cref="LengthMax"/> bytes.</param>
    /// <param name="number">0 and up.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(Span<byte> utf8, long number)
    {
        number.TryFormat(utf8, out var written, provider: CultureInfo.InvariantCulture);
        return written;
    }

    /// <summary>The ordinal order of the texts.</summary>
    internal static int CompareTexts(long left, long right)
    {
        Span<byte> one = stackalloc byte[LengthMax];
        Span<byte> other = stackalloc byte[LengthMax];
        return one[..Write(one, left)].SequenceCompareTo(other[..Write(other, right)]);
    }
}
