namespace MemoryBackup;

/// <summary>A failure that a user can cause and can mend: what happened, where, and what to do next.</summary>
/// <param name="exitCode">The exit status with which the program ends.</param>
/// <param name="message">What happened, to which file, setting or ref, in one sentence.</param>
/// <param name="remedy">What to do next, and what was left untouched; empty when the message says it all.</param>
/// <param name="inner">The failure below this one.</param>
public sealed class MemoryBackupException(ExitCode exitCode, string message, string remedy = "", Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The exit status with which the program ends.</summary>
    public ExitCode ExitCode { get; } = exitCode;

    /// <summary>What to do next; empty when the message says it all.</summary>
    public string Remedy { get; } = remedy;
}
