using System.Buffers;
using System.Globalization;
using System.Text;

namespace MemoryBackup.Crdt;

/// <summary>
/// When a write was made: UTC in units of 100 ns. Orders concurrent values and nothing else; causality comes first (design, section 4).
/// </summary>
/// <param name="Ticks">100 ns units since 0001-01-01T00:00:00Z.</param>
public readonly record struct Stamp(long Ticks) : IComparable<Stamp>
{
    /// <summary>How long the text form is, in characters and bytes.</summary>
    public const int TextLength = 28;

    /// <summary>The first stamp in range: 1970-01-01.</summary>
    public static Stamp Earliest { get; } = new(new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks);

    /// <summary>The last stamp in range: one tick before 2100-01-01.</summary>
    public static Stamp Latest { get; } = new(new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks - 1);

    /// <summary>Whether the stamp is in [1970-01-01, 2100-01-01). One that is not ranks below all that are: it never wins.</summary>
    public bool IsInRange => Ticks >= Earliest.Ticks && Ticks <= Latest.Ticks;

    /// <summary>The stamp of an instant.</summary>
    public static Stamp At(DateTimeOffset time) => new(time.UtcTicks);

    /// <summary>One tick later; the last tick in range stays as it is, and the sequence of the dot decides.</summary>
    public Stamp Next() => Ticks >= Latest.Ticks ? Latest : new(Ticks + 1);

    /// <summary>The instant.</summary>
    public DateTimeOffset ToTime() => new(Ticks, TimeSpan.Zero);

    /// <summary>Stamps in range by time, above all others, which are ordered by time as well.</summary>
    public int CompareTo(Stamp other) =>
        IsInRange == other.IsInRange ? Ticks.CompareTo(other.Ticks) : IsInRange ? 1 : -1;

    /// <summary>The text form, <c>2026-01-02T03:04:05.6789012Z</c>: always 28 characters, so ordinal order is time order.</summary>
    public override string ToString() => string.Create(TextLength, this, static (text, stamp) =>
    {
        Span<byte> utf8 = stackalloc byte[TextLength];
        stamp.Write(utf8);
        Encoding.ASCII.GetChars(utf8, text);
    });

    /// <summary>Writes the text form.</summary>
    /// <param name="utf8">Room for <see cref="TextLength"/> bytes.</param>
    public void Write(Span<byte> utf8)
    {
        new DateTime(Ticks, DateTimeKind.Utc).TryFormat(utf8, out _, "O", CultureInfo.InvariantCulture);
    }

    /// <summary>Reads the text form, and nothing else.</summary>
    public static bool TryParse(string text, out Stamp stamp)
    {
        stamp = default;
        Span<byte> utf8 = stackalloc byte[TextLength];
        return text.Length == TextLength && Ascii.FromUtf16(text, utf8, out _) == OperationStatus.Done && TryParse(utf8, out stamp);
    }

    /// <inheritdoc cref="TryParse(string, out Stamp)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Stamp stamp)
    {
        stamp = default;
        if (utf8.Length != TextLength
            || utf8[4] != '-' || utf8[7] != '-' || utf8[10] != 'T' || utf8[13] != ':' || utf8[16] != ':' || utf8[19] != '.' || utf8[27] != 'Z'
            || !TryReadDigits(utf8[..4], out var year)
            || !TryReadDigits(utf8[5..7], out var month)
            || !TryReadDigits(utf8[8..10], out var day)
            || !TryReadDigits(utf8[11..13], out var hour)
            || !TryReadDigits(utf8[14..16], out var minute)
            || !TryReadDigits(utf8[17..19], out var second)
            || !TryReadDigits(utf8[20..27], out var fraction)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        stamp = new Stamp(new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks + fraction);
        return true;
    }

    public static bool operator <(Stamp left, Stamp right) => left.CompareTo(right) < 0;

    public static bool operator >(Stamp left, Stamp right) => left.CompareTo(right) > 0;

    public static bool operator <=(Stamp left, Stamp right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Stamp left, Stamp right) => left.CompareTo(right) >= 0;

    private static bool TryReadDigits(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        return true;
    }
}
