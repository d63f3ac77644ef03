using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;

namespace MemoryBackup.Store.Verifying;

/// <summary>What can be read of the local state, part by part: where one is damaged, the others serve to repair it.</summary>
internal sealed record LocalParts
{
    /// <summary>What the local ref points to.</summary>
    public required ObjectId Commit { get; init; }

    /// <summary>The own publication; <see langword="null"/> before the first, or if the commit cannot be read.</summary>
    public ObjectId? Publication { get; init; }

    /// <summary><c>local.json</c> with the tracked files that can be read; <see langword="null"/> if it is damaged.</summary>
    public LocalState? State { get; init; }

    /// <summary>File id → tracked file, of those that can be read.</summary>
    public IReadOnlyDictionary<string, TrackedFile> Files { get; init; } = new Dictionary<string, TrackedFile>();

    /// <summary>The pool, of its files those that can be read.</summary>
    public EntryFiles Pool { get; init; } = EntryFiles.Empty;

    /// <summary>Whether a part is damaged or missing.</summary>
    public bool IsDamaged { get; init; }
}
