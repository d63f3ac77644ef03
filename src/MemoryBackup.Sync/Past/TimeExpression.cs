using System.Globalization;
using MemoryBackup.Git;

namespace MemoryBackup.Sync.Past;

/// <summary>Moments of the past as people name them.</summary>
/// <remarks>
/// <para><c>2026-01-02T03:04:05Z</c>, <c>2026-01-02 03:04</c>, <c>2026-01-02</c>, <c>yesterday 18:00</c>, <c>today</c>, <c>18:00</c>, <c>now</c>,
/// <c>2d</c>, <c>3h ago</c>, <c>1w 2d 30m</c>, <c>90 minutes ago</c>.</para>
/// <para>Without a zone a time is local; a day without a time begins at its midnight. A local time that the clocks skipped is the one as much later;
/// of one that they showed twice it is the earlier, so that nothing written after what was meant is taken with it.</para>
/// </remarks>
public static class TimeExpression
{
    /// <summary>The forms, for messages.</summary>
    public const string Forms = "a time such as 2026-01-02T03:04:05Z, '2026-01-02 18:00', 'yesterday 18:00', 2d or '3h ago'";

    private const int LengthMax = 64;

    private static readonly string[] Times = ["H:mm", "H:mm:ss", "H:mm:ss.FFFFFFF"];

    // With a space as well as with the T of ISO 8601, which is taken for one; K is the zone, Z or an offset.
    private static readonly string[] LocalDates = ["yyyy-MM-dd H:mm", "yyyy-MM-dd H:mm:ss", "yyyy-MM-dd H:mm:ss.FFFFFFF"];
    private static readonly string[] ZonedDates =
    [
        "yyyy-MM-dd H:mmK", "yyyy-MM-dd H:mm:ssK", "yyyy-MM-dd H:mm:ss.FFFFFFFK",
        "yyyy-MM-dd H:mm K", "yyyy-MM-dd H:mm:ss K", "yyyy-MM-dd H:mm:ss.FFFFFFF K",
    ];

    /// <summary>Reads a moment; <see langword="null"/> if the text is none. It may lie in the future.</summary>
    /// <param name="text">The text, in any case of letters.</param>
    /// <param name="time">The clock, and the zone that local times are in.</param>
    public static DateTimeOffset? TryRead(string text, TimeProvider time)
    {
        if (text.Length > LengthMax)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var words = text.ToLowerInvariant().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["now"] => now,
            [var day] when DayOf(day, now, time.LocalTimeZone) is { } midnight => At(midnight, TimeSpan.Zero, time.LocalTimeZone),
            [var day, var clock] when DayOf(day, now, time.LocalTimeZone) is { } midnight && TimeOfDay(clock) is { } ofDay => At(midnight, ofDay, time.LocalTimeZone),
            [var clock] when TimeOfDay(clock) is { } ofDay => At(DayOf("today", now, time.LocalTimeZone)!.Value, ofDay, time.LocalTimeZone),
            _ => Ago(words, now) ?? Date(string.Join(' ', words), time.LocalTimeZone),
        };
    }

    /// <summary>Reads a moment that is not in the future.</summary>
    /// <param name="text">The text.</param>
    /// <param name="time">The clock, and the zone that local times are in.</param>
    /// <param name="flag">The flag that it was given with, for the message.</param>
    /// <exception cref="MemoryBackupException">Exit 2.</exception>
    public static DateTimeOffset Read(string text, TimeProvider time, string flag) => TryRead(text, time) switch
    {
        null => throw new MemoryBackupException(ExitCode.Usage, $"{flag} is '{Redaction.Clean(text)}', but must be {Forms}.", "Nothing was done."),
        { } moment when moment > time.GetUtcNow() => throw InFuture(text, flag),
        { } moment => moment,
    };

    internal static MemoryBackupException InFuture(string text, string flag) =>
        new(ExitCode.Usage, $"{flag} is '{Redaction.Clean(text)}', which is in the future.", "Nothing was done. Only the past can be shown.");

    private static DateTime? DayOf(string word, DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        return word switch
        {
            "today" => today,
            "yesterday" => today.AddDays(-1),
            _ => DateTime.TryParseExact(word, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null,
        };
    }

    private static TimeSpan? TimeOfDay(string word) =>
        DateTime.TryParseExact(word, Times, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out var time) ? time.TimeOfDay : null;

    private static DateTimeOffset? Date(string text, TimeZoneInfo zone)
    {
        var spaced = (text.Length > 10 && text[10] == 't' ? $"{text[..10]} {text[11..]}" : text).ToUpperInvariant();
        return DateTime.TryParseExact(spaced, LocalDates, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) ? At(local.Date, local.TimeOfDay, zone)
            : DateTimeOffset.TryParseExact(spaced, ZonedDates, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var zoned) ? zoned
            : null;
    }

    private static DateTimeOffset? Ago(string[] words, DateTimeOffset now)
    {
        var text = string.Concat(words is [.. var before, "ago"] ? before : words);
        var ago = TimeSpan.Zero;
        var at = 0;
        while (at < text.Length)
        {
            var digits = at;
            while (digits < text.Length && char.IsAsciiDigit(text[digits]))
            {
                digits++;
            }

            var letters = digits;
            while (letters < text.Length && char.IsAsciiLetter(text[letters]))
            {
                letters++;
            }

            if (!long.TryParse(text.AsSpan(at, digits - at), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || TicksOf(text[digits..letters]) is not { } unit
                || number > (now.UtcTicks - ago.Ticks) / unit)
            {
                return null;
            }

            ago += new TimeSpan(number * unit);
            at = letters;
        }

        return text.Length > 0 ? now - ago : null;
    }

    private static long? TicksOf(string unit) => unit switch
    {
        "s" or "sec" or "secs" or "second" or "seconds" => TimeSpan.TicksPerSecond,
        "m" or "min" or "mins" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
        "h" or "hour" or "hours" => TimeSpan.TicksPerHour,
        "d" or "day" or "days" => TimeSpan.TicksPerDay,
        "w" or "week" or "weeks" => 7 * TimeSpan.TicksPerDay,
        _ => null,
    };

    private static DateTimeOffset? At(DateTime day, TimeSpan ofDay, TimeZoneInfo zone)
    {
        var local = DateTime.SpecifyKind(day + ofDay, DateTimeKind.Unspecified);

        // A skipped time, read with the offset before the gap, is as much later on the clock after it. Of two offsets the greater is the earlier instant.
        var offset = zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddDays(-1))
            : zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max()
            : zone.GetUtcOffset(local);
        return local.Ticks - offset.Ticks is var ticks and >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
    }
}
