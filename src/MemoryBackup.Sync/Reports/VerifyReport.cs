using MemoryBackup.Store.Repairing;
using MemoryBackup.Store.Verifying;

namespace MemoryBackup.Sync.Reports;

/// <summary>What <c>verify</c> read, found and repaired.</summary>
public sealed record VerifyReport
{
    public required string Repository { get; init; }

    public required string Space { get; init; }

    /// <summary>This store's replica id; <see langword="null"/> if there is none, or if it cannot be read.</summary>
    public string? Replica { get; init; }

    /// <summary>How many replicas' states were read.</summary>
    public required int States { get; init; }

    /// <summary>How many versions those have.</summary>
    public required long Versions { get; init; }

    /// <summary>How many tracked files were looked at.</summary>
    public required int Files { get; init; }

    /// <summary>Whether every object and all of history was left out.</summary>
    public required bool Quick { get; init; }

    /// <summary>In how many random orders the states were joined; 0 if the laws were not checked.</summary>
    public int Orders { get; init; }

    /// <summary>The seed of those orders: the same one gives the same orders.</summary>
    public int? Seed { get; init; }

    /// <summary>What is not as it should be, after the repair if there was one.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>What the repair did.</summary>
    public IReadOnlyList<RepairStep> Repairs { get; init; } = [];

    /// <summary>What the repair could not do and why, a sentence each.</summary>
    public IReadOnlyList<string> Undone { get; init; } = [];

    /// <summary><see cref="ExitCode.InvalidData"/> if a finding is an error, else <see cref="ExitCode.Done"/>.</summary>
    public required ExitCode ExitCode { get; init; }

    public required TimeSpan Elapsed { get; init; }
}
