namespace MemoryBackup.Sync.Reports;

/// <summary>What a <c>revert</c> took back.</summary>
public sealed record RevertReport
{
    public required string Space { get; init; }

    public required string Replica { get; init; }

    public required string Host { get; init; }

    public required bool DryRun { get; init; }

    /// <summary>Whose writes were asked for.</summary>
    public required IReadOnlyList<RevertedWriter> Writers { get; init; }

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>The one entry that was asked for, as shown to a person.</summary>
    public string? Entry { get; init; }

    /// <summary>The checkpoint that names the memory from before; <see langword="null"/> where nothing was written.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>What changed in the memory. What somebody else had changed since, or what says so already, is not among it.</summary>
    public IReadOnlyList<RestoreChange> Changes { get; init; } = [];

    /// <summary>Entries of which something cannot be taken back, and to which nothing was done.</summary>
    public IReadOnlyList<NotTakenBack> NotTakenBack { get; init; } = [];

    /// <summary>The own publication after the run, counted from 1; 0 before the first.</summary>
    public required long Publication { get; init; }

    /// <summary>What a careful person would want to know, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public IReadOnlyList<RemoteReport> Remotes { get; init; } = [];

    public required ExitCode ExitCode { get; init; }

    public required TimeSpan Elapsed { get; init; }
}

/// <summary>A replica whose writes were taken back.</summary>
/// <param name="Replica">The replica.</param>
/// <param name="Host">Its label now.</param>
/// <param name="Writes">Writes of that time.</param>
/// <param name="Deletes">Entries deleted in that time.</param>
public sealed record RevertedWriter(string Replica, string Host, int Writes, int Deletes);

/// <summary>An entry of which something cannot be taken back.</summary>
/// <param name="Key">The entry, as shown to a person.</param>
/// <param name="KeyText">Its canonical key.</param>
/// <param name="Reason">Why, a sentence without its full stop.</param>
public sealed record NotTakenBack(string Key, string KeyText, string Reason);
