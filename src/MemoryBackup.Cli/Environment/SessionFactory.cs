using MemoryBackup.Sync;
using Microsoft.Extensions.Logging;

namespace MemoryBackup.Cli.Environment;

/// <summary>Opens a space in a repository.</summary>
/// <param name="repository">The repository; <see langword="null"/>: the default store, made on first use.</param>
/// <param name="settings">What the run was told.</param>
/// <param name="dataFolder">The folder of the default store.</param>
/// <param name="log">Where the engine tells its steps.</param>
/// <param name="cancellation">Ends the opening.</param>
internal delegate Task<ISpaceSession> SessionFactory(
    string? repository, RunSettings settings, string dataFolder, ILogger log, CancellationToken cancellation);
