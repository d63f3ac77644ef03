namespace MemoryBackup.Sync.Reports;

/// <summary>What a <c>merge</c> did.</summary>
public sealed record MergeReport
{
    public required string Space { get; init; }

    /// <summary>The file that was written; <see langword="null"/> for standard output or a dry run.</summary>
    public string? Output { get; init; }

    public required bool DryRun { get; init; }

    /// <summary>Entries in the merged memory.</summary>
    public required int Entries { get; init; }

    /// <summary>Versions read, over all replicas.</summary>
    public required long Versions { get; init; }

    /// <summary>Replicas that contributed, this one included.</summary>
    public required int Replicas { get; init; }

    /// <summary>The predecessor's files that were taken in by this run.</summary>
    public IReadOnlyList<string> Imported { get; init; } = [];

    public IReadOnlyList<ConflictReport> Conflicts { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public IReadOnlyList<RemoteReport> Remotes { get; init; } = [];

    /// <summary>The merged memory: a JSON array sorted by (timestamp, unique_id), each entry with its <c>_crdt_metadata</c>. Empty if a file was named for it.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }

    public required ExitCode ExitCode { get; init; }

    public required TimeSpan Elapsed { get; init; }
}
