using Microsoft.Extensions.Logging;

namespace MemoryBackup.Cli.Logging;

/// <summary>The log of one run: filters by level, adds what holds for the whole run, formats, and hands lines on.</summary>
/// <remarks>A logger of our own over the abstractions: the full package costs a container and several milliseconds of start-up for one target.</remarks>
internal sealed class RunLog(LogLevel level, LogFormat format, TimeProvider time, Action<string> write, IReadOnlyList<KeyValuePair<string, object?>> context) : ILogger
{
    private readonly long start = time.GetTimestamp();
    private readonly AsyncLocal<LogScope?> scope = new();
    private readonly HashSet<string> warnings = [];
    private readonly Lock gate = new();

    public LogLevel Level { get; } = level;

    /// <summary>Whether a warning of exactly these words was written.</summary>
    public bool HasWarned(string message)
    {
        lock (gate)
        {
            return warnings.Contains(message);
        }
    }

    public bool IsEnabled(LogLevel level) => level != LogLevel.None && level >= Level;

    public IDisposable BeginScope<TState>(TState state)
        where TState : notnull =>
        scope.Value = new LogScope(Pairs(state), scope.Value, outer => scope.Value = outer);

    public void Log<TState>(LogLevel level, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(level))
        {
            return;
        }

        var message = formatter(state, exception);
        if (level == LogLevel.Warning)
        {
            lock (gate)
            {
                warnings.Add(message);
            }
        }

        List<KeyValuePair<string, object?>> fields = [.. Fields(state), .. scope.Value?.All() ?? []];
        write(format(new(time.GetUtcNow(), level, message, fields, Context(), Level <= LogLevel.Debug ? exception : null)));
    }

    private static IEnumerable<KeyValuePair<string, object?>> Fields<TState>(TState state) => Pairs(state).Where(field => field.Key != "{OriginalFormat}");

    private static IEnumerable<KeyValuePair<string, object?>> Pairs<TState>(TState state) => state as IEnumerable<KeyValuePair<string, object?>> ?? [];

    private List<KeyValuePair<string, object?>> Context() =>
        [.. context, new("elapsed_ms", (long)time.GetElapsedTime(start).TotalMilliseconds)];
}
