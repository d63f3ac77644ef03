using MemoryBackup.Git;
using MemoryBackup.Store.Exchange;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Importing;
using MemoryBackup.Sync.Merging;
using MemoryBackup.Sync.Remotes;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync;

/// <summary>One run of <c>merge</c>: everything that is known, as one array.</summary>
internal sealed class MergeRun(RunContext run, RunOptions options, RemoteRuns remotes)
{
    public async Task<MergeReport> RunAsync(string? output, CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();
        var target = output is null ? null : Target(output);
        run.Store.ReadAhead();
        await remotes.FetchAsync(cancellation).ConfigureAwait(false);

        var imported = await ImportAsync(cancellation).ConfigureAwait(false);
        if (!options.DryRun)
        {
            await remotes.PushAsync(cancellation).ConfigureAwait(false);
        }

        run.Environment.Progress("merging");
        var versions = run.Store.Known.Values.Sum(state => (long)state.State.Versions.Count) + run.Store.OwnState.Versions.Count;
        if (versions > run.Settings.LargeMergeEntries)
        {
            Log.LargeMerge(run.Notes.Log, versions);
        }

        run.Memory.Check();
        var live = run.Store.All();
        if (target is not null && !options.DryRun)
        {
            OutputFile.Write(run.Environment.Disk, target, MergedArray.Pieces(live, run.Store.Repository.Program.RunBesideAsync));
        }

        var json = target is null ? MergedArray.Write(live) : ReadOnlyMemory<byte>.Empty;
        var conflicts = Conflicts.Of(live);
        Log.ConflictsResolved(run.Notes.Log);
        Log.Merged(run.Notes.Log, live.Keys.Count);
        return new MergeReport
        {
            Space = run.Settings.Space,
            Output = options.DryRun ? null : target?.Path,
            DryRun = options.DryRun,
            Entries = live.Keys.Count,
            Versions = versions,
            Replicas = run.Store.Known.Count + (run.Store.Own is null ? 0 : 1),
            Imported = imported,
            Conflicts = conflicts,
            Warnings = [.. run.Notes.Warnings],
            Remotes = remotes.Reports,
            Json = json,
            ExitCode = remotes.ExitCode,
            Elapsed = run.Environment.Time.GetElapsedTime(started),
        };
    }

    private UserFile Target(string output)
    {
        var target = UserFile.At(output);
        return run.Store.Local.Files.ContainsKey(target.Id)
            ? throw new MemoryBackupException(
                ExitCode.Usage,
                $"{output} is a memory file that is kept in step; the merged array with its metadata does not belong into it.",
                "Nothing was changed. Name another file, or use sync to bring the merged memory into this one.")
            : target;
    }

    private async Task<IReadOnlyList<string>> ImportAsync(CancellationToken cancellation)
    {
        var repository = run.Store.Repository;
        var commits = new List<string> { "HEAD" };
        var tracked = remotes.Names.Where(name => RemoteId.Of(name) == name).Select(name => $"refs/remotes/{name}/").ToList();
        if (tracked.Count > 0)
        {
            commits.AddRange((await repository.RefsAsync(tracked, cancellation).ConfigureAwait(false)).Keys);
        }

        try
        {
            return await ScriptFiles.ImportAsync(run, new FileImport(run, new MemoryFileReader(run)), commits, options, cancellation).ConfigureAwait(false);
        }
        catch (GitException error)
        {
            throw GitFailures.AtStore(error);
        }
    }
}
