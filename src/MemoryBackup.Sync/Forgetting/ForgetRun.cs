using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Forgetting;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.History;
using MemoryBackup.Sync.Past;
using MemoryBackup.Sync.Remotes;
using MemoryBackup.Sync.Reports;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Sync.Forgetting;

/// <summary>One run of <c>forget</c>: asks everyone to erase entries, and does so here.</summary>
internal sealed class ForgetRun(RunContext run, ForgetOptions options, RemoteRuns remotes)
{
    public async Task<ForgetReport> RunAsync(CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();

        // What others wrote of the entry until now is meant as well.
        await remotes.FetchAsync(cancellation).ConfigureAwait(false);
        var store = run.Store;
        run.Environment.Progress("looking for the entries in history");
        var versions = await VersionsAsync(cancellation).ConfigureAwait(false);
        var keys = options.Keys.Select(name => KeyChoice.Of(versions.Keys, name, "in this space or in its history")).Distinct().ToList();
        var live = store.All();
        var requests = keys.ToDictionary(key => key, key => ForgetRequest.Of(key, versions[key].Values, ReplicaId.NewToken(run.Environment.Random), Stamp.At(run.Now)));
        var report = new ForgetReport
        {
            Space = run.Settings.Space,
            Replica = store.Local.Replica,
            Host = run.Settings.Host,
            DryRun = options.DryRun,
            Forgotten =
            [
                .. keys.Select(key => new ForgottenEntry(
                    key.Display(),
                    options.DryRun ? null : requests[key].Id,
                    versions[key].Count,
                    [.. versions[key].Keys.Select(dot => dot.Actor.Replica).Distinct().Order(StringComparer.Ordinal)],
                    live.Live(key).Count > 0)),
            ],
            Files = Files(keys.SelectMany(key => versions[key].Keys)),
            Publication = 0,
            ExitCode = ExitCode.Done,
            Elapsed = TimeSpan.Zero,
        };
        if (!options.DryRun)
        {
            var former = store.Own?.Commit;
            await ForgetAsync([.. requests.Values], [.. keys.SelectMany(key => versions[key].Values)], cancellation).ConfigureAwait(false);
            report = report with { OtherRefs = former is { } commit ? await OtherRefsAsync(commit, cancellation).ConfigureAwait(false) : [] };
        }

        return report with
        {
            Replica = store.Local.Replica,
            Waiting = [.. store.Known.Values.Where(state => options.DryRun || requests.Values.Any(request => state.Header.Forgotten.All(other => other.Id != request.Id))).Select(state => state.Header.Replica).Order(StringComparer.Ordinal)],
            Displaced = [.. store.Local.Files.Values.SelectMany(file => file.Displaced).Select(displaced => displaced.Path).Where(File.Exists)],
            Publication = store.Own?.Header.Publication.Number ?? 0,
            Warnings = [.. run.Notes.Warnings],
            Remotes = remotes.Reports,
            ExitCode = remotes.ExitCode,
            Elapsed = run.Environment.Time.GetElapsedTime(started),
        };
    }

    // Beside what counts now, everything in history: a secret that was deleted is still there.
    private async Task<Dictionary<EntryKey, Dictionary<Dot, Version>>> VersionsAsync(CancellationToken cancellation)
    {
        var store = run.Store;
        var versions = new Dictionary<EntryKey, Dictionary<Dot, Version>>();
        List<ObjectId> tips = [.. store.Known.Values.Select(state => state.Commit), .. store.Own is { } own ? [own.Commit] : Array.Empty<ObjectId>()];
        await VersionHistory.ReadAsync(store.Repository, tips, [], keys: null, Take, cancellation).ConfigureAwait(false);
        foreach (var version in store.VersionsHere)
        {
            Take(version);
        }

        return versions;

        void Take(Version found)
        {
            if (store.Forgotten.Apply(found) is { } version)
            {
                if (!versions.TryGetValue(version.Key, out var ofKey))
                {
                    versions.Add(version.Key, ofKey = []);
                }

                ofKey[version.Dot] = version;
            }
        }
    }

    private async Task ForgetAsync(IReadOnlyList<ForgetRequest> requests, IReadOnlyCollection<Version> versions, CancellationToken cancellation)
    {
        run.Environment.Progress("rewriting history");
        await CarryOut.RunAsync(run.Store, requests, versions, run.Settings.Host, run.Environment.Random, run.Now, cancellation).ConfigureAwait(false);
        Log.CarriedOut(run.Notes.Log, requests.Count);
        await remotes.PushAsync(cancellation).ConfigureAwait(false);
        await ForgettingStep.CleanUpAsync(run, cancellation).ConfigureAwait(false);
    }

    private IReadOnlyList<string> Files(IEnumerable<Dot> dots)
    {
        var set = DotSet.Of(dots);
        return [.. run.Store.Local.Files.Values.Where(file => file.Newest.Dots.Dots.Any(set.Contains)).Select(file => file.Path).Where(File.Exists).Order(StringComparer.Ordinal)];
    }

    // The user's own fetch may have brought published refs into other places of this repository; they are not ours to move.
    private async Task<IReadOnlyList<string>> OtherRefsAsync(ObjectId former, CancellationToken cancellation)
    {
        var store = run.Store;
        if (await store.Repository.TryResolveAsync(new ObjectName(former), cancellation).ConfigureAwait(false) is null)
        {
            return [];
        }

        string[] arguments = ["for-each-ref", "--format=%(refname)", "--contains", former.ToString()];
        var listed = await store.Repository.Program.RunAsync(store.Repository.GitDir, arguments, default, cancellation).ConfigureAwait(false);
        return [.. listed.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
