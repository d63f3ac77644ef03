namespace MemoryBackup.Sync.Reports;

/// <summary>What a <c>retire</c> took over, or with <see cref="DryRun"/> would take over.</summary>
public sealed record RetireReport
{
    public required string Space { get; init; }

    public required string Replica { get; init; }

    public required string Host { get; init; }

    public required bool DryRun { get; init; }

    /// <summary>The replicas, in the order of their ids.</summary>
    public IReadOnlyList<RetiredReplica> Retired { get; init; } = [];

    /// <summary>Replicas that were named and had been retired before.</summary>
    public IReadOnlyList<RetiredBefore> Already { get; init; } = [];

    /// <summary>The own publication after the run, counted from 1; 0 before the first.</summary>
    public required long Publication { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public IReadOnlyList<RemoteReport> Remotes { get; init; } = [];

    public required ExitCode ExitCode { get; init; }

    public required TimeSpan Elapsed { get; init; }
}

/// <summary>One replica whose state was taken over.</summary>
/// <param name="Replica">Its id.</param>
/// <param name="Host">Its host's label.</param>
/// <param name="Publication">Its newest publication.</param>
/// <param name="Entries">Versions of its own that still counted.</param>
/// <param name="LastSeen">The time of that publication, by its own clock.</param>
/// <param name="TakenAlong">Replicas that it had retired itself.</param>
/// <param name="RefDeleted">Whether no remote that was asked has a ref of it any more; <see langword="null"/> where none was asked.</param>
public sealed record RetiredReplica(
    string Replica,
    string Host,
    long Publication,
    long Entries,
    DateTimeOffset LastSeen,
    IReadOnlyList<string> TakenAlong,
    bool? RefDeleted);

/// <summary>A replica that was retired before.</summary>
/// <param name="Replica">Its id.</param>
/// <param name="Adopter">The replica that took its state over.</param>
public sealed record RetiredBefore(string Replica, string Adopter);
