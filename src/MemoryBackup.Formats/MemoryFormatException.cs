namespace MemoryBackup.Formats;

/// <summary>Bytes that cannot be read as a memory file, or a change that would take one beyond a limit.</summary>
/// <param name="fault">Which of the two.</param>
/// <param name="reason">What is wrong, without a final full stop; for a limit with both figures.</param>
/// <param name="line">Where, counted from 1.</param>
/// <param name="column">The character of that line, counted from 1; null if the whole line or file is meant.</param>
public sealed class MemoryFormatException(FormatFault fault, string reason, int line, int? column)
    : Exception(column is null ? $"{reason} (line {line})" : $"{reason} (line {line}, column {column})")
{
    /// <summary>Whether the bytes are wrong or too many.</summary>
    public FormatFault Fault { get; } = fault;

    /// <summary>What is wrong, without a final full stop.</summary>
    public string Reason { get; } = reason;

    /// <summary>Where, counted from 1.</summary>
    public int Line { get; } = line;

    /// <summary>The character of that line, counted from 1, if one is to blame.</summary>
    public int? Column { get; } = column;
}
