using MemoryBackup.Crdt;
using MemoryBackup.Sync.Past;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Reverting;

/// <summary>What has to change in the memory so that it is as if some writes had not been made.</summary>
internal sealed record RevertPlan
{
    /// <summary>Entries to write, in the order of their keys.</summary>
    public required IReadOnlyList<RevertedEntry> Written { get; init; }

    /// <summary>Entries to delete.</summary>
    public required IReadOnlyList<EntryKey> Deleted { get; init; }

    /// <summary>What that changes, entry by entry.</summary>
    public required IReadOnlyList<RestoreChange> Changes { get; init; }

    /// <summary>Entries that are left alone although something of them was asked for.</summary>
    public required IReadOnlyList<NotTakenBack> NotTakenBack { get; init; }

    /// <param name="taken">The writes.</param>
    /// <param name="live">The memory as it is known.</param>
    /// <param name="key">Only this entry.</param>
    /// <param name="entryBytesMax">The most bytes that an entry may have.</param>
    public static RevertPlan Of(TakenWrites taken, Memory live, EntryKey? key, long entryBytesMax)
    {
        var writes = taken.Past.Writes.ToLookup(write => write.Version.Key);
        var deletes = taken.Past.Deletes.ToLookup(delete => delete.Key);
        var entries = taken.Touched(live, key).Select(touched => RevertedEntry.Of(touched, live.Live(touched), [.. writes[touched]], [.. deletes[touched]], taken)).ToList();
        var untold = entries.Where(entry => entry.Remainder is null).Select(entry => Left(entry.Key, "history does not have any more what was there before"))
            .Concat(taken.Doubtful.Select(delete => delete.Key).Distinct().Select(doubtful => Left(doubtful, "it was deleted, and which actor of the replica did that is not told; name the replica instead")));
        var changed = entries.Where(entry => entry.IsChange).ToList();
        var large = changed.Where(entry => !entry.Remainder!.IsEmpty && Said(entry).Utf8.Length > entryBytesMax).ToList();
        changed.RemoveAll(large.Contains);
        return new RevertPlan
        {
            Written = [.. changed.Where(entry => !entry.Remainder!.IsEmpty)],
            Deleted = [.. changed.Where(entry => entry.Remainder!.IsEmpty).Select(entry => entry.Key)],
            Changes = [.. changed.Select(entry => Change(entry, live.Face(entry.Key)))],
            NotTakenBack = [.. untold.Concat(large.Select(entry => Left(entry.Key, $"the entry would be larger than {entryBytesMax} bytes")))],
        };
    }

    private static Crdt.Json.JsonText Said(RevertedEntry entry) => Face.Show(entry.Remainder!.All, entry.Order);

    private static NotTakenBack Left(EntryKey key, string reason) => new(key.Display(), key.Text, reason);

    private static RestoreChange Change(RevertedEntry entry, Face? before)
    {
        Crdt.Json.JsonText? after = entry.Remainder!.IsEmpty ? null : Said(entry);
        return new(
            entry.Key.Display(),
            entry.Key.Text,
            before is null ? "added" : after is null ? "deleted" : "changed",
            before?.Value.ToString(),
            after?.ToString(),
            ElementChanges.Of(before?.Value, after));
    }
}
