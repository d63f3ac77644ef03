using MemoryBackup.Git;
using MemoryBackup.Store;
using MemoryBackup.Store.Exchange;
using MemoryBackup.Store.History;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.States;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Remotes;

/// <summary>What a remote has, by its own word when it was last spoken to: what it confirmed, and what was fetched from it.</summary>
/// <param name="Given">Name or URL.</param>
/// <param name="Record">What is recorded of it.</param>
/// <param name="Tips">Replica → the commit that it has of it.</param>
internal sealed record RemoteStanding(string Given, RemoteRecord Record, IReadOnlyDictionary<string, ObjectId> Tips)
{
    /// <summary>Name, or URL without credentials.</summary>
    public string Name => Redaction.WithoutCredentials(Given);

    /// <summary>Reads how remotes stand, from what is here alone.</summary>
    public static async Task<IReadOnlyList<RemoteStanding>> ReadAsync(RunContext run, IEnumerable<string> remotes, CancellationToken cancellation)
    {
        var store = run.Store;
        var records = new RemoteRecordsFile(store.Repository.GitDir, store.Refs.Space).Read();
        var standings = new List<RemoteStanding>();
        IReadOnlyDictionary<string, ObjectId>? incoming = null;
        foreach (var remote in remotes)
        {
            var id = RemoteId.Of(remote);
            var record = records.Of(id, RemoteId.Address(await store.Repository.RemoteUrlsAsync(remote, cancellation).ConfigureAwait(false)));
            incoming ??= await store.Repository.RefsAsync(store.Refs.Own, cancellation).ConfigureAwait(false);
            var folder = store.Refs.Incoming(id);
            standings.Add(new RemoteStanding(
                remote,
                record,
                record is { FetchedAt: null, Pushed: null }
                    ? new Dictionary<string, ObjectId>()
                    : incoming.Where(name => name.Key.StartsWith(folder, StringComparison.Ordinal)).ToDictionary(name => name.Key[folder.Length..], name => name.Value)));
        }

        return standings;
    }

    /// <summary>Whether it has confirmed that very state; an adopted one comes with its adopter's.</summary>
    public bool Has(PublishedState state, SpaceStore store) => (state.Adopter ?? state.Header.Replica) is var holder && holder == store.Local.Replica
        ? Record.Pushed == store.Own?.Header.Publication
        : Tips.TryGetValue(holder, out var tip) && tip == state.Commit;

    /// <summary>The standing as it is told.</summary>
    public async Task<RemoteStatus> ToStatusAsync(RunContext run, bool isUsed, CancellationToken cancellation)
    {
        var store = run.Store;

        // A name that was lost, or a line that was given up: what was confirmed of those is nothing of this one.
        var confirmed = store.Own is { } own && Record.Pushed is { } pushed && own.Line.Has(pushed) ? pushed.Number : 0;
        var pending = (store.Own?.Header.Publication.Number ?? 0) - confirmed;
        var urls = await store.Repository.RemoteUrlsAsync(Given, cancellation).ConfigureAwait(false);
        return new RemoteStatus
        {
            Remote = Name,
            Url = Redaction.WithoutCredentials(urls[0]),
            Used = isUsed,
            Confirmed = confirmed,
            ConfirmedAt = confirmed > 0 ? Record.PushedAt : null,
            Pending = pending,
            PendingSince = pending > 0 ? await PublicationTime.ReadAsync(store.Repository, store.Own!, confirmed + 1, cancellation).ConfigureAwait(false) : null,
            Lacks =
            [
                .. store.Known.Values.Where(state => state.Adopter is null && !Has(state, store) && !Record.Rejected.ContainsKey(state.Header.Replica))
                    .Select(state => state.Header.Replica).Order(StringComparer.Ordinal),
            ],
            FetchedAt = Record.FetchedAt,
            Failure = Record.Failure,
            FailingSince = Record.FailingSince,
            Rejected =
            [
                .. Record.Rejected.OrderBy(rejected => rejected.Key, StringComparer.Ordinal).Select(rejected => new RejectedStatus(
                    rejected.Key, rejected.Value.Commit, rejected.Value.Reason, rejected.Value.Since, Age(run, rejected.Value.Since))),
            ],
        };
    }

    /// <summary>Whole seconds since a time; 0 if it is in the future.</summary>
    public static long Age(RunContext run, DateTimeOffset time) => Math.Max(0, (long)(run.Now - time).TotalSeconds);
}
