using System.Globalization;

namespace MemoryBackup.Cli.Reports;

/// <summary>Times as they are shown: UTC, to the second.</summary>
internal static class TimeText
{
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
