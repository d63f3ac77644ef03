namespace MemoryBackup.Cli.Output;

/// <summary>How long ago something was, as one says it: the greatest whole unit.</summary>
internal static class AgeText
{
    private const long Minute = 60;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    public static string Of(long seconds) => seconds switch
    {
        < Minute => "just now",
        < Hour => $"{Count.Of(seconds / Minute, "minute")} ago",
        < Day => $"{Count.Of(seconds / Hour, "hour")} ago",
        _ => $"{Count.Of(seconds / Day, "day")} ago",
    };
}
