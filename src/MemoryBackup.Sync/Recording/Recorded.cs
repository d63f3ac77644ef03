using MemoryBackup.Crdt;

namespace MemoryBackup.Sync.Recording;

/// <summary>What was found in a file and recorded.</summary>
internal sealed record Recorded
{
    public static Recorded Nothing { get; } = new();

    public IReadOnlyList<EntryKey> Added { get; init; } = [];

    public IReadOnlyList<EntryKey> Changed { get; init; } = [];

    public IReadOnlyList<EntryKey> Deleted { get; init; } = [];

    /// <summary>Entries that are old copies, and were not written.</summary>
    public IReadOnlyList<EntryKey> OldCopies { get; init; } = [];

    /// <summary>Entries that a stale writer had not loaded, and that were not taken for deleted.</summary>
    public IReadOnlyList<EntryKey> Kept { get; init; } = [];

    /// <summary>This and what a later round recorded.</summary>
    public Recorded And(Recorded later) => new()
    {
        Added = Both(Added, later.Added),
        Changed = Both(Changed, later.Changed),
        Deleted = Both(Deleted, later.Deleted),
        OldCopies = [.. OldCopies.Union(later.OldCopies)],
        Kept = [.. Kept.Union(later.Kept)],
    };

    // Mostly one of them is empty, and the other may name a million.
    private static IReadOnlyList<EntryKey> Both(IReadOnlyList<EntryKey> first, IReadOnlyList<EntryKey> then) =>
        then.Count == 0 ? first : first.Count == 0 ? then : [.. first, .. then];
}
