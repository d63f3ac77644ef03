using System.Buffers.Text;

namespace MemoryBackup.Crdt.Json;

/// <summary>One escape inside a string.</summary>
/// <param name="CodePoint">The character that it stands for.</param>
/// <param name="Length">Its bytes, backslash included; both halves of a surrogate pair.</param>
/// <param name="IsCanonical">Whether canonical text writes the character in just this way.</param>
internal readonly record struct JsonEscape(int CodePoint, int Length, bool IsCanonical)
{
    /// <summary>Reads the escape whose backslash stands at <paramref name="at"/>.</summary>
    /// <exception cref="JsonInvalidException">Not an escape, cut off, or half of a surrogate pair.</exception>
    public static JsonEscape Read(ReadOnlySpan<byte> utf8, int at)
    {
        if (at + 1 >= utf8.Length)
        {
            throw new JsonInvalidException("the text ends inside a string", utf8.Length);
        }

        return utf8[at + 1] switch
        {
            (byte)'"' => new('"', 2, true),
            (byte)'\\' => new('\\', 2, true),
            (byte)'/' => new('/', 2, false),
            (byte)'b' => new('\b', 2, true),
            (byte)'f' => new('\f', 2, true),
            (byte)'n' => new('\n', 2, true),
            (byte)'r' => new('\r', 2, true),
            (byte)'t' => new('\t', 2, true),
            (byte)'u' => Unicode(utf8, at),
            _ => throw new JsonInvalidException("a backslash stands before a character that it cannot escape", at),
        };
    }

    private static JsonEscape Unicode(ReadOnlySpan<byte> utf8, int at)
    {
        var unit = Unit(utf8, at);
        if (!char.IsSurrogate((char)unit))
        {
            return new(unit, 6, unit < 0x20 && unit is not ('\b' or '\f' or '\n' or '\r' or '\t') && IsLowerHex(utf8[at + 5]));
        }

        if (char.IsHighSurrogate((char)unit) && at + 7 < utf8.Length && utf8[at + 6] == '\\' && utf8[at + 7] == 'u'
            && Unit(utf8, at + 6) is var low && char.IsLowSurrogate((char)low))
        {
            return new(char.ConvertToUtf32((char)unit, (char)low), 12, false);
        }

        throw new JsonInvalidException("a string holds half of a surrogate pair", at);
    }

    private static int Unit(ReadOnlySpan<byte> utf8, int at)
    {
        if (at + 6 > utf8.Length)
        {
            throw new JsonInvalidException("the text ends inside a string", utf8.Length);
        }

        return Utf8Parser.TryParse(utf8.Slice(at + 2, 4), out ushort unit, out var read, 'x') && read == 4
            ? unit
            : throw new JsonInvalidException("\\u wants four hexadecimal digits", at);
    }

    private static bool IsLowerHex(byte digit) => digit is not (>= (byte)'A' and <= (byte)'F');
}
