namespace MemoryBackup.Sync.Reports;

/// <summary>What somebody asks for who has to find out why something does not work.</summary>
public sealed record DoctorReport
{
    /// <summary>Where the store is; <see langword="null"/> if none could be opened.</summary>
    public string? Repository { get; init; }

    public required string Space { get; init; }

    /// <summary>What was looked at, topic by topic.</summary>
    public required IReadOnlyList<DoctorTopic> Topics { get; init; }

    /// <summary><see cref="ExitCode.Done"/> without an error, else the code of the gravest.</summary>
    public required ExitCode ExitCode { get; init; }

    public required TimeSpan Elapsed { get; init; }
}
