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

    /// <summary>Raised with every step that is told, shown or not: what a line of progress repeats.</summary>
    public event Action<string>? Step;

    public LogLevel Level { get; } = level;

    /// <summary>Whether a warning of exactly these words was written.</summary>
    public bool HasWarned(string message)
    {
        lock (gate)
        {
            return warnings.Contains(message);
        }
    }

    public bool IsEnabled(LogLevel level) => level != LogLevel.None && level >= LogLevel.Debug;

    public IDisposable BeginScope<TState>(TState state)
        where TState : notnull =>
        scope.Value = new LogScope(state as IEnumerable<KeyValuePair<string, object?>> ?? [], scope.Value, outer => scope.Value = outer);

    public void Log<TState>(LogLevel level, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (level == LogLevel.None)
        {
            return;
        }

        var message = formatter(state, exception);
        if (level >= LogLevel.Information)
        {
            Step?.Invoke(message);
        }

        if (level < Level)
        {
            return;
        }

        if (level == LogLevel.Warning)
        {
            lock (gate)
            {
                warnings.Add(message);
            }
        }

        write(format(new(time.GetUtcNow(), level, message, Fields(state), Context(), Level <= LogLevel.Debug ? exception : null)));
    }

    private static List<KeyValuePair<string, object?>> Fields<TState>(TState state) =>
        state is IEnumerable<KeyValuePair<string, object?>> fields ? [.. fields.Where(field => field.Key != "{OriginalFormat}")] : [];

    private List<KeyValuePair<string, object?>> Context() =>
        [.. context, .. scope.Value?.All() ?? [], new("elapsed_ms", (long)time.GetElapsedTime(start).TotalMilliseconds)];
}
