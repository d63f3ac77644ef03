using Microsoft.Extensions.Logging;

namespace MemoryBackup.Sync;

/// <summary>What a session logs. Operators search for these phrases: they never change (design, section 9; docs/messages.md).</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Prepared {Count} entries from {File}")]
    public static partial void Prepared(ILogger log, int count, string file);

    [LoggerMessage(2, LogLevel.Information, "Committed backup for {Host}")]
    public static partial void Committed(ILogger log, string host);

    [LoggerMessage(3, LogLevel.Information, "Successfully pushed changes to remote")]
    public static partial void Pushed(ILogger log);

    [LoggerMessage(4, LogLevel.Information, "Successfully merged {Count} entries")]
    public static partial void Merged(ILogger log, int count);

    [LoggerMessage(5, LogLevel.Information, "Conflict resolution completed")]
    public static partial void ConflictsResolved(ILogger log);

    [LoggerMessage(6, LogLevel.Warning, "Memory usage approaching limit: {Used:0.0}MB / {Limit}MB")]
    public static partial void MemoryApproachesLimit(ILogger log, double used, int limit);

    [LoggerMessage(7, LogLevel.Warning, "Entry count approaching limit: {Count} / {Limit}")]
    public static partial void EntriesApproachLimit(ILogger log, int count, int limit);

    [LoggerMessage(8, LogLevel.Warning, "Large merge operation: {Count} total entries")]
    public static partial void LargeMerge(ILogger log, long count);

    [LoggerMessage(9, LogLevel.Error, "Git command failed: {Reason}")]
    public static partial void GitFailed(ILogger log, string reason);

    [LoggerMessage(10, LogLevel.Error, "Git pull failed: {Reason}")]
    public static partial void PullFailed(ILogger log, string reason);

    [LoggerMessage(11, LogLevel.Warning, "Git operation failed (attempt {Attempt}/{Attempts}): {Reason}")]
    public static partial void AttemptFailed(ILogger log, int attempt, int attempts, string reason);

    [LoggerMessage(12, LogLevel.Warning, "{Warning}")]
    public static partial void Warn(ILogger log, string warning);

    [LoggerMessage(13, LogLevel.Information, "Another run holds the store; waiting for it to end")]
    public static partial void Waiting(ILogger log);

    [LoggerMessage(14, LogLevel.Information, "Wrote {Count} changes from other replicas into {File}")]
    public static partial void WroteBack(ILogger log, int count, string file);

    [LoggerMessage(15, LogLevel.Debug, "{Step} took {ElapsedMilliseconds} ms")]
    public static partial void Step(ILogger log, string step, long elapsedMilliseconds);

    [LoggerMessage(16, LogLevel.Information, "Carried out {Count} requests to forget")]
    public static partial void CarriedOut(ILogger log, int count);

    [LoggerMessage(17, LogLevel.Information, "The store was not packed, a later run tries again: {Reason}")]
    public static partial void NotPacked(ILogger log, string reason);
}
