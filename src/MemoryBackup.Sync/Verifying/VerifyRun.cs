using MemoryBackup.Git;
using MemoryBackup.Store;
using MemoryBackup.Store.History;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.Repairing;
using MemoryBackup.Store.Verifying;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Remotes;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Verifying;

/// <summary>One run of <c>verify</c>. Works where the space cannot be loaded: that is what it is for.</summary>
/// <param name="repository">The store.</param>
/// <param name="settings">What the session was told.</param>
/// <param name="environment">The machine.</param>
/// <param name="load">Loads the space the usual way.</param>
/// <param name="context">What steps of a run over a loaded space need.</param>
internal sealed class VerifyRun(
    GitRepository repository, RunSettings settings, SessionEnvironment environment, Func<SpaceStore> load, Func<SpaceStore, RunContext> context)
{
    // A run that is at work now leaves the store in order in a moment, and one that hangs is what somebody wants to know of.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly StoreIdentity here = new(environment.Machine, repository.GitDir);
    private readonly List<Finding> findings = [];

    public async Task<VerifyReport> RunAsync(VerifyOptions options, CancellationToken cancellation)
    {
        var started = environment.Time.GetTimestamp();
        var isStore = IsStore();
        using var held = await TakeLockAsync(options.Repair, isStore, cancellation).ConfigureAwait(false);
        var checkup = new SpaceCheckup(
            repository, settings.Space, here, new CheckupSettings(options.Quick && !options.Repair, held is not null, isStore, RepairCommand(), environment.Progress));
        var outcome = options.Repair ? await RepairAsync(checkup, options, cancellation).ConfigureAwait(false) : null;
        var space = await checkup.ExamineAsync(cancellation).ConfigureAwait(false);
        findings.AddRange(space.Findings);
        var seed = options.Laws ? options.Seed ?? environment.Random.Next() : (int?)null;
        var lawsChecked = await CheckLoadedAsync(space, seed, cancellation).ConfigureAwait(false);
        return new VerifyReport
        {
            Repository = repository.GitDir,
            Space = settings.Space,
            Replica = space.Replica,
            States = space.States,
            Versions = space.Versions,
            Files = space.Files.Count,
            Quick = options.Quick && !options.Repair,
            Orders = lawsChecked ? LawsCheck.Orders : 0,
            Seed = lawsChecked ? seed : null,
            Findings = [.. findings.OrderByDescending(finding => finding.Severity)],
            Repairs = outcome?.Steps ?? [],
            Undone = outcome?.Undone ?? [],
            ExitCode = findings.Exists(finding => finding.Severity == Severity.Error) ? ExitCode.InvalidData : ExitCode.Done,
            Elapsed = environment.Time.GetElapsedTime(started),
        };
    }

    private bool IsStore() =>
        File.Exists(StoreLock.PathIn(repository.GitDir))
        || Directory.Exists(Path.Combine(repository.GitDir, new SpaceRefs(settings.Space).Own))
        || File.Exists(new RemoteRecordsFile(repository.GitDir, settings.Space).Location);

    private async Task<StoreLock?> TakeLockAsync(bool isNeeded, bool isStore, CancellationToken cancellation)
    {
        if (!isNeeded && !isStore)
        {
            return null; // A remote is not ours to leave a lock file in.
        }

        try
        {
            var timeout = isNeeded || settings.LockTimeout < Patience ? settings.LockTimeout : Patience;
            return await StoreLock.TakeAsync(repository.GitDir, timeout, environment.Time, () => Log.Waiting(environment.Log), cancellation).ConfigureAwait(false);
        }
        catch (MemoryBackupException error) when (!isNeeded)
        {
            var isHeld = error.InnerException is null;
            findings.Add(new Finding(
                isHeld ? Severity.Warning : Severity.Error,
                isHeld ? FindingCode.StoreHeld : FindingCode.StoreNotWritable,
                FindingPlace.OfFile(StoreLock.PathIn(repository.GitDir)),
                isHeld ? "A run holds the store; it was looked at all the same." : error.Message,
                isHeld ? "What that run is about to change may show up as a finding." : "Nothing can be backed up into it.",
                isHeld ? "See whether that run hangs. If not, run verify again when it has ended." : error.Remedy));
            return null;
        }
    }

    private async Task<RepairOutcome> RepairAsync(SpaceCheckup checkup, VerifyOptions options, CancellationToken cancellation)
    {
        environment.Progress("repairing");
        IReadOnlyList<string> remotes = [];
        try
        {
            remotes = await RemoteChoice.OfAsync(repository, settings.Remote, repository.GitDir == Path.GetFullPath(environment.DefaultStore), notes: null, cancellation).ConfigureAwait(false);
        }
        catch (GitException error) when (error.Kind == GitFailure.Corruption)
        {
            // The configuration is damaged: without remotes less can be repaired, and what is wrong is told by what is still found.
        }

        return await checkup.RepairAsync(remotes, options.Offline, settings.Host, environment.Random, environment.Time.GetUtcNow(), cancellation).ConfigureAwait(false);
    }

    private async Task<bool> CheckLoadedAsync(ExaminedSpace space, int? seed, CancellationToken cancellation)
    {
        var files = new TrackedFilesCheck(settings, findings);
        if (!space.IsLoadable)
        {
            foreach (var file in space.Files)
            {
                files.Check(file, reader: null);
            }

            SkipLaws(seed, space.Replica is null && findings.TrueForAll(finding => finding.Severity != Severity.Error) ? "there is no memory here yet" : "the space cannot be loaded as it is");
            return false;
        }

        await using var store = load();
        var run = context(store);
        var reader = new MemoryFileReader(run);
        await CheckCheckpointsAsync(store, cancellation).ConfigureAwait(false);
        var found = space.Files.Select(file => files.Check(file, reader)).OfType<FoundFile>().ToList();
        if (seed is null)
        {
            return false;
        }

        try
        {
            await new LawsCheck(run, findings).RunAsync(seed.Value, found, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (GitException error) when (error.Kind is GitFailure.Corruption or GitFailure.Unknown)
        {
            SkipLaws(seed, $"history is damaged: {error.Message}");
            return false;
        }
    }

    private async Task CheckCheckpointsAsync(SpaceStore store, CancellationToken cancellation)
    {
        var (_, damaged) = await new Checkpoints(store).ListAsync(cancellation).ConfigureAwait(false);
        foreach (var (name, reason) in damaged)
        {
            findings.Add(new Finding(
                Severity.Warning,
                FindingCode.CheckpointDamaged,
                FindingPlace.OfRef(store.Refs.Checkpoints + Redaction.Clean(name)),
                $"The checkpoint {Redaction.Clean(name)} cannot be read: {Redaction.Clean(reason)}.",
                "The memory is whole; it cannot be brought back by this name, but by its time.",
                $"memory-backup checkpoint delete {Redaction.Clean(name)}"));
        }
    }

    private void SkipLaws(int? seed, string why)
    {
        if (seed is not null)
        {
            findings.Add(new Finding(
                Severity.Note, FindingCode.LawsSkipped, FindingPlace.Store, $"The laws were not checked: {why}.", "Nothing is known about them.", ""));
        }
    }

    private string RepairCommand() =>
        "memory-backup verify --repair"
        + (repository.GitDir == Path.GetFullPath(environment.DefaultStore) ? "" : $" --repo {repository.GitDir}")
        + (settings.Space == Store.Format.SpaceName.Default ? "" : $" --space {settings.Space}");
}
