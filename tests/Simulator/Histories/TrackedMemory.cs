using MemoryBackup.Simulator.Truth;

namespace MemoryBackup.Simulator.Histories;

/// <summary>One memory file of a machine, with what was done to it since a run last read it.</summary>
/// <param name="Name">The file's name, the same wherever a copy of the machine is.</param>
/// <param name="Author">Its program, as the ground truth counts authors.</param>
internal sealed record TrackedMemory(string Name, int Author)
{
    public bool IsArray => Name.EndsWith(".json", StringComparison.Ordinal);

    /// <summary>Saved, and not known to be recorded.</summary>
    public List<WriteEvent> Pending { get; init; } = [];

    /// <summary>What a loss of power may bring back: what the file had before a program saved it, and nothing has synced that since; <see langword="null"/> if nothing.</summary>
    public UnsyncedSave? Unsynced { get; set; }

    /// <summary>Everything that it ever said, byte for byte.</summary>
    public HashSet<string> Contents { get; init; } = [];

    /// <summary>Whether its program's last save set it back to what it had been once, byte for byte.</summary>
    public bool IsSetBack { get; set; }

    /// <summary>How many runs over it have ended in its store.</summary>
    public int Runs { get; set; }

    /// <summary>Why its store may not know what its program had in front of it, until the next run has ended; <see langword="null"/> if it does.</summary>
    public string? Doubt { get; set; }
}
