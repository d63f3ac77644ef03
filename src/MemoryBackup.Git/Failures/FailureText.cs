namespace MemoryBackup.Git;

/// <summary>What is said about a failure: the line of Git's output that tells most, and what to do.</summary>
internal static class FailureText
{
    private static readonly string[] Noise =
    [
        "hint:", "fast-import: dumping crash report", "Cloning into", "From ", "To ", "POST git-", "warning:", "Warning:", "Pushing to ", "remote: Total ", "Total ",
        "Delta compression using ",
    ];

    // How Git ends what it told about how far it is with its objects.
    private const string DoneEnd = ", done.";
    private static readonly string[] Counted = ["objects: ", "deltas: "];

    public static string FirstUsefulLine(string output)
    {
        var lines = output.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.FirstOrDefault(line => !IsNoise(line))
            ?? lines.FirstOrDefault()
            ?? "no message";
    }

    public static string Remedy(GitFailure kind) => kind switch
    {
        GitFailure.Authentication =>
            "Configure credentials that work without a prompt: a Git credential helper (git config --global credential.helper …) for HTTPS, or a key in ssh-agent and a known host key for SSH.",
        GitFailure.Network => "Check the connection and the address of the remote, then run again; what was backed up locally is safe.",
        GitFailure.Timeout => "Check the connection, or allow more time with GIT_TIMEOUT_SECONDS.",
        GitFailure.Lock => "Another Git process is at work in the repository. Wait for it; if none runs, remove the lock file that the message names.",
        GitFailure.Corruption => "Run git fsck in the repository. Bring damaged objects back from a remote or a copy.",
        GitFailure.NotARepository => "Name an existing Git repository, or create one with: git init --bare PATH.",
        GitFailure.DubiousOwnership => "Run as the user who owns the repository, or, if you trust it: git config --global --add safe.directory PATH.",
        GitFailure.RejectedPush => "The remote holds newer or protected refs. Fetch, then push again; check the rules of the remote if it goes on.",
        GitFailure.RefConflict => "Another process changed the refs in between. Run again.",
        GitFailure.RemoteMissing => "Check the remote's address and that this user may see it; create the repository there if it is new.",
        GitFailure.DiskFull => "Free disk space or raise the quota, then run again. Nothing was lost.",
        GitFailure.PermissionDenied => "Give this user the right to read and write the repository's files.",
        GitFailure.GitMissing => $"Install Git {GitVersion.Required} or newer and make sure that it is on PATH.",
        GitFailure.GitTooOld => $"Update Git to {GitVersion.Required} or newer.",
        GitFailure.Hostile => "The remote sent objects that Git's checks refuse. Nothing of them was taken; run git fsck at the remote.",
        GitFailure.TooLarge => "Raise the memory limit, or make the entry or file smaller.",
        GitFailure.ForbiddenUrl => "Use an https://, ssh://, git:// or file:// URL, user@host:path, or a path.",
        _ => "See the output of Git.",
    };

    private static bool IsNoise(string line) => Noise.Any(noise => line.StartsWith(noise, StringComparison.Ordinal)) || (line.EndsWith(DoneEnd, StringComparison.Ordinal) && Counted.Any(what => line.Contains(what, StringComparison.Ordinal)));
}
