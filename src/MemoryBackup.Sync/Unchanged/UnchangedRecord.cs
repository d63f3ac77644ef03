namespace MemoryBackup.Sync.Unchanged;

/// <summary>That a run over a file found nothing to do, and from what: the next one with the same before it will find the same.</summary>
internal sealed record UnchangedRecord
{
    /// <summary>A hash of all that the run followed from, but for the file and the remotes' refs.</summary>
    public required string Inputs { get; init; }

    /// <summary>SHA-256 of the file, in hex.</summary>
    public required string File { get; init; }

    /// <summary>What the file system said when it was hashed; <see langword="null"/> where that tells nothing.</summary>
    public FileSighting? Seen { get; init; }

    /// <summary>A hash of the refs that were fetched; empty where the run fetched none.</summary>
    public required string Tips { get; init; }

    /// <summary>Entries in the file.</summary>
    public required int Entries { get; init; }

    /// <summary>The own newest publication; 0 if there is none.</summary>
    public required long Publication { get; init; }
}
