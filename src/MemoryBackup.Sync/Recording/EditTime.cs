using System.Globalization;
using System.Text;
using System.Text.Json;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Sync.Recording;

/// <summary>When an edit was made, by what the entry itself says (design, section 4, "Stamps").</summary>
internal static class EditTime
{
    // Seconds since 1970 stay below this until the year 5138, milliseconds have been above it since 1973.
    private const double MillisecondsFrom = 1e11;

    private const int DateLength = 10; // 2026-01-02

    private static readonly (string Name, byte[] Member)[] Fields = [.. new[] { "updated_at", "last_updated", "timestamp" }.Select(name => (name, Member(name)))];

    /// <summary>The time that the entry gives and did not give before; <see langword="null"/> if there is none.</summary>
    /// <param name="value">What the entry says now.</param>
    /// <param name="before">What it said before; <see langword="null"/> if it is new.</param>
    public static Stamp? Of(JsonText value, JsonText? before)
    {
        if (value.Kind != JsonKind.Object || !MayHaveOne(value.Utf8.Span))
        {
            return null;
        }

        foreach (var field in Fields)
        {
            if (Read(value, field) is { } time && (before is not { } former || Read(former, field) != time))
            {
                return time;
            }
        }

        return null;
    }

    // What the names have in common, in as few searches: a first backup looks at every entry.
    private static bool MayHaveOne(ReadOnlySpan<byte> text) => text.IndexOf("updated"u8) >= 0 || text.IndexOf("timestamp\":"u8) >= 0;

    // A member of that name is written like this, and hardly any entry has one.
    private static byte[] Member(string field) => Encoding.UTF8.GetBytes($"\"{field}\":");

    private static Stamp? Read(JsonText value, (string Name, byte[] Member) field)
    {
        var text = value.Utf8.Span;
        if (value.Kind != JsonKind.Object || text.IndexOf(field.Member) < 0)
        {
            return null;
        }

        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = JsonCanonical.MaxDepthCeiling });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isField = reader.ValueTextEquals(field.Name);
            reader.Read();
            if (isField)
            {
                return Parse(ref reader);
            }

            reader.Skip();
        }

        return null;
    }

    private static Stamp? Parse(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => ParseText(reader.GetString()!),
        JsonTokenType.Number => ParseEpoch(ref reader),
        _ => null,
    };

    /// <summary>Reads a date as ISO 8601 writes it; without a zone it is UTC. Anything looser says something else on every machine and day.</summary>
    public static Stamp? ParseText(string text) =>
        text.Length >= DateLength
        && text[4] == '-'
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Stamp.At(time)
            : null;

    private static Stamp? ParseEpoch(ref Utf8JsonReader reader)
    {
        var ticks = reader.TryGetDouble(out var number)
            ? DateTime.UnixEpoch.Ticks + (number * (Math.Abs(number) >= MillisecondsFrom ? TimeSpan.TicksPerMillisecond : TimeSpan.TicksPerSecond))
            : double.NaN;
        // The greatest number of ticks has no double of its own: the next one is beyond it.
        return ticks >= DateTime.MinValue.Ticks && ticks < DateTime.MaxValue.Ticks ? new Stamp((long)ticks) : null;
    }
}
