using MemoryBackup.Sync;
using Microsoft.Extensions.Logging;

namespace MemoryBackup.Cli.Environment;

/// <summary>Opens the real thing.</summary>
internal static class Sessions
{
    public static Task<ISpaceSession> OpenAsync(
        string? repository, RunSettings settings, string dataFolder, ILogger log, CancellationToken cancellation) =>
        throw new MemoryBackupException(ExitCode.Failed, "This build has no engine yet.");
}
