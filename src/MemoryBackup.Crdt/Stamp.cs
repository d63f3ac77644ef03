using System.Globalization;

namespace MemoryBackup.Crdt;

/// <summary>
/// When a write was made: UTC in units of 100 ns. Orders concurrent values and nothing else; causality comes first (design, section 4).
/// </summary>
/// <param name="Ticks">100 ns units since 0001-01-01T00:00:00Z.</param>
public readonly record struct Stamp(long Ticks) : IComparable<Stamp>
{
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
    public override string ToString() =>
        new DateTime(Ticks, DateTimeKind.Utc).ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Reads the text form, and nothing else.</summary>
    public static bool TryParse(string text, out Stamp stamp)
    {
        var valid = DateTime.TryParseExact(
            text,
            Format,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal,
            out var time);
        stamp = valid ? new Stamp(time.Ticks) : default;
        return valid;
    }

    public static bool operator <(Stamp left, Stamp right) => left.CompareTo(right) < 0;

    public static bool operator >(Stamp left, Stamp right) => left.CompareTo(right) > 0;

    public static bool operator <=(Stamp left, Stamp right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Stamp left, Stamp right) => left.CompareTo(right) >= 0;

    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";
}
