using MemoryBackup.Git;
using MemoryBackup.Store.Exchange;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.States;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync;

/// <summary>Tells how a space stands, from what is here alone.</summary>
internal static class StatusRun
{
    public static async Task<StatusReport> ReadAsync(RunContext run, CancellationToken cancellation)
    {
        var store = run.Store;
        var records = new RemoteRecordsFile(store.Repository.GitDir, store.Refs.Space).Read();
        var remotes = await store.Repository.RemotesAsync(cancellation).ConfigureAwait(false);
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
            Remotes = [.. Named(remotes, run.Settings.Remote).Select(remote => Status(remote.Key, remote.Value, records.Of(RemoteId.Of(remote.Key)), publication))],
            Replicas =
            [
                .. store.Known.Values.Concat(store.Own is { } own ? [own] : [])
                    .OrderBy(state => state.Header.Replica, StringComparer.Ordinal)
                    .Select(state => Status(state, store.Local.Replica, records)),
            ],
        };
    }

    private static IEnumerable<KeyValuePair<string, string>> Named(IReadOnlyDictionary<string, string> remotes, string? named) =>
        named is null || remotes.ContainsKey(named) ? remotes : remotes.Append(KeyValuePair.Create(named, named));

    private static FileStatus Status(TrackedFile file, RunContext run)
    {
        var state = "missing";
        try
        {
            state = UserFile.At(file.Path).Read(run.Settings.FileBytesMax) is not { } content ? "missing"
                : content.Hash == file.Newest.Hash ? "unchanged"
                : "changed";
        }
        catch (MemoryBackupException)
        {
            state = "unreadable";
        }

        return new FileStatus(file.Path, file.Format, Baseline.Of(file.Newest, run.Store).Keys.Count, state);
    }

    private static RemoteStatus Status(string name, string url, RemoteRecord record, long publication)
    {
        var confirmed = Math.Min(record.Pushed?.Number ?? 0, publication);
        return new RemoteStatus(
            Redaction.WithoutCredentials(name),
            Redaction.WithoutCredentials(url),
            confirmed,
            record.PushedAt,
            publication - confirmed,
            record.FetchedAt,
            record.Failure);
    }

    private static ReplicaStatus Status(PublishedState state, string own, RemoteRecords records) => new(
        state.Header.Replica,
        state.Header.Host,
        state.Header.Replica == own,
        state.Header.Publication.Number,
        state.Header.Entries,
        state.Adopter is null ? state.CommittedAt : null,
        records.Rejected.GetValueOrDefault(state.Header.Replica)?.Reason,
        state.Adopter);
}
