namespace MemoryBackup.Sync.Reports;

/// <summary>How one remote stands, by what it said when it was last spoken to.</summary>
public sealed record RemoteStatus
{
    /// <summary>Its name, or URL without credentials.</summary>
    public required string Remote { get; init; }

    /// <summary>Its URL without credentials.</summary>
    public required string Url { get; init; }

    /// <summary>Whether runs speak to it where none is named.</summary>
    public bool Used { get; init; } = true;

    /// <summary>The own publication that it confirmed last; 0 if none.</summary>
    public long Confirmed { get; init; }

    /// <summary>When it confirmed that.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>Own publications that it has not confirmed yet.</summary>
    public long Pending { get; init; }

    /// <summary>When the first of these was made, by this machine's clock, to the second; <see langword="null"/> if there is none.</summary>
    public DateTimeOffset? PendingSince { get; init; }

    /// <summary>Other replicas whose newest state known here it has not confirmed yet.</summary>
    public IReadOnlyList<string> Lacks { get; init; } = [];

    /// <summary>When others' states were last fetched from it.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>The last attempt's failure; <see langword="null"/> if it did not fail.</summary>
    public string? Failure { get; init; }

    /// <summary>When the first of the attempts failed that have failed without a success in between.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Its refs that were refused.</summary>
    public IReadOnlyList<RejectedStatus> Rejected { get; init; } = [];
}

/// <summary>A ref at a remote that was refused; the replica's last good state stays in use.</summary>
/// <param name="Replica">The replica, or the ref's last part if that is no replica's id.</param>
/// <param name="Commit">The commit that was refused; empty if Git did not take it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Since">When the remote was first found to have a state of it that is refused, and has not had a good one since.</param>
/// <param name="AgeSeconds">How long ago that was.</param>
public sealed record RejectedStatus(string Replica, string Commit, string Reason, DateTimeOffset Since, long AgeSeconds);
