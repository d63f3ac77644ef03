using MemoryBackup.Git;

namespace MemoryBackup.Sync;

/// <summary>What a failure of Git means to the user of this program.</summary>
public static class GitFailures
{
    /// <summary>The exit code of a failure before anything was written.</summary>
    public static ExitCode Code(GitFailure kind) => kind switch
    {
        GitFailure.NotARepository or GitFailure.DubiousOwnership or GitFailure.GitMissing or GitFailure.GitTooOld or GitFailure.ForbiddenUrl => ExitCode.Usage,
        GitFailure.TooLarge => ExitCode.Limit,
        GitFailure.Authentication => ExitCode.AuthenticationPending,
        GitFailure.Network or GitFailure.RejectedPush or GitFailure.RemoteMissing => ExitCode.RemotePending,
        _ => ExitCode.Failed,
    };

    /// <summary>What a message of Git's says behind its <c>Git command failed: </c>, for a phrase that begins otherwise.</summary>
    internal static string Reason(string message)
    {
        const string phrase = "Git command failed: ";
        return message.StartsWith(phrase, StringComparison.Ordinal) ? message[phrase.Length..] : message;
    }

    /// <summary>A failure at the local store: nothing was acknowledged.</summary>
    internal static MemoryBackupException AtStore(GitException error) =>
        new(Code(error.Kind), error.Message, $"{error.Remedy} Nothing was changed.".Trim(), error);

    /// <summary>A failure at a remote: what was written is safe in the local store, and whatever went wrong there, it is pending.</summary>
    internal static ExitCode AtRemote(GitException error) =>
        Code(error.Kind) is var code and (ExitCode.AuthenticationPending or ExitCode.Usage) ? code : ExitCode.RemotePending;
}
