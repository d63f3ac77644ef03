namespace MemoryBackup.Simulator.Truth;

/// <summary>That an entry was to be forgotten.</summary>
/// <param name="Key">The entry.</param>
/// <param name="Known">What the store that was asked knew of it.</param>
/// <param name="Time">How many events there had been.</param>
internal sealed record ForgetRequested(string Key, IReadOnlySet<Fact> Known, int Time)
{
    /// <summary>Whether the command came to its end.</summary>
    public bool IsDone { get; set; }
}
