using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats;

/// <summary>How a file is read, and what it may cost.</summary>
public sealed record FormatOptions
{
    /// <summary>The field that names an entry before <c>id</c> does; null: none.</summary>
    public string? KeyField { get; init; }

    /// <summary>The most containers inside one another in one entry, 1 to <see cref="JsonCanonical.MaxDepthCeiling"/>.</summary>
    public int MaxDepth { get; init; } = JsonCanonical.DefaultMaxDepth;

    /// <summary>The most entries of a file (design, section 7).</summary>
    public int MaxEntries { get; init; } = 1_000_000;

    /// <summary>The most bytes of a file; what .NET holds in one array, 2 GiB, bounds it as well.</summary>
    public long MaxFileBytes { get; init; } = 1L << 30;

    /// <summary>The most bytes of one entry.</summary>
    public long MaxEntryBytes { get; init; } = 64L << 20;

    /// <summary>What an empty file is, and what decides where the bytes leave a choice; null: nothing is known.</summary>
    public MemoryFormat? Expected { get; init; }

    /// <summary>
    /// Whether the canonical text of values is held where it is not what stands in the file; else it is made again from there when somebody looks at it, as far as it is nothing but
    /// the text of the file without white space. For a file of which there would not be room for that as well.
    /// </summary>
    public bool HoldsValues { get; init; } = true;

    /// <summary>Told when so much was looked at that whoever does not hold the file may want to let go of it; null: nobody does.</summary>
    public Action? Passed { get; init; }

    /// <summary>Gives the key that is known already and equal to one that was read, so that it takes no memory twice; null: there is none.</summary>
    public Func<EntryKey, EntryKey?>? Known { get; init; }

    /// <summary>Does work beside what the caller goes on with; null: a file is read from its beginning to its end by one thread.</summary>
    public Func<Action, Task>? Beside { get; init; }

    /// <summary>From how many bytes on a file is read in two halves. Of a smaller one each half is read sooner than a thread has begun with it.</summary>
    internal int BytesOfHalves { get; init; } = 512 << 10;

    /// <summary>After how many bytes <see cref="Passed"/> is told, about; at least 4.</summary>
    internal int BytesOfPass { get; init; } = 16 << 20;

    internal int DepthMax => Math.Clamp(MaxDepth, 1, JsonCanonical.MaxDepthCeiling);
}
