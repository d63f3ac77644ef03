namespace MemoryBackup.Sync.Reports;

/// <summary>How a space stands: what this store has, what the remotes have confirmed, and what is known of others.</summary>
public sealed record StatusReport
{
    public required string Repository { get; init; }

    public required string Space { get; init; }

    /// <summary>This store's replica id; <see langword="null"/> before the first write.</summary>
    public string? Replica { get; init; }

    public required string Host { get; init; }

    public required long Publication { get; init; }

    public required int Entries { get; init; }

    public IReadOnlyList<ConflictReport> Conflicts { get; init; } = [];

    public IReadOnlyList<FileStatus> Files { get; init; } = [];

    public IReadOnlyList<RemoteStatus> Remotes { get; init; } = [];

    public IReadOnlyList<ReplicaStatus> Replicas { get; init; } = [];
}

/// <summary>One tracked file.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Format">How it is written.</param>
/// <param name="Entries">Entries in its baseline.</param>
/// <param name="State"><c>unchanged</c>, <c>changed</c> since the last run, or <c>missing</c>.</param>
public sealed record FileStatus(string Path, string Format, long Entries, string State);

/// <summary>One remote.</summary>
/// <param name="Remote">Its name.</param>
/// <param name="Url">Its URL without credentials.</param>
/// <param name="Confirmed">The own publication that it confirmed last; 0 if none.</param>
/// <param name="ConfirmedAt">When.</param>
/// <param name="Pending">Publications that it has not confirmed yet.</param>
/// <param name="FetchedAt">When others' states were last fetched.</param>
/// <param name="Failure">The last attempt's failure, if it failed.</param>
public sealed record RemoteStatus(
    string Remote,
    string Url,
    long Confirmed,
    DateTimeOffset? ConfirmedAt,
    long Pending,
    DateTimeOffset? FetchedAt,
    string? Failure);

/// <summary>One replica that is known.</summary>
/// <param name="Replica">Its id.</param>
/// <param name="Host">Its host's label.</param>
/// <param name="IsOwn">It is this store.</param>
/// <param name="Publication">Its newest publication known here.</param>
/// <param name="Entries">Versions in its state.</param>
/// <param name="LastSeen">The time of that publication, by its own clock; <see langword="null"/> for one that was retired.</param>
/// <param name="Rejected">Why a newer ref of it was refused; <see langword="null"/> if none was.</param>
/// <param name="Adopter">The replica that took its state over when it was retired; <see langword="null"/> for one that was not.</param>
public sealed record ReplicaStatus(
    string Replica,
    string Host,
    bool IsOwn,
    long Publication,
    long Entries,
    DateTimeOffset? LastSeen,
    string? Rejected,
    string? Adopter = null);
