namespace MemoryBackup.Sync.Reports;

/// <summary>What a <c>conflicts resolve</c> settled, or with <see cref="DryRun"/> would settle.</summary>
public sealed record ResolveReport
{
    public required string Space { get; init; }

    public required string Replica { get; init; }

    public required string Host { get; init; }

    public required bool DryRun { get; init; }

    public required IReadOnlyList<SettledConflict> Resolved { get; init; }

    /// <summary>Elements that still have alternatives, in the whole space.</summary>
    public required int ConflictsLeft { get; init; }

    /// <summary>The own publication after the run.</summary>
    public required long Publication { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public IReadOnlyList<RemoteReport> Remotes { get; init; } = [];

    public required ExitCode ExitCode { get; init; }

    public required TimeSpan Elapsed { get; init; }
}

/// <summary>One element that was settled.</summary>
/// <param name="Key">The entry, as shown to a person.</param>
/// <param name="Element">The element's path inside the entry.</param>
/// <param name="Value">What it says now, as JSON text; <see langword="null"/>: nothing, it is gone.</param>
/// <param name="UniqueId">The write that settled it; <see langword="null"/> in a dry run.</param>
public sealed record SettledConflict(string Key, string Element, string? Value, string? UniqueId);
