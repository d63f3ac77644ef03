using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Exchange;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Recording;
using MemoryBackup.Sync.Remotes;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Importing;

/// <summary>One run of <c>import</c>: everything at the source is read and checked before anything of it is recorded.</summary>
internal sealed class ImportRun(RunContext run, ImportRequest request, RemoteRuns remotes)
{
    private const string MemoryFileKind = "memory-file";
    private const string ScriptFileKind = "script-file";
    private const string ReplicaKind = "replica";

    private readonly MemoryFileReader reader = new(run);
    private readonly Dictionary<string, string> rejected = [];
    private readonly HashSet<string> received = [];

    public async Task<ImportReport> RunAsync(CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();
        var import = new FileImport(run, reader);
        run.Environment.Progress($"reading {request.Source}");
        var source = await ImportSource.ReadAsync(run, request, cancellation).ConfigureAwait(false);
        var files = source.Files.Select(found => (found.File, found.Place, Found: Parse(import, found.File))).ToList();

        // What others know goes before: they may have imported it, or deleted since what is in it.
        await remotes.FetchAsync(cancellation).ConfigureAwait(false);
        if (remotes.ExitCode != ExitCode.Done)
        {
            run.Notes.Warn("Not every remote could be asked: what was deleted elsewhere, and has not been heard of here, may be imported once more.");
        }

        var before = run.Store.All();
        if (source.Replicas.Count > 0)
        {
            await FetchAsync(source, cancellation).ConfigureAwait(false);
        }

        RequireRoom(files.Select(file => file.Found));
        var found = new List<ImportFound>();
        var recorded = Recorded.Nothing;
        foreach (var (file, place, content) in files)
        {
            // Another key, or the wish to have it all the same, makes something else of it.
            var isKnown = import.IsImported(file.Blob) && !request.AsNew && run.Settings.KeyField is null;
            found.Add(new ImportFound(file.IsOfScript ? ScriptFileKind : MemoryFileKind, Path.GetFileName(file.File.Given), place, content.Entries.Count, isKnown));
            if (!isKnown)
            {
                WarnOfDuplicates(file, content);
                recorded = recorded.And(await import.RecordAsync(file, content, new RunOptions { DryRun = request.DryRun, AsNew = request.AsNew }, cancellation).ConfigureAwait(false));
            }
        }

        if (!request.DryRun)
        {
            await remotes.PushAsync(cancellation).ConfigureAwait(false);
        }

        found.AddRange(source.Replicas.Select(replica => new ImportFound(
            ReplicaKind, replica, request.Source, run.Store.Known.GetValueOrDefault(replica)?.State.Versions.Count ?? 0, !received.Contains(replica))));
        return Report(found, recorded, before, run.Environment.Time.GetElapsedTime(started));
    }

    private FoundFile Parse(FileImport import, ImportedFile file)
    {
        try
        {
            return import.Parse(file);
        }
        catch (MemoryBackupException error) when (error.ExitCode == ExitCode.InvalidData)
        {
            throw new MemoryBackupException(error.ExitCode, error.Message, "Nothing was imported. Repair that file, or take it away from there, and run again.", error);
        }
    }

    // As from a remote, with all that is checked there; but what is only imported once leaves no traces.
    private async Task FetchAsync(ImportSource source, CancellationToken cancellation)
    {
        foreach (var folder in new[] { null, run.Store.Refs.Known })
        {
            var exchange = new RemoteExchange(
                run.Store, request.Source, run.Settings.Host, run.Environment.Random, run.Environment.Time, readOnly: request.DryRun, folder);
            try
            {
                var outcome = await exchange.FetchAsync(cancellation).ConfigureAwait(false);
                received.UnionWith(outcome.Received);
                foreach (var (replica, reason) in outcome.Rejected)
                {
                    rejected[replica] = reason;
                    run.Notes.Warn($"The state of {Redaction.Clean(replica)} at {request.Source} was refused: {Redaction.Clean(reason)}.");
                }

                if (outcome.FormerName is { } former)
                {
                    run.Notes.Warn($"This store had lost its name: {former} is in use at {request.Source}. It goes on as {run.Store.Local.Replica}; nothing was lost.");
                }
            }
            catch (GitException error)
            {
                throw new MemoryBackupException(ExitCode.InvalidData, $"The store {request.Source} cannot be read: {error.Message}", "Nothing was imported. Run git fsck in it.", error);
            }
            finally
            {
                await RemoteTraces.ForgetAsync(run.Store.Repository, exchange.Id, cancellation).ConfigureAwait(false);
            }
        }

        if (rejected.Count > 0 && source.Replicas.All(rejected.ContainsKey))
        {
            throw new MemoryBackupException(
                ExitCode.InvalidData,
                $"None of the states in {request.Source} is in order, such as that of {Redaction.Clean(source.Replicas[0])}: {Redaction.Clean(rejected[source.Replicas[0]])}.",
                "Nothing was imported.");
        }
    }

    // A state with more versions than the limit would be refused by everyone else.
    private void RequireRoom(IEnumerable<FoundFile> files)
    {
        var live = run.Store.All();
        var count = run.Store.OwnState.Versions.Count + files.SelectMany(file => file.Entries.Keys).Distinct().Count(key => live.Live(key).Count == 0);
        reader.CheckCount(count);
    }

    private void WarnOfDuplicates(ImportedFile file, FoundFile found)
    {
        foreach (var duplicate in found.Duplicates)
        {
            run.Notes.Warn($"{file.File.Given} has the entry {duplicate.Key.Display()} twice, in lines {duplicate.EarlierLine} and {duplicate.LaterLine}; the later one counts.");
        }
    }

    private ImportReport Report(IReadOnlyList<ImportFound> found, Recorded recorded, Memory before, TimeSpan elapsed)
    {
        var live = run.Store.All();

        // What counts is what the memory says now and did not before, whoever of those that were found brought it.
        var keys = live.Keys.Where(key => Says(live, key) != Says(before, key)).Order().ToList();
        return new ImportReport
        {
            Space = run.Settings.Space,
            Replica = run.Store.Local.Replica,
            Host = run.Settings.Host,
            DryRun = request.DryRun,
            Source = request.Source,
            Found = found,
            Recorded = new Changes(
                [.. keys.Where(key => before.Live(key).Count == 0).Select(key => key.Display())],
                [.. keys.Where(key => before.Live(key).Count > 0).Select(key => key.Display())],
                [.. before.Keys.Where(key => live.Live(key).Count == 0).Order().Select(key => key.Display())]),
            OldCopies = [.. recorded.OldCopies.Select(key => key.Display())],
            Rejected = rejected,
            Publication = run.Store.Own?.Header.Publication.Number ?? 0,
            Conflicts = Conflicts.Of(live),
            Warnings = [.. run.Notes.Warnings],
            Remotes = remotes.Reports,
            ExitCode = remotes.ExitCode,
            Elapsed = elapsed,
        };
    }

    private static string Says(Memory memory, EntryKey key) =>
        string.Join(' ', memory.Live(key).Select(version => version.Dot.ToString()).Order(StringComparer.Ordinal));
}
