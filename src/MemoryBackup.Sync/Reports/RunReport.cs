namespace MemoryBackup.Sync.Reports;

/// <summary>What one <c>backup</c> or <c>sync</c> did, or with <see cref="DryRun"/> would do.</summary>
public sealed record RunReport
{
    /// <summary>The file, by its full path with links resolved.</summary>
    public required string File { get; init; }

    public required string Space { get; init; }

    public required string Replica { get; init; }

    public required string Host { get; init; }

    public required bool DryRun { get; init; }

    /// <summary>Entries in the file as it was found.</summary>
    public required int Entries { get; init; }

    /// <summary>What was found in the file against its baseline and recorded.</summary>
    public required Changes Recorded { get; init; }

    /// <summary>What came from others and was written into the file; empty for a backup.</summary>
    public Changes Received { get; init; } = Changes.None;

    /// <summary>Entries in the file after the run.</summary>
    public required int EntriesAfter { get; init; }

    /// <summary>The own publication after the run; 0 before the first.</summary>
    public required long Publication { get; init; }

    /// <summary>Conflicts in this space: elements with alternatives.</summary>
    public IReadOnlyList<ConflictReport> Conflicts { get; init; } = [];

    /// <summary>Keys of entries that are old copies of something replaced or deleted, and were not written.</summary>
    public IReadOnlyList<string> OldCopies { get; init; } = [];

    /// <summary>Keys of entries that have no place in a file of this format.</summary>
    public IReadOnlyList<string> Unplaced { get; init; } = [];

    /// <summary>Entries that a stale writer had not loaded and that were kept.</summary>
    public IReadOnlyList<string> KeptForStaleWriter { get; init; } = [];

    /// <summary>What a careful person would want to know, a sentence each. Also logged.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The remotes that the run spoke to.</summary>
    public IReadOnlyList<RemoteReport> Remotes { get; init; } = [];

    public required ExitCode ExitCode { get; init; }

    public required TimeSpan Elapsed { get; init; }
}
