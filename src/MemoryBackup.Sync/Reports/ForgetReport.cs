namespace MemoryBackup.Sync.Reports;

/// <summary>What a <c>forget</c> erased, or with <see cref="DryRun"/> would erase, and what it could not reach.</summary>
public sealed record ForgetReport
{
    public required string Space { get; init; }

    public required string Replica { get; init; }

    public required string Host { get; init; }

    public required bool DryRun { get; init; }

    public required IReadOnlyList<ForgottenEntry> Forgotten { get; init; }

    /// <summary>Replicas that have not carried the requests out yet, by id; without this store.</summary>
    public IReadOnlyList<string> Waiting { get; init; } = [];

    /// <summary>Files tracked here that had one of the entries, and still say it until the next <c>sync</c>; full paths.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Former contents of files that a write-back put aside and that a program may still have open; full paths. They go when nobody has.</summary>
    public IReadOnlyList<string> Displaced { get; init; } = [];

    /// <summary>Refs of this repository that are not this program's and still lead to the former history.</summary>
    public IReadOnlyList<string> OtherRefs { get; init; } = [];

    /// <summary>The own publication after the run, counted from 1; 0 before the first.</summary>
    public required long Publication { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public IReadOnlyList<RemoteReport> Remotes { get; init; } = [];

    public required ExitCode ExitCode { get; init; }

    public required TimeSpan Elapsed { get; init; }
}

/// <summary>One entry that was to be forgotten.</summary>
/// <param name="Key">The entry, as shown to a person.</param>
/// <param name="Request">The request's id, which says nothing of the entry; <see langword="null"/> in a dry run.</param>
/// <param name="Versions">How many versions of it were found, history included.</param>
/// <param name="WrittenBy">The replicas that wrote them, by id.</param>
/// <param name="IsLive">Whether it was in the memory.</param>
public sealed record ForgottenEntry(string Key, string? Request, int Versions, IReadOnlyList<string> WrittenBy, bool IsLive);
