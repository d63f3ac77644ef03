namespace MemoryBackup.Sync.Reports;

/// <summary>One replica that is known.</summary>
/// <param name="Replica">Its id.</param>
/// <param name="Host">Its host's label.</param>
/// <param name="IsOwn">It is this store.</param>
/// <param name="Publication">Its newest publication known here.</param>
/// <param name="Entries">Versions in its state.</param>
/// <param name="LastSeen">The time of that publication, by its own clock: its newest sign of life; <see langword="null"/> for one that was retired.</param>
/// <param name="AgeSeconds">How long ago that was; 0 if its clock runs ahead; <see langword="null"/> for one that was retired.</param>
/// <param name="At">The remotes that have confirmed that publication, by name.</param>
/// <param name="Rejected">Why a ref of it was refused, and where; <see langword="null"/> if none was.</param>
/// <param name="Adopter">The replica that took its state over when it was retired; <see langword="null"/> for one that was not.</param>
public sealed record ReplicaStatus(
    string Replica,
    string Host,
    bool IsOwn,
    long Publication,
    long Entries,
    DateTimeOffset? LastSeen,
    long? AgeSeconds,
    IReadOnlyList<string> At,
    string? Rejected,
    string? Adopter = null);
