using System.Globalization;

namespace MemoryBackup.Cli.Logging;

/// <summary>Values of fields as text.</summary>
internal static class FieldValue
{
    public static string Of(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        TimeSpan span => span.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable<string> texts => string.Join(',', texts),
        _ => value.ToString() ?? "",
    };
}
