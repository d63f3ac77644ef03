using MemoryBackup.Git;
using MemoryBackup.Sync;

namespace MemoryBackup.Cli.Edge;

/// <summary>The one place where an exception becomes a message and an exit code.</summary>
internal static class FailureOf
{
    private const string SeeDetails = "Run again with --log-level debug to see where.";

    public static Failure Exception(Exception error, Interruption interruption) => error switch
    {
        OperationCanceledException when interruption.ExitStatus is { } status =>
            new(status, ExitCodeName.Interrupted, "Interrupted.", "What had been recorded is safe; run again to go on.", error),
        MemoryBackupException known => Failure.Of(known.ExitCode, known.Message, known.Remedy, known),
        GitException git => Failure.Of(GitFailures.Code(git.Kind), git.Message, git.Remedy, git),
        OutOfMemoryException => Failure.Of(ExitCode.Limit, "There is not enough memory for this run.", "What was recorded before is safe. Raise the limit with --max-memory-mb or free memory, or split the memory into several spaces.", error),
        UnauthorizedAccessException or IOException => Failure.Of(ExitCode.Failed, OneLine(error.Message), SeeDetails, error),
        _ => Failure.Of(
            ExitCode.Failed, $"An unexpected failure, which is a fault of this program: {error.GetType().Name}: {OneLine(error.Message)}", SeeDetails, error),
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
