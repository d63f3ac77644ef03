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

    /// <summary>Requests to forget, the newest first.</summary>
    public IReadOnlyList<ForgetStatus> Forgotten { get; init; } = [];
}

/// <summary>How far a request to forget has come.</summary>
/// <param name="Request">Its id, which says nothing of the entry.</param>
/// <param name="RequestedAt">When it was made, by its author's clock.</param>
/// <param name="Done">How many of the replicas known here have carried it out.</param>
/// <param name="Waiting">Those that have not, by id: what they published may still hold it.</param>
public sealed record ForgetStatus(string Request, DateTimeOffset RequestedAt, int Done, IReadOnlyList<string> Waiting);

/// <summary>One tracked file.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Format">How it is written.</param>
/// <param name="Entries">Entries in its baseline.</param>
/// <param name="State"><c>unchanged</c>, <c>changed</c> since the last run, or <c>missing</c>.</param>
public sealed record FileStatus(string Path, string Format, long Entries, string State);
