using MemoryBackup.Git;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.Verifying;

namespace MemoryBackup.Store.Repairing;

/// <summary>Repairs a space, under the store's lock: first what Git needs, then the objects, then what the store remembers.</summary>
internal sealed class StoreRepair(GitRepository repository, SpaceRefs refs, Func<Task<Examined>> examine, IReadOnlyList<string> remotes, bool offline)
{
    /// <summary>Does what is safe.</summary>
    /// <returns>What was done, and what could not be.</returns>
    public async Task<RepairOutcome> RunAsync(StoreIdentity here, string host, Random random, DateTimeOffset now, CancellationToken cancellation)
    {
        var kept = new Keepsakes(repository.GitDir, refs, now);
        var refRepair = new RefRepair(repository, refs, kept);
        var objects = new ObjectRepair(repository, refs, kept);
        refRepair.RepairPackedRefs();
        refRepair.RemoveStaleLocks();
        await objects.IndexPacksAsync(cancellation).ConfigureAwait(false);
        var examined = await examine().ConfigureAwait(false);
        await refRepair.TakeDamagedAsync(examined.DamagedRefs, cancellation).ConfigureAwait(false);
        await objects.MoveDamagedAsync(examined.Objects, cancellation).ConfigureAwait(false);

        var failures = await FetchWhatIsMissingAsync(objects, refRepair, cancellation).ConfigureAwait(false);
        examined = await examine().ConfigureAwait(false);
        var settings = new RebuildSettings(here, host, random, now, RemotesAnswered: failures.Count == 0 && !(offline && remotes.Count > 0));
        var rebuilding = new Rebuilding(repository, refs, examined, kept, settings);
        var undone = await rebuilding.RunAsync(refRepair.Taken.Contains(refs.Local), cancellation).ConfigureAwait(false);
        await refRepair.ForgetAsync(rebuilding.GivenUp, examined, cancellation).ConfigureAwait(false);
        examined = await examine().ConfigureAwait(false);
        await refRepair.DeriveAsync(examined, cancellation).ConfigureAwait(false);
        TidyFolder(kept);
        return new RepairOutcome(kept.Steps, [.. failures.Select(failure => $"{Redaction.WithoutCredentials(failure.Key)} did not answer: {failure.Value}"), .. undone]);
    }

    private async Task<IReadOnlyDictionary<string, string>> FetchWhatIsMissingAsync(ObjectRepair objects, RefRepair refRepair, CancellationToken cancellation)
    {
        var examined = await examine().ConfigureAwait(false);
        IReadOnlyDictionary<string, string> failures = new Dictionary<string, string>();
        var isMissing = examined.Broken.Count > 0 || examined.Unreadable.Count > 0 || refRepair.Taken.Count > 0 || examined.Objects is not { Missing.Count: 0 };
        if (isMissing)
        {
            await refRepair.TakeBrokenAsync(examined, cancellation).ConfigureAwait(false);
            if (!offline)
            {
                failures = await objects.RefetchAsync(remotes, cancellation).ConfigureAwait(false);
            }

            await refRepair.PutBackAsync(cancellation).ConfigureAwait(false);
        }

        return failures;
    }

    private void TidyFolder(Keepsakes kept)
    {
        var records = new RemoteRecordsFile(repository.GitDir, refs.Space);
        if (records.Fault() is not null)
        {
            kept.Move(records.Location, "Moved the damaged record of the remotes aside");
        }

        foreach (var leftover in FolderCheck.OwnLeftovers(repository.GitDir, refs).ToList())
        {
            kept.Move(leftover, $"Moved {Path.GetFileName(leftover)} aside, which a killed run had left");
        }
    }
}
