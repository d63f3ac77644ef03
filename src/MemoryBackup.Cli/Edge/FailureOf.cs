using MemoryBackup.Git;

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
        GitException git => Failure.Of(Code(git.Kind), git.Message, git.Remedy, git),
        OutOfMemoryException => Failure.Of(ExitCode.Limit, "There is not enough memory for this run.", "Free memory, or work on a smaller file.", error),
        UnauthorizedAccessException or IOException => Failure.Of(ExitCode.Failed, OneLine(error.Message), SeeDetails, error),
        _ => Failure.Of(
            ExitCode.Failed, $"An unexpected failure, which is a fault of this program: {error.GetType().Name}: {OneLine(error.Message)}", SeeDetails, error),
    };

    // The engine gives its own codes; these are for Git called by the program itself, before anything was written.
    private static ExitCode Code(GitFailure kind) => kind switch
    {
        GitFailure.NotARepository or GitFailure.DubiousOwnership or GitFailure.GitMissing or GitFailure.GitTooOld or GitFailure.ForbiddenUrl => ExitCode.Usage,
        GitFailure.TooLarge => ExitCode.Limit,
        GitFailure.Authentication => ExitCode.AuthenticationPending,
        GitFailure.Network or GitFailure.RejectedPush or GitFailure.RemoteMissing => ExitCode.RemotePending,
        _ => ExitCode.Failed,
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
