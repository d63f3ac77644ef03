namespace MemoryBackup.Sync.Reports;

/// <summary>What an <c>import</c> took over, or with <see cref="DryRun"/> would take over.</summary>
public sealed record ImportReport
{
    public required string Space { get; init; }

    public required string Replica { get; init; }

    public required string Host { get; init; }

    public required bool DryRun { get; init; }

    /// <summary>Where from, as a full path.</summary>
    public required string Source { get; init; }

    /// <summary>What was found there.</summary>
    public required IReadOnlyList<ImportFound> Found { get; init; }

    /// <summary>Entries that the memory did not have, and those that it had and that say something more or else now. Nothing is ever deleted.</summary>
    public required Changes Recorded { get; init; }

    /// <summary>Keys of entries that are old copies of something replaced or deleted, and were not written.</summary>
    public IReadOnlyList<string> OldCopies { get; init; } = [];

    /// <summary>States of an older store that were refused: replica and reason.</summary>
    public IReadOnlyDictionary<string, string> Rejected { get; init; } = new Dictionary<string, string>();

    /// <summary>The own publication after the run, counted from 1; 0 before the first.</summary>
    public required long Publication { get; init; }

    /// <summary>Conflicts in this space: elements with alternatives.</summary>
    public IReadOnlyList<ConflictReport> Conflicts { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public IReadOnlyList<RemoteReport> Remotes { get; init; } = [];

    public required ExitCode ExitCode { get; init; }

    public required TimeSpan Elapsed { get; init; }
}

/// <summary>One thing that was found at the source of an import.</summary>
/// <param name="Kind"><c>memory-file</c>, <c>script-file</c> or <c>replica</c> (its state in an older store).</param>
/// <param name="Name">The file's name, or the replica's id.</param>
/// <param name="Place">The folder, the branch, or the repository.</param>
/// <param name="Entries">Entries in the file, or versions in the state; 0 for a state that was refused.</param>
/// <param name="Known">It was imported before, or brings nothing that is newer than what is known here.</param>
public sealed record ImportFound(string Kind, string Name, string Place, int Entries, bool Known);
