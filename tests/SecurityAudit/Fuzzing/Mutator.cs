using System.Text;

namespace MemoryBackup.SecurityAudit.Fuzzing;

/// <summary>Makes an input out of others: a few random changes, some of them of the kinds that parsers of these formats have to withstand.</summary>
internal sealed class Mutator(Random random)
{
    /// <summary>The longest input, in bytes.</summary>
    public const int LengthMax = 8 * 1024;

    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "{", "}", "[", "]", ":", ",", "\"", "\\", "\\\"", "\\u0000", "\\ud800", "\\udc00", "\\u0041", "\\/", "null", "true", "false", "0", "-0", "1", "-1", "1.0", "1e5", "1E+400", "-1e-400",
            "1e999999999999999999999", "2147483647", "2147483648", "9007199254740993", "9223372036854775806", "9223372036854775807", "9223372036854775808", "18446744073709551616",
            "{}", "[]", "{\"\":{}}", "\"\"", "\"id\"", "\"name\"", "\"type\"", "\"entity\"", "\"relation\"", "\"entities\":[]", "\"observations\":[\"a\",\"a\"]",
            "\"_crdt_metadata\":{}", "\"_crdt_metadata\"", "\"value\"", "\"seen\":{}", "\"carried\":[]", "\"bare\":true", "\"shown\":[]", "\"values\":{}",
            "\n", "\r\n", "\r", "\t", " ", "\0", "\u001b[31m", "\u007f", "\u009b", "\u202e", "\u2028", "\ufeff", "é", "😀", "..", "../", "/", "//", "-", "--", "-x", "@{", "~0", "~1", "~2", "~", "#", "*", "?",
            ".lock", ".git", "refs/", "refs/heads/", "ext::", "file://", "ssh://", "https://u:p@h/", "://", "@", "::", "a-aaaaaaaaaa", "a-aaaaaaaaaa.1", "a-aaaaaaaaaa.1:1", "1-41,43", "aaaaaaaaaaaaaaaaaaaaaaaaaa",
            "2026-01-02T03:04:05.6789012Z", "9999-12-31", "0001-01-01", "yesterday", "18:00", "2d", "ago", "tree ", "parent ", "committer ", "40000 a\0", "100644 a\0", " missing", "(", ")", "!",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    /// <summary>Changes an input in one to eight places; another one lends parts.</summary>
    public byte[] Mutate(byte[] parent, byte[] other)
    {
        var bytes = parent;
        for (var changes = 1 << random.Next(4); changes > 0; changes--)
        {
            bytes = Change(bytes, other);
        }

        return bytes.Length <= LengthMax ? bytes : bytes[..LengthMax];
    }

    private byte[] Change(byte[] bytes, byte[] other)
    {
        var at = random.Next(bytes.Length + 1);
        var (from, to) = Range(bytes.Length);
        switch (random.Next(9))
        {
            case 0 when at < bytes.Length:
                return Replaced(bytes, at, at + 1, [(byte)(bytes[at] ^ (1 << random.Next(8)))]);
            case 1 when at < bytes.Length:
                return Replaced(bytes, at, at + 1, [(byte)random.Next(256)]);
            case 2:
                return Replaced(bytes, at, at, [(byte)random.Next(256)]);
            case 3:
                return Replaced(bytes, from, to, []);
            case 4:
                return Replaced(bytes, at, at, bytes[from..to]);
            case 5:
                var (start, end) = Range(other.Length);
                return Replaced(bytes, from, random.Next(2) == 0 ? from : to, other[start..end]);
            case 6:
                var times = 1 << random.Next(1, 10);
                var piece = bytes[from..Math.Min(to, from + 8)];
                return Replaced(bytes, from, from, [.. Enumerable.Repeat(piece, Math.Min(times, LengthMax / Math.Max(1, piece.Length))).SelectMany(copy => copy)]);
            default:
                return Replaced(bytes, from, random.Next(2) == 0 ? from : Math.Min(bytes.Length, from + random.Next(4)), Tokens[random.Next(Tokens.Length)]);
        }
    }

    // Short ranges more often than long ones.
    private (int From, int To) Range(int length)
    {
        var from = random.Next(length + 1);
        return (from, Math.Min(length, from + random.Next(1 << random.Next(1, 10))));
    }

    private static byte[] Replaced(byte[] bytes, int from, int to, ReadOnlySpan<byte> by) => [.. bytes.AsSpan(0, from), .. by, .. bytes.AsSpan(to)];
}
