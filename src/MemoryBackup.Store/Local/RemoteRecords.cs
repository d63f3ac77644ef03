namespace MemoryBackup.Store.Local;

/// <summary>What is known of the remotes of a space.</summary>
/// <param name="Remotes">Remote id (see <see cref="Exchange.RemoteId"/>) → what it confirmed.</param>
/// <param name="Rejected">Replica → its ref that was refused.</param>
public sealed record RemoteRecords(IReadOnlyDictionary<string, RemoteRecord> Remotes, IReadOnlyDictionary<string, RejectedRef> Rejected)
{
    public static RemoteRecords None { get; } = new(new Dictionary<string, RemoteRecord>(), new Dictionary<string, RejectedRef>());

    /// <summary>The record of one remote.</summary>
    public RemoteRecord Of(string remoteId) => Remotes.TryGetValue(remoteId, out var record) ? record : new RemoteRecord();

    /// <summary>These records with another one for a remote.</summary>
    public RemoteRecords With(string remoteId, RemoteRecord record) =>
        this with { Remotes = new Dictionary<string, RemoteRecord>(Remotes) { [remoteId] = record } };
}
