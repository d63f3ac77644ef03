namespace MemoryBackup.Git;

/// <summary>How a push that reached the remote ended, ref by ref in the order of the request.</summary>
/// <param name="Refs">One for each that was asked for.</param>
/// <param name="AtomicUnsupported">Whether the remote knows no atomic push, so that only the first ref was pushed.</param>
/// <param name="Output">What Git wrote to standard error, cleaned.</param>
public sealed record PushResult(IReadOnlyList<PushedRef> Refs, bool AtomicUnsupported, string Output)
{
    internal string Command { get; init; } = "git push";

    /// <summary>Whether no ref was rejected.</summary>
    public bool Accepted => Refs.All(pushed => pushed.Status != PushStatus.Rejected);

    /// <summary>This result, if nothing was rejected.</summary>
    /// <exception cref="GitException"><see cref="GitFailure.RejectedPush"/>; <see cref="GitFailure.DiskFull"/>, <see cref="GitFailure.Hostile"/> or <see cref="GitFailure.Lock"/> if the remote gave that as its reason.</exception>
    public PushResult ThrowIfRejected()
    {
        // In an atomic push all are rejected; the one that is the cause says something else than that.
        var rejected = Refs.Where(pushed => pushed.Status == PushStatus.Rejected).ToList();
        var cause = rejected.Find(pushed => pushed.Reason?.Contains("atomic", StringComparison.Ordinal) != true) ?? rejected.FirstOrDefault();
        return cause is null
            ? this
            : throw new GitException(
                FailureClassifier.Classify(Output) is var kind and (GitFailure.DiskFull or GitFailure.Hostile or GitFailure.Lock or GitFailure.PermissionDenied)
                    ? kind
                    : GitFailure.RejectedPush,
                Command,
                Output,
                $"{cause.Destination} was rejected ({cause.Reason})");
    }
}
