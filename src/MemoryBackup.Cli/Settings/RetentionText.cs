using System.Globalization;

namespace MemoryBackup.Cli.Settings;

/// <summary>Durations as they are given for a retention, or for how long a replica was not seen: <c>36h</c>, <c>90d</c>, <c>12w</c>, <c>1y</c> (365 days).</summary>
internal static class RetentionText
{
    /// <summary>The forms, for messages.</summary>
    public const string Forms = "a duration such as 36h, 90d, 12w or 1y, more than nothing and at most 1000 years";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(365_000);

    /// <summary>Reads a duration; <see langword="null"/> if the text is none, or out of range.</summary>
    public static TimeSpan? TryRead(string text)
    {
        if (text.Length < 2
            || DaysOf(text[^1]) is not { } days
            || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count == 0
            || count > Longest.TotalDays / days)
        {
            return null;
        }

        return TimeSpan.FromDays(count * days);
    }

    private static double? DaysOf(char unit) => unit switch
    {
        'h' => 1 / 24.0,
        'd' => 1,
        'w' => 7,
        'y' => 365,
        _ => null,
    };
}
