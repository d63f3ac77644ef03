namespace MemoryBackup.Sync.Reports;

/// <summary>What <c>remote add</c> did, and what it found.</summary>
public sealed record RemoteAddReport
{
    public required string Repository { get; init; }

    public required string Space { get; init; }

    /// <summary>The remote's name.</summary>
    public required string Remote { get; init; }

    /// <summary>Its URL without credentials.</summary>
    public required string Url { get; init; }

    /// <summary>Whether the repository had no remote of that name before.</summary>
    public required bool Added { get; init; }

    /// <summary>Replicas that the remote has in this space; <see langword="null"/> if it was not asked, or did not answer.</summary>
    public int? Replicas { get; init; }

    /// <summary>The spaces that the remote has.</summary>
    public IReadOnlyList<string> Spaces { get; init; } = [];

    /// <summary>What a careful person would want to know, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why the remote could not be reached; <see langword="null"/> if it could, or was not asked.</summary>
    public string? Failure { get; init; }

    /// <summary>What to do about that.</summary>
    public string? Remedy { get; init; }

    /// <summary><see cref="ExitCode.Done"/>, or what a run would end with as long as the remote stays out of reach.</summary>
    public ExitCode ExitCode { get; init; }
}
