using MemoryBackup.Crdt;
using MemoryBackup.Store;
using MemoryBackup.Store.History;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.States;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Remotes;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync;

/// <summary>Tells how a space stands, from what is here alone.</summary>
internal static class StatusRun
{
    public static async Task<StatusReport> ReadAsync(RunContext run, CancellationToken cancellation)
    {
        var store = run.Store;
        var used = await RemoteChoice.OfAsync(store.Repository, named: null, run.IsDefaultStore, notes: null, cancellation).ConfigureAwait(false);
        var named = run.Settings.Remote is { } given ? await RemoteChoice.OfAsync(store.Repository, given, run.IsDefaultStore, notes: null, cancellation).ConfigureAwait(false) : [];
        var standings = await RemoteStanding.ReadAsync(run, used.Union(named), cancellation).ConfigureAwait(false);
        var remotes = new List<RemoteStatus>();
        foreach (var standing in standings)
        {
            remotes.Add(await standing.ToStatusAsync(run, isUsed: used.Contains(standing.Given), cancellation).ConfigureAwait(false));
        }

        var live = store.All();
        var publication = store.Own?.Header.Publication.Number ?? 0;
        return new StatusReport
        {
            Repository = store.Repository.GitDir,
            Space = store.Refs.Space,
            Replica = store.Exists ? store.Local.Replica : null,
            Host = run.Settings.Host,
            Publication = publication,
            Entries = live.Keys.Count,
            Conflicts = Conflicts.Of(live),
            Files = [.. store.Local.Files.Values.Where(file => UserFile.IsOnDisk(file.Path)).OrderBy(file => file.Path, StringComparer.Ordinal).Select(file => Status(file, run))],
            Remotes = remotes,
            Replicas =
            [
                .. store.Known.Values.Concat(store.Own is { } own ? [own] : [])
                    .OrderBy(state => state.Header.Replica, StringComparer.Ordinal)
                    .Select(state => Status(state, run, standings)),
            ],
            Forgotten = [.. store.Forgotten.Requests.OrderByDescending(request => request.At).Select(request => Status(request, store))],
        };
    }

    private static ForgetStatus Status(ForgetRequest request, SpaceStore store)
    {
        var waiting = PastMemory.All(store)
            .Where(state => state.Header.Forgotten.All(done => done.Id != request.Id))
            .Select(state => state.Header.Replica)
            .Order(StringComparer.Ordinal)
            .ToList();
        return new ForgetStatus(request.Id, request.At.ToTime(), PastMemory.All(store).Count() - waiting.Count, waiting);
    }

    private static FileStatus Status(TrackedFile file, RunContext run)
    {
        var state = "missing";
        try
        {
            state = UserFile.At(file.Path).ReadHash(run.Settings.FileBytesMax) is not { } hash ? "missing"
                : hash == file.Newest.Hash ? "unchanged"
                : "changed";
        }
        catch (MemoryBackupException)
        {
            state = "unreadable";
        }

        return new FileStatus(file.Path, file.Format, Baseline.Of(file.Newest, run.Store).Keys.Count, state);
    }

    private static ReplicaStatus Status(PublishedState state, RunContext run, IReadOnlyList<RemoteStanding> remotes)
    {
        var own = run.Store.Local.Replica;
        var refused = remotes
            .Where(remote => remote.Record.Rejected.ContainsKey(state.Header.Replica))
            .Select(remote => $"{remote.Name}: {remote.Record.Rejected[state.Header.Replica].Reason}")
            .ToList();
        return new ReplicaStatus(
            state.Header.Replica,
            state.Header.Host,
            state.Header.Replica == own,
            state.Header.Publication.Number,
            state.Header.Entries,
            state.Adopter is null ? state.CommittedAt : null,
            state.Adopter is null ? RemoteStanding.Age(run, state.CommittedAt) : null,
            [.. remotes.Where(remote => remote.Has(state, run.Store)).Select(remote => remote.Name)],
            refused.Count == 0 ? null : string.Join("; ", refused),
            state.Adopter);
    }
}
