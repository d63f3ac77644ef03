using MemoryBackup.Sync;

namespace MemoryBackup.Cli.Environment;

/// <summary>Opens a space in a repository.</summary>
/// <param name="repository">The repository; <see langword="null"/>: the default store, made on first use.</param>
/// <param name="settings">What the run was told.</param>
/// <param name="environment">The machine, and where the engine tells its steps.</param>
/// <param name="cancellation">Ends the opening.</param>
internal delegate Task<ISpaceSession> SessionFactory(
    string? repository, RunSettings settings, SessionEnvironment environment, CancellationToken cancellation);
