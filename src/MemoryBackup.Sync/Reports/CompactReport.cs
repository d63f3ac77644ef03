namespace MemoryBackup.Sync.Reports;

/// <summary>What a <c>compact</c> took out of the own history, or with <see cref="DryRun"/> would take.</summary>
public sealed record CompactReport
{
    public required string Space { get; init; }

    public required string Replica { get; init; }

    public required string Host { get; init; }

    public required bool DryRun { get; init; }

    /// <summary>When the retention begins.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Own publications in history before the run.</summary>
    public required int Publications { get; init; }

    /// <summary>Publications that go; 0: there was nothing to do, and nothing was published.</summary>
    public required int Removed { get; init; }

    /// <summary>About how many bytes the repository holds for them alone, compressed.</summary>
    public required long Bytes { get; init; }

    /// <summary>When the oldest publication that stays was made; <see langword="null"/> before the first.</summary>
    public DateTimeOffset? Begins { get; init; }

    /// <summary>The own publication after the run, counted from 1; 0 before the first.</summary>
    public required long Publication { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public IReadOnlyList<RemoteReport> Remotes { get; init; } = [];

    public required ExitCode ExitCode { get; init; }

    public required TimeSpan Elapsed { get; init; }
}
