namespace MemoryBackup.Crdt.Json;

/// <summary>The grammar of numbers (RFC 8259, section 6).</summary>
internal static class JsonNumber
{
    /// <summary>The byte after the number that starts at <paramref name="at"/>.</summary>
    /// <exception cref="JsonInvalidException">Not a number.</exception>
    public static int End(ReadOnlySpan<byte> utf8, int at, int end)
    {
        var start = at;
        at += utf8[at] == '-' ? 1 : 0;
        if (at < end && utf8[at] == '0')
        {
            at++;
            if (at < end && IsDigit(utf8[at]))
            {
                throw new JsonInvalidException("a number may not start with a needless 0", start);
            }
        }
        else
        {
            at = Digits(utf8, at, end, start);
        }

        if (at < end && utf8[at] == '.')
        {
            at = Digits(utf8, at + 1, end, start);
        }

        if (at < end && utf8[at] is (byte)'e' or (byte)'E')
        {
            at++;
            at += at < end && utf8[at] is (byte)'+' or (byte)'-' ? 1 : 0;
            at = Digits(utf8, at, end, start);
        }

        return at;
    }

    private static int Digits(ReadOnlySpan<byte> utf8, int at, int end, int start)
    {
        var first = at;
        while (at < end && IsDigit(utf8[at]))
        {
            at++;
        }

        return at > first ? at : throw new JsonInvalidException("a number lacks a digit", at < end ? at : start);
    }

    private static bool IsDigit(byte character) => (uint)(character - '0') <= 9;
}
