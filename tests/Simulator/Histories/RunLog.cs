using Microsoft.Extensions.Logging;

namespace MemoryBackup.Simulator.Histories;

/// <summary>What the current run has told: also one that does not live to give its report.</summary>
internal sealed class RunLog : ILogger
{
    private readonly List<string> messages = [];

    /// <summary>Whether it told something with these words.</summary>
    public bool Says(string words) => messages.Exists(message => message.Contains(words, StringComparison.Ordinal));

    public void Clear() => messages.Clear();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            messages.Add(formatter(state, exception));
        }
    }
}
