using MemoryBackup.Crdt;
using MemoryBackup.Sync.Past;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Restoring;

/// <summary>What has to change in the memory so that it says again what it said once.</summary>
internal sealed record RestorePlan
{
    /// <summary>Entries to write, in the order of the past memory. Those that say so already are left alone.</summary>
    public required IReadOnlyList<PastEntry> Written { get; init; }

    /// <summary>Entries to delete.</summary>
    public required IReadOnlyList<EntryKey> Deleted { get; init; }

    /// <summary>Entries that were not there and stay.</summary>
    public required IReadOnlyList<EntryKey> Kept { get; init; }

    /// <summary>What that changes, entry by entry.</summary>
    public required IReadOnlyList<RestoreChange> Changes { get; init; }

    /// <param name="past">What is to be brought back.</param>
    /// <param name="live">The memory as it is known.</param>
    /// <param name="exact">Whether what was not there then is deleted. Of one entry alone nothing else is touched.</param>
    public static RestorePlan Of(Restorable past, Memory live, bool exact)
    {
        var written = past.Entries.Where(entry => !entry.IsSaidBy(live.Face(entry.Key))).ToList();
        var then = past.Entries.Select(entry => entry.Key).ToHashSet();
        var since = past.Entry is null ? live.Keys.Where(key => !then.Contains(key)).Order().ToList() : [];
        var deleted = exact ? since : [];
        return new RestorePlan
        {
            Written = written,
            Deleted = deleted,
            Kept = exact ? [] : since,
            Changes =
            [
                .. written.Select(entry => Change(entry.Key, live.Face(entry.Key), entry)),
                .. deleted.Select(key => Change(key, live.Face(key), after: null)),
            ],
        };
    }

    private static RestoreChange Change(EntryKey key, Face? before, PastEntry? after) => new(
        key.Display(),
        key.Text,
        before is null ? "added" : after is null ? "deleted" : "changed",
        before?.Value.ToString(),
        after?.Value.ToString(),
        ElementChanges.Of(before?.Value, after?.Value));
}
