namespace MemoryBackup.Sync.Reports;

/// <summary>How the exchange with one remote went.</summary>
public sealed record RemoteReport
{
    /// <summary>Name, or URL without credentials.</summary>
    public required string Remote { get; init; }

    /// <summary>Whether the remote has confirmed the own newest publication.</summary>
    public required bool Confirmed { get; init; }

    /// <summary>Whether this run sent something that the remote took.</summary>
    public bool Pushed { get; init; }

    /// <summary>Replicas whose newer state this run brought.</summary>
    public IReadOnlyList<string> Received { get; init; } = [];

    /// <summary>Refs that were refused: replica and reason.</summary>
    public IReadOnlyDictionary<string, string> Rejected { get; init; } = new Dictionary<string, string>();

    /// <summary>What failed, in one sentence; <see langword="null"/> if nothing did.</summary>
    public string? Failure { get; init; }

    /// <summary>What to do about the failure.</summary>
    public string? Remedy { get; init; }

    /// <summary><see cref="ExitCode.Done"/>, <see cref="ExitCode.RemotePending"/>, <see cref="ExitCode.AuthenticationPending"/> or <see cref="ExitCode.NameInUse"/>.</summary>
    public ExitCode ExitCode { get; init; }
}
