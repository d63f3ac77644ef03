namespace MemoryBackup.Sync.Reports;

/// <summary>What a <c>restore</c> brought back, and where.</summary>
public sealed record RestoreReport
{
    public required string Space { get; init; }

    public required string Replica { get; init; }

    public required string Host { get; init; }

    public required bool DryRun { get; init; }

    /// <summary>The moment that was asked for, or that of the commit; <see langword="null"/> where an entry's version was.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The states that the memory was made from.</summary>
    public IReadOnlyList<RestoreSource> Sources { get; init; } = [];

    /// <summary>The one entry that was asked for, as shown to a person.</summary>
    public string? Entry { get; init; }

    /// <summary>The version of it that was taken, by its <c>unique_id</c>; <see langword="null"/> where several were merged.</summary>
    public string? UniqueId { get; init; }

    /// <summary>Entries that were brought back, or found to say so already.</summary>
    public required int Entries { get; init; }

    /// <summary>The file that was written; <see langword="null"/> for none.</summary>
    public string? Output { get; init; }

    /// <summary>How the file, or what is printed, is written; <see langword="null"/> where it went into the memory.</summary>
    public string? Format { get; init; }

    /// <summary>Whether it went into the memory.</summary>
    public required bool IntoMemory { get; init; }

    /// <summary>What changed in the memory.</summary>
    public IReadOnlyList<RestoreChange> Changes { get; init; } = [];

    /// <summary>Keys of entries that were not there then and stay.</summary>
    public IReadOnlyList<string> Kept { get; init; } = [];

    /// <summary>Keys of entries that have no place in a file of this format.</summary>
    public IReadOnlyList<string> Unplaced { get; init; } = [];

    /// <summary>The own publication after the run, counted from 1; 0 before the first.</summary>
    public required long Publication { get; init; }

    /// <summary>What a careful person would want to know, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public IReadOnlyList<RemoteReport> Remotes { get; init; } = [];

    /// <summary>What was brought back, in its format; empty where it went into the memory.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    public required ExitCode ExitCode { get; init; }

    public required TimeSpan Elapsed { get; init; }
}

/// <summary>A state that a past memory was made from.</summary>
/// <param name="Replica">The replica.</param>
/// <param name="Host">Its host's label.</param>
/// <param name="Publication">Its publication, counted from 1.</param>
/// <param name="Commit">The commit.</param>
/// <param name="PublishedAt">When, by its own clock.</param>
public sealed record RestoreSource(string Replica, string Host, long Publication, string Commit, DateTimeOffset PublishedAt);

/// <summary>What a restore does to one entry of the memory.</summary>
/// <param name="Key">The entry, as shown to a person.</param>
/// <param name="KeyText">Its canonical key.</param>
/// <param name="Change"><c>added</c>, <c>changed</c> or <c>deleted</c>.</param>
/// <param name="Before">What it said, as JSON text; <see langword="null"/> if it was not there.</param>
/// <param name="After">What it says then; <see langword="null"/> if it is gone.</param>
/// <param name="Elements">Each element that differs.</param>
public sealed record RestoreChange(string Key, string KeyText, string Change, string? Before, string? After, IReadOnlyList<ElementChange> Elements);
