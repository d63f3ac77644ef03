using MemoryBackup.Formats;

namespace MemoryBackup.Sync;

/// <summary>What one call of <c>restore</c> asks for: a past of the whole memory or of one entry, and where it is to go.</summary>
public sealed record RestoreRequest
{
    /// <summary>The memory as it was at this time; <see langword="null"/> if a commit or a version is asked for.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The memory as it was when this commit of some replica's ref was published: its id, or the beginning of it.</summary>
    public string? Commit { get; init; }

    /// <summary>The memory as this checkpoint has it.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Only this entry, by what it is shown as or by its canonical key; <see langword="null"/>: all of them.</summary>
    public string? Entry { get; init; }

    /// <summary>The entry's version, by number or <c>unique_id</c>; <see langword="null"/>: the last before it was changed or deleted.</summary>
    public string? Version { get; init; }

    /// <summary>The file to write, atomically; <see langword="null"/>: none, the caller prints it.</summary>
    public string? Output { get; init; }

    /// <summary>How it is written; <see langword="null"/>: by the name of the file, and JSON Lines where there is none.</summary>
    public MemoryFormat? Format { get; init; }

    /// <summary>Back into the memory, as new edits.</summary>
    public bool IntoMemory { get; init; }

    /// <summary>Into the memory: what was not there then is deleted.</summary>
    public bool Exact { get; init; }

    /// <summary>The deletes that the guard would refuse are meant.</summary>
    public bool AcceptDeletes { get; init; }

    /// <summary>Say what would be done, and do nothing of it.</summary>
    public bool DryRun { get; init; }

    /// <summary>Leave the remote alone.</summary>
    public bool Offline { get; init; }
}
