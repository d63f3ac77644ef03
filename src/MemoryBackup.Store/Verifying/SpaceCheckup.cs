using MemoryBackup.Git;
using MemoryBackup.Store.Repairing;

namespace MemoryBackup.Store.Verifying;

/// <summary>Examines one space of a repository, and repairs it. Needs nothing to be in order but the repository's own frame.</summary>
/// <param name="repository">The store's repository.</param>
/// <param name="space">The space.</param>
/// <param name="here">Where the store is now.</param>
/// <param name="settings">How.</param>
public sealed class SpaceCheckup(GitRepository repository, string space, StoreIdentity here, CheckupSettings settings)
{
    private readonly SpaceRefs refs = new(space);

    /// <summary>Reads everything and reports whatever is not as it should be. Writes nothing.</summary>
    /// <exception cref="GitException">Git could not be run at all.</exception>
    public async Task<ExaminedSpace> ExamineAsync(CancellationToken cancellation)
    {
        var examined = await ExamineAsync(settings.Quick, cancellation).ConfigureAwait(false);
        return new ExaminedSpace
        {
            Findings = examined.Findings,
            Replica = examined.Local?.State?.Replica,
            States = examined.States.Count(),
            Versions = examined.States.Sum(state => (long)state.State.Versions.Count),
            Files = [.. (examined.Local?.Files.Values ?? []).OrderBy(file => file.Path, StringComparer.Ordinal)],
            IsLoadable = examined.CouldRead && examined.Local is { IsDamaged: false, State: not null } && examined.Unreadable.Count == 0,
        };
    }

    /// <summary>Repairs what can be repaired safely. Only under the store's lock.</summary>
    /// <param name="remotes">The remotes to get back from what is missing, by name or URL.</param>
    /// <param name="offline">Leave them alone; then nothing is given up that one of them may have.</param>
    /// <param name="host">The host's label, part of a new name.</param>
    /// <param name="random">The source of names.</param>
    /// <param name="now">The time of the repair.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <exception cref="GitException">Git could not do what it was asked to; what was done until then is in order by itself.</exception>
    public Task<RepairOutcome> RepairAsync(
        IReadOnlyList<string> remotes, bool offline, string host, Random random, DateTimeOffset now, CancellationToken cancellation) =>
        new StoreRepair(repository, refs, () => ExamineAsync(quick: false, cancellation), remotes, offline).RunAsync(here, host, random, now, cancellation);

    private Task<Examined> ExamineAsync(bool quick, CancellationToken cancellation) => Examination.RunAsync(
        repository, refs, here, settings.IsStore, quick, settings.HoldsLock, settings.RepairCommand, settings.Progress, cancellation);
}
