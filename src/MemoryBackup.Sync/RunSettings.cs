using MemoryBackup.Crdt.Json;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Sync;

/// <summary>Everything that a run can be told by flag, environment or configuration, with the defaults.</summary>
public sealed record RunSettings
{
    /// <summary>The label that versions carry as their host. Says nothing about identity.</summary>
    public required string Host { get; init; }

    /// <summary>The space that is worked on.</summary>
    public string Space { get; init; } = SpaceName.Default;

    /// <summary>The field that names entries; <see langword="null"/>: what the file was tracked with, else the natural keys.</summary>
    public string? KeyField { get; init; }

    /// <summary>How Git is run: program, timeout, attempts.</summary>
    public GitOptions Git { get; init; } = new();

    /// <summary>The remote to exchange with, by name or URL; <see langword="null"/>: the repository's own choice, or none.</summary>
    public string? Remote { get; init; }

    /// <summary>How far another clock may run ahead before its stamps are reported and not followed.</summary>
    public TimeSpan ClockDriftMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A run that would delete more entries than this, and more than <see cref="GuardShare"/> of them, is refused.</summary>
    public int GuardEntries { get; init; } = 10;

    /// <summary>The share of entries, 0 to 1, that goes with <see cref="GuardEntries"/>.</summary>
    public double GuardShare { get; init; } = 0.2;

    /// <summary>A file that is younger and does not parse, or would show deletes, is read again until it is this old; one whose last line has no end yet, until a quarter of it.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>How long a run waits for another run's lock before it gives up.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Refuse a file with several hard links, which cannot survive an atomic exchange, instead of writing it in place with a journal.</summary>
    public bool RefuseHardLinks { get; init; }

    /// <summary>The most memory that the process may use, in MiB (2^20 bytes); a warning comes at 80 %.</summary>
    public int MemoryMegabytesMax { get; init; } = 512;

    /// <summary>The most entries in one file or one state; a warning comes at 80 %.</summary>
    public int EntriesMax { get; init; } = 1_000_000;

    /// <summary>The largest file that is read, in bytes.</summary>
    public long FileBytesMax { get; init; } = 1L << 30;

    /// <summary>The largest entry that is read, in bytes.</summary>
    public long EntryBytesMax { get; init; } = 64L << 20;

    /// <summary>The most containers inside one another in a file.</summary>
    public int DepthMax { get; init; } = JsonCanonical.DefaultMaxDepth;

    /// <summary>The most replicas' refs that are taken from one remote.</summary>
    public int RefsMax { get; init; } = 20_000;

    /// <summary>The most bytes that the file may have in which the states are kept unpacked; 0: there is none.</summary>
    public long UnpackedBytesMax { get; init; } = 1024L << 20;

    /// <summary>The number of entries, over all replicas, from which a merge says that it is a large one.</summary>
    public int LargeMergeEntries { get; init; } = 100_000;
}
