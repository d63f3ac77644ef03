using MemoryBackup.Git;

namespace MemoryBackup.Sync;

/// <summary>What a failure of Git means to the user of this program.</summary>
internal static class GitFailures
{
    /// <summary>A failure at the local store: nothing was acknowledged.</summary>
    public static MemoryBackupException AtStore(GitException error) => new(
        error.Kind is GitFailure.NotARepository or GitFailure.DubiousOwnership or GitFailure.ForbiddenUrl ? ExitCode.Usage : ExitCode.Failed,
        error.Message,
        $"{error.Remedy} Nothing was changed.".Trim(),
        error);

    /// <summary>A failure at a remote: what was written is safe in the local store.</summary>
    public static ExitCode AtRemote(GitException error) => error.Kind switch
    {
        GitFailure.Authentication => ExitCode.AuthenticationPending,
        GitFailure.ForbiddenUrl => ExitCode.Usage,
        _ => ExitCode.RemotePending,
    };
}
