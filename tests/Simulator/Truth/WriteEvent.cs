namespace MemoryBackup.Simulator.Truth;

/// <summary>What one author did to one entry: what the author's file showed of it, and what the author left there.</summary>
/// <param name="Id">Counted in the order in which things happened.</param>
/// <param name="Author">Who: one file, or a person at a command.</param>
/// <param name="Key">The entry.</param>
/// <param name="Had">The facts that the author had in front of them.</param>
/// <param name="Left">The facts that the author left or wrote.</param>
internal sealed record WriteEvent(int Id, int Author, string Key, IReadOnlySet<Fact> Had, IReadOnlySet<Fact> Left)
{
    public IEnumerable<Fact> Added => Left.Where(fact => !Had.Contains(fact));

    public IEnumerable<Fact> Removed => Had.Where(fact => !Left.Contains(fact));

    public bool IsDelete => Left.Count == 0;

    /// <summary>Whether a run that read it has returned with its report.</summary>
    public bool IsAcknowledged { get; set; }

    /// <summary>Whether a report said that the remote has it.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>Why nothing is asked of it any more: the only disk that had it is gone, say; <see langword="null"/> if everything is.</summary>
    public string? Void { get; set; }

    /// <summary>Why it may not count as a removal, while what it added counts.</summary>
    public string? VoidRemoval { get; set; }
}
