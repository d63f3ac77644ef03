namespace MemoryBackup.Simulator.Histories;

/// <summary>A save of a program that leaves it to the kernel when it reaches the disk, as most programs do.</summary>
/// <param name="Before">What was in the file; <see langword="null"/> where there was none.</param>
/// <param name="Time">When, truly.</param>
/// <param name="FirstEvent">The first event that is not on the disk.</param>
internal sealed record UnsyncedSave(string? Before, DateTimeOffset Time, int FirstEvent)
{
    /// <summary>What was saved last.</summary>
    public string Saved { get; init; } = "";

    /// <summary>Whether the content has been synced, and the name not yet.</summary>
    public bool IsContentSynced { get; init; }
}
