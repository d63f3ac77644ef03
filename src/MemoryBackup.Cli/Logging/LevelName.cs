using Microsoft.Extensions.Logging;

namespace MemoryBackup.Cli.Logging;

/// <summary>The levels by the names that operators know.</summary>
internal static class LevelName
{
    public static string Of(LogLevel level) => level switch
    {
        <= LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARNING",
        _ => "ERROR",
    };

    public static LogLevel Parse(string name) => name switch
    {
        "DEBUG" => LogLevel.Debug,
        "INFO" => LogLevel.Information,
        "WARNING" => LogLevel.Warning,
        _ => LogLevel.Error,
    };
}
