namespace MemoryBackup.Store.Local;

/// <summary>What is known of the remotes of a space.</summary>
/// <param name="Remotes">Remote id (see <see cref="Exchange.RemoteId"/>) → what is known of it.</param>
public sealed record RemoteRecords(IReadOnlyDictionary<string, RemoteRecord> Remotes)
{
    public static RemoteRecords None { get; } = new(new Dictionary<string, RemoteRecord>());

    /// <summary>The record of one remote.</summary>
    /// <param name="remoteId">The remote.</param>
    /// <param name="address">Where it is now: what was recorded of another place is left out.</param>
    public RemoteRecord Of(string remoteId, string address) =>
        Remotes.TryGetValue(remoteId, out var record) && record.Address == address ? record : new RemoteRecord { Address = address };

    /// <summary>These records with another one for a remote.</summary>
    public RemoteRecords With(string remoteId, RemoteRecord record) => new(new Dictionary<string, RemoteRecord>(Remotes) { [remoteId] = record });

    /// <summary>These records without a remote.</summary>
    public RemoteRecords Without(string remoteId) => new(Remotes.Where(remote => remote.Key != remoteId).ToDictionary());
}
