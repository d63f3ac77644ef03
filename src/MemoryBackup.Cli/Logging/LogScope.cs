namespace MemoryBackup.Cli.Logging;

/// <summary>Values that hold until it is disposed, inside those of an outer scope.</summary>
internal sealed class LogScope(IEnumerable<KeyValuePair<string, object?>> fields, LogScope? outer, Action<LogScope?> leave) : IDisposable
{
    public IEnumerable<KeyValuePair<string, object?>> All() =>
        (outer?.All() ?? []).Concat(fields.Where(field => field.Key != "{OriginalFormat}"));

    public void Dispose() => leave(outer);
}
