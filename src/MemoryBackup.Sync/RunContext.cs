using MemoryBackup.Store;
using MemoryBackup.Sync.Files;

namespace MemoryBackup.Sync;

/// <summary>What every step of a run needs.</summary>
/// <param name="Store">The space, loaded under the store's lock if the run writes.</param>
/// <param name="Settings">What the run was told.</param>
/// <param name="Environment">The machine.</param>
/// <param name="Notes">What the user is to be told.</param>
/// <param name="Memory">How much memory the process may use.</param>
/// <param name="Number">The number of the run, counted from 1 for each store and space.</param>
internal sealed record RunContext(SpaceStore Store, RunSettings Settings, SessionEnvironment Environment, RunNotes Notes, MemoryLimit Memory, long Number)
{
    /// <summary>Whether the repository is this program's own, so that all in it is for the memory.</summary>
    public bool IsDefaultStore => Store.Repository.GitDir == Path.GetFullPath(Environment.DefaultStore);

    /// <summary>Takes what large files say; <see langword="null"/>: each is held in memory.</summary>
    public FileSnapshots? Snapshots { get; init; }

    public DateTimeOffset Now => Environment.Time.GetUtcNow();
}
