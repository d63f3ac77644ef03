namespace MemoryBackup.Sync.Reports;

/// <summary>What differs between two states of a memory.</summary>
public sealed record DiffReport
{
    public required string Space { get; init; }

    public required DiffSide From { get; init; }

    public required DiffSide To { get; init; }

    /// <summary>Entries that only the later side has.</summary>
    public IReadOnlyList<EntryChange> Added { get; init; } = [];

    /// <summary>Entries that only the earlier side has.</summary>
    public IReadOnlyList<EntryChange> Removed { get; init; } = [];

    /// <summary>Entries that say something else.</summary>
    public IReadOnlyList<EntryChange> Changed { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public required TimeSpan Elapsed { get; init; }
}

/// <summary>One of the two states.</summary>
/// <param name="Kind"><c>time</c>, <c>replica</c> or <c>commit</c>.</param>
/// <param name="Name">The time, the replica's id, or the commit's.</param>
/// <param name="Entries">Entries in it.</param>
public sealed record DiffSide(string Kind, string Name, int Entries);

/// <summary>One entry that differs.</summary>
/// <param name="Key">The entry, as shown to a person.</param>
/// <param name="KeyText">The entry's key as canonical JSON array.</param>
/// <param name="Elements">What differs in it.</param>
public sealed record EntryChange(string Key, string KeyText, IReadOnlyList<ElementChange> Elements);
