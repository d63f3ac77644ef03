using Microsoft.Extensions.Logging;

namespace MemoryBackup.Cli.Logging;

/// <summary>One message of the log with what belongs to it.</summary>
/// <param name="Time">When, in UTC.</param>
/// <param name="Level">How grave.</param>
/// <param name="Message">The sentence.</param>
/// <param name="Fields">The values inside the sentence and of the scopes around it, by name; not repeated in the text form.</param>
/// <param name="Context">What holds for the whole run: host, file, milliseconds so far.</param>
/// <param name="Error">The exception behind it, shown in full at level DEBUG.</param>
internal sealed record LogLine(
    DateTimeOffset Time,
    LogLevel Level,
    string Message,
    IReadOnlyList<KeyValuePair<string, object?>> Fields,
    IReadOnlyList<KeyValuePair<string, object?>> Context,
    Exception? Error);
