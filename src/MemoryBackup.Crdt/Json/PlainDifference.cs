namespace MemoryBackup.Crdt.Json;

/// <summary>Tells of most canonical values that say something else that they do, from the place where their bytes part: without bringing either into its normal form.</summary>
internal static class PlainDifference
{
    // More containers inside one another nobody counts here.
    private const int DepthMax = 64;

    /// <summary>Whether two objects plainly say something else. If not, they may say the same or not.</summary>
    /// <param name="left">A canonical object.</param>
    /// <param name="right">Another one, of other bytes.</param>
    /// <remarks>
    /// Where they part inside the text of a member, in objects alone, that member has two values: a name stands once in an object, and canonical strings are equal only if their bytes are. Where one of them
    /// ends there and the other goes on, that one has a member more. Names may stand in another order, texts of a set as well, and a number may be written in several ways: of these nothing is told.
    /// </remarks>
    public static bool Is(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var at = left.CommonPrefixLength(right);
        return at < left.Length && at < right.Length && StandsIn(left[..at]) switch
        {
            Standing.Text => true,
            Standing.ValueBegins => !IsOfNumber(left[at]) || !IsOfNumber(right[at]),
            Standing.ValueEnded => (left[at], right[at]) is ((byte)',', (byte)'}') or ((byte)'}', (byte)','),
            _ => false,
        };
    }

    private static bool IsOfNumber(byte first) => first is (byte)'-' or (>= (byte)'0' and <= (byte)'9');

    // Where the text has come to, if it stands in objects alone.
    private static Standing StandsIn(ReadOnlySpan<byte> text)
    {
        var (depth, arrays) = (0, 0UL);
        var standing = Standing.Elsewhere;
        var isName = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'"':
                    if (JsonCanonical.EndOfString(text, i + 1) is not { } end)
                    {
                        return arrays == 0 && !isName ? Standing.Text : Standing.Elsewhere;
                    }

                    i = end - 1;
                    standing = isName ? Standing.Elsewhere : Standing.ValueEnded;
                    break;
                case (byte)':':
                    (standing, isName) = (Standing.ValueBegins, false);
                    break;
                case (byte)',':
                    (standing, isName) = (Standing.Elsewhere, (arrays & 1) == 0);
                    break;
                case (byte)'{' or (byte)'[':
                    if (++depth > DepthMax)
                    {
                        return Standing.Elsewhere;
                    }

                    arrays = (arrays << 1) | (text[i] == '[' ? 1UL : 0);
                    (standing, isName) = (Standing.Elsewhere, text[i] == '{');
                    break;
                case (byte)'}' or (byte)']':
                    (depth, arrays) = (depth - 1, arrays >> 1);
                    standing = Standing.ValueEnded;
                    break;
                default:
                    // In a number or a word: whether it ends here is told by what follows.
                    standing = Standing.ValueEnded;
                    break;
            }
        }

        return arrays == 0 ? standing : Standing.Elsewhere;
    }

    private enum Standing
    {
        /// <summary>In a name, in an array, or where a name begins.</summary>
        Elsewhere,

        /// <summary>In the text of a member.</summary>
        Text,

        /// <summary>Where the value of a member begins.</summary>
        ValueBegins,

        /// <summary>Behind the value of a member, unless it is a number or a word and goes on.</summary>
        ValueEnded,
    }
}
