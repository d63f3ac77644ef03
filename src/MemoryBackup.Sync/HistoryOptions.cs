namespace MemoryBackup.Sync;

/// <summary>What one call of <c>history</c> asks for.</summary>
public sealed record HistoryOptions
{
    /// <summary>One entry, as the other commands show it or as canonical JSON array; <see langword="null"/> for all.</summary>
    public string? Key { get; init; }

    /// <summary>Nothing before this time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only what this host wrote, by its label.</summary>
    public string? Host { get; init; }

    /// <summary>The most events; 0 for all.</summary>
    public int Limit { get; init; }
}
