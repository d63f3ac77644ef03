namespace MemoryBackup.Git;

/// <summary>One attempt at an operation on a remote failed; there may be another.</summary>
/// <param name="Operation">The command in short: <c>git fetch origin</c>.</param>
/// <param name="Attempt">Counted from 1.</param>
/// <param name="Attempts">How many there will be at most.</param>
/// <param name="Message">What went wrong, free of credentials.</param>
public sealed record GitAttemptFailed(string Operation, int Attempt, int Attempts, string Message);
