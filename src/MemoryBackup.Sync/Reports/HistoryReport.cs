using MemoryBackup.Store.History;

namespace MemoryBackup.Sync.Reports;

/// <summary>What happened to a memory, or to one entry of it, newest first.</summary>
public sealed record HistoryReport
{
    public required string Space { get; init; }

    /// <summary>The entry that was asked for, as shown to a person; <see langword="null"/> for all.</summary>
    public string? Key { get; init; }

    /// <summary>Events that meet the conditions, those beyond the limit included.</summary>
    public required int Found { get; init; }

    public required IReadOnlyList<HistoryEvent> Events { get; init; }

    /// <summary>With a key: the entry's elements that have alternatives now.</summary>
    public IReadOnlyList<ConflictReport> Conflicts { get; init; } = [];

    /// <summary>Replicas whose history was shortened: what they did before is not among the events.</summary>
    public IReadOnlyList<HistoryBeginning> Begins { get; init; } = [];

    public required TimeSpan Elapsed { get; init; }
}

/// <summary>One write or delete.</summary>
public sealed record HistoryEvent
{
    /// <summary>When: the stamp of a write, the time of the publication of a delete. UTC, 28 characters.</summary>
    public required string Timestamp { get; init; }

    /// <summary><c>added</c>, <c>changed</c>, <c>deleted</c> or <c>resolved</c>.</summary>
    public required string Event { get; init; }

    /// <summary>The entry, as shown to a person.</summary>
    public required string Key { get; init; }

    /// <summary>The entry's key as canonical JSON array, which names it unmistakably.</summary>
    public required string KeyText { get; init; }

    /// <summary>The label of the host.</summary>
    public required string Host { get; init; }

    /// <summary>The replica that wrote or deleted.</summary>
    public required string Replica { get; init; }

    /// <summary>The write; <see langword="null"/> for a delete, which has no name.</summary>
    public string? UniqueId { get; init; }

    /// <summary>How many edits were in the entry's past, a write included.</summary>
    public required long Version { get; init; }

    /// <summary>The publication that brought it; <see langword="null"/> if history does not have it any more.</summary>
    public long? Publication { get; init; }

    /// <summary>The publication's commit.</summary>
    public string? Commit { get; init; }

    /// <summary>The writes that were replaced or deleted.</summary>
    public IReadOnlyList<string> Replaced { get; init; } = [];

    /// <summary>What changed in the entry.</summary>
    public IReadOnlyList<ElementChange> Elements { get; init; } = [];

    /// <summary>Alternatives that were there before and that this write did not carry.</summary>
    public IReadOnlyList<ConflictReport> Resolved { get; init; } = [];
}
