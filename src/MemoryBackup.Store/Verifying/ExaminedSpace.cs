using MemoryBackup.Store.Local;

namespace MemoryBackup.Store.Verifying;

/// <summary>What an examination of a space came to.</summary>
public sealed record ExaminedSpace
{
    /// <summary>What was found, in the order of the checks.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>The store's name; <see langword="null"/> if there is none, or if it cannot be read.</summary>
    public string? Replica { get; init; }

    /// <summary>How many replicas' states could be read.</summary>
    public required int States { get; init; }

    /// <summary>How many versions those have.</summary>
    public required long Versions { get; init; }

    /// <summary>The tracked files whose records could be read.</summary>
    public required IReadOnlyCollection<TrackedFile> Files { get; init; }

    /// <summary>Whether everything that a run needs is whole, so that the space can be loaded.</summary>
    public required bool IsLoadable { get; init; }
}
