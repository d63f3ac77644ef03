using System.Globalization;
using MemoryBackup.Git;

namespace MemoryBackup.Sync.Past;

/// <summary>Times in the past as people give them: <c>2026-01-02T03:04:05Z</c>, <c>2026-01-02</c>, <c>today</c>, <c>yesterday</c>, <c>30m</c>, <c>3h</c>, <c>2d</c>, <c>1w</c>, <c>now</c>.</summary>
/// <remarks>Without a zone a time is UTC, as all times that are shown; a day begins at midnight UTC.</remarks>
public static class PastTime
{
    /// <summary>The forms, for messages.</summary>
    public const string Forms = "a time such as 2026-01-02T03:04:05Z, 2026-01-02, yesterday, 2d, 3h or 30m";

    private const int DateLength = 10; // 2026-01-02

    /// <summary>Reads a time; <see langword="null"/> if the text is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="now">This moment.</param>
    public static DateTimeOffset? TryRead(string text, DateTimeOffset now) => text switch
    {
        "now" => now,
        "today" => Midnight(now),
        "yesterday" => Midnight(now).AddDays(-1),
        _ => TryReadAgo(text, now) ?? TryReadDate(text),
    };

    /// <summary>Reads a time that is not in the future.</summary>
    /// <param name="text">The text.</param>
    /// <param name="now">This moment.</param>
    /// <param name="flag">The flag that it was given with, for the message.</param>
    /// <exception cref="MemoryBackupException">Exit 2.</exception>
    public static DateTimeOffset Read(string text, DateTimeOffset now, string flag) => TryRead(text, now) switch
    {
        null => throw new MemoryBackupException(ExitCode.Usage, $"{flag} is '{Redaction.Clean(text)}', but must be {Forms}.", "Nothing was done."),
        { } time when time > now => throw InFuture(text, flag),
        { } time => time,
    };

    internal static MemoryBackupException InFuture(string text, string flag) =>
        new(ExitCode.Usage, $"{flag} is '{Redaction.Clean(text)}', which is in the future.", "Nothing was done. Only the past can be shown.");

    private static DateTimeOffset Midnight(DateTimeOffset now) => new(now.UtcDateTime.Date, TimeSpan.Zero);

    private static DateTimeOffset? TryReadAgo(string text, DateTimeOffset now)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        double seconds = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, 'w' => 604_800, _ => 0 };
        var ago = number * seconds;
        return seconds == 0 ? null
            : ago < (now - DateTimeOffset.UnixEpoch).TotalSeconds ? now.AddSeconds(-ago)
            : DateTimeOffset.UnixEpoch;
    }

    // As ISO 8601 writes it: anything looser says something else on every machine.
    private static DateTimeOffset? TryReadDate(string text) =>
        text.Length >= DateLength
        && text[4] == '-'
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
}
