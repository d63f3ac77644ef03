using System.Text;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Layout;

/// <summary>What the first values of a file show of its style; what none of them shows stays open.</summary>
internal sealed class StyleSample
{
    // Where the style has not shown by then, it hardly will.
    private const int TokensMax = 2_000;

    private int tokens;
    private string? colon;
    private string? comma;
    private bool? expands;
    private string? unit;
    private bool? expandsArrays;

    public bool IsComplete => (colon is not null && comma is not null && expandsArrays is not null) || tokens >= TokensMax;

    /// <summary>Looks at a valid value, as far as the limit allows.</summary>
    public StyleSample Look(ReadOnlySpan<byte> utf8, int start, int end)
    {
        var scanner = new JsonScanner(utf8, int.MaxValue);
        scanner.Restart(start, end);
        var (before, beforeStart, beforeEnd) = (JsonToken.None, start, start);
        while (!IsComplete && scanner.Read())
        {
            tokens++;
            See(utf8, before, beforeStart, utf8[beforeEnd..scanner.Start], scanner.Token);
            (before, beforeStart, beforeEnd) = (scanner.Token, scanner.Start, scanner.End);
        }

        return this;
    }

    /// <summary>Makes up for what was not seen: first from another sample, then by what usually goes together.</summary>
    /// <param name="newline">What ends a line in this file.</param>
    /// <param name="unitElse">What to indent by if nothing has shown; null: nothing, values stand on one line.</param>
    /// <param name="escapesNonAscii">See <see cref="ValueStyle"/>.</param>
    /// <param name="other">What other values show.</param>
    public ValueStyle Style(string newline, string? unitElse, bool escapesNonAscii, StyleSample? other = null)
    {
        var indent = expands is not null ? unit : other?.expands is not null ? other.unit : unitElse;
        var between = colon ?? other?.colon ?? (comma ?? other?.comma) switch
        {
            ", " => ": ",
            "," => ":",
            _ => indent is null ? ":" : ": ",
        };
        return new ValueStyle(
            newline,
            indent,
            between,
            comma ?? other?.comma ?? (between == ":" ? "," : ", "),
            indent is not null && (expandsArrays ?? other?.expandsArrays ?? true),
            escapesNonAscii);
    }

    private void See(ReadOnlySpan<byte> utf8, JsonToken before, int beforeStart, ReadOnlySpan<byte> gap, JsonToken token)
    {
        var breaks = gap.Contains((byte)'\n');
        switch (before)
        {
            case JsonToken.None:
                break;
            case JsonToken.Name:
                colon ??= breaks ? null : Encoding.ASCII.GetString(gap);
                break;
            case JsonToken.ObjectStart when token == JsonToken.Name:
                unit = expands is null && breaks ? UnitOf(Indentation.Of(utf8, beforeStart), gap) : unit;
                expands ??= breaks;
                break;
            case JsonToken.ArrayStart when token != JsonToken.ArrayEnd:
                expandsArrays ??= breaks;
                break;
            case JsonToken.ObjectStart or JsonToken.ArrayStart:
                break;
            default:
                comma ??= breaks || token is JsonToken.ObjectEnd or JsonToken.ArrayEnd ? null : Encoding.ASCII.GetString(gap);
                break;
        }
    }

    private static string UnitOf(string outer, ReadOnlySpan<byte> gap)
    {
        var inner = Encoding.ASCII.GetString(gap[(gap.LastIndexOf((byte)'\n') + 1)..]);
        return inner.StartsWith(outer, StringComparison.Ordinal) ? inner[outer.Length..] : inner;
    }
}
