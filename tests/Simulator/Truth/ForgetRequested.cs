namespace MemoryBackup.Simulator.Truth;

/// <summary>That an entry was to be forgotten.</summary>
/// <param name="Key">The entry.</param>
/// <param name="Known">What the store that was asked knew of it.</param>
/// <param name="Time">How many events there had been.</param>
/// <param name="Machine">Whose store was asked.</param>
internal sealed record ForgetRequested(string Key, IReadOnlySet<Fact> Known, int Time, int Machine)
{
    /// <summary>Whether all of that machine's remotes have it.</summary>
    public bool IsSent { get; set; }

    /// <summary>Whether the command came to its end.</summary>
    public bool IsDone { get; set; }
}
