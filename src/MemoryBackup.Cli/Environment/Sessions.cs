using MemoryBackup.Sync;

namespace MemoryBackup.Cli.Environment;

/// <summary>Opens the real thing.</summary>
internal static class Sessions
{
    public static async Task<ISpaceSession> OpenAsync(
        string? repository, RunSettings settings, SessionEnvironment environment, CancellationToken cancellation) =>
        await SpaceSession.OpenAsync(repository, settings, environment, cancellation).ConfigureAwait(false);
}
