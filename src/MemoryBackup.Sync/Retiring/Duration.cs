using System.Globalization;

namespace MemoryBackup.Sync.Retiring;

/// <summary>A length of time as people write it: <c>36h</c>, <c>90d</c>, <c>12w</c>, <c>1y</c>.</summary>
public static class Duration
{
    /// <summary>The forms, for messages.</summary>
    public const string Forms = "a whole number of hours, days, weeks or years, such as 36h, 90d, 12w or 1y";

    private const int HoursADay = 24;
    private const int DaysAWeek = 7;

    // A year is told in days like the rest: nobody means the leap day.
    private const int DaysAYear = 365;

    // Nothing that was written is older than that, and no clock can be asked for such a time.
    private const int YearsMax = 100;

    /// <summary>Reads a duration; <see langword="null"/> if the text is none, or none above zero, or more than a hundred years.</summary>
    public static TimeSpan? TryRead(string text)
    {
        var hours = text.Length < 2 ? 0 : text[^1] switch
        {
            'h' => 1L,
            'd' => HoursADay,
            'w' => HoursADay * DaysAWeek,
            'y' => HoursADay * DaysAYear,
            _ => 0,
        };
        return hours > 0
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0
            && count * hours <= HoursADay * DaysAYear * YearsMax
                ? TimeSpan.FromHours(count * hours)
                : null;
    }
}
