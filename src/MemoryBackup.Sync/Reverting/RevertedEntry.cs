using MemoryBackup.Crdt;
using MemoryBackup.Store.History;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Sync.Reverting;

/// <summary>One entry that the writer wrote to or deleted, and what is left of it without that.</summary>
/// <param name="Key">The entry.</param>
/// <param name="Live">Its live versions.</param>
/// <param name="Remainder">What is left; <see langword="null"/> if history does not tell.</param>
/// <param name="Order">The version whose order of members is shown.</param>
internal sealed record RevertedEntry(EntryKey Key, IReadOnlyList<Version> Live, Remainder? Remainder, Version Order)
{
    /// <summary>Whether the entry says something else than now.</summary>
    public bool IsChange => Remainder is { } left && (Live.Count == 0
        ? !left.IsEmpty
        : left.IsEmpty || !Remainder.SayTheSame(Face.Of(Live).Elements, left.All));

    /// <summary>Works out what is left of an entry.</summary>
    /// <param name="key">The entry.</param>
    /// <param name="live">Its live versions.</param>
    /// <param name="writes">All writes to it.</param>
    /// <param name="deletes">All deletes of it.</param>
    /// <param name="taken">The writes and deletes that are taken back.</param>
    public static RevertedEntry Of(EntryKey key, IReadOnlyList<Version> live, IReadOnlyList<PastWrite> writes, IReadOnlyList<PastDelete> deletes, TakenWrites taken)
    {
        var past = new EntryPast([.. writes.Select(write => new PastEdit(write.Version, write.Replaced, write.IsWhole))], key.Identity());
        var ends = live.Select(version => new PastEnd(version, [])).ToList();
        var replaced = writes.SelectMany(write => write.Replaced).Select(version => version.Dot).ToHashSet();
        var gone = writes.Where(write => !replaced.Contains(write.Version.Dot) && !live.Any(version => version.Dot == write.Version.Dot)).Select(write => write.Version).ToList();
        var deletedBy = deletes.SelectMany(delete => delete.Deleted.Select(version => (version.Dot, Delete: delete))).ToLookup(pair => pair.Dot, pair => pair.Delete);
        ends.AddRange(gone.Where(IsDeletedByThemAlone).Select(version => new PastEnd(version, [])));

        // What was dropped because one of the writer's own versions said the same stands for it.
        var counting = past.From(ends.Select(end => end.Version)).Select(edit => edit.Version).ToList();
        foreach (var version in gone.Where(version => !deletedBy.Contains(version.Dot) && !taken.Has(version.Dot)))
        {
            var greater = writes.Select(write => write.Version).Where(other => MemoryPast.StandsFor(other, version)).ToList();
            if (greater.Count > 0 && greater.TrueForAll(other => taken.Has(other.Dot)) && greater.Exists(counting.Contains))
            {
                ends.Add(new PastEnd(version, [.. greater.Select(other => other.Dot)]));
            }
        }

        var order = writes.Select(write => write.Version).Where(version => !taken.Has(version.Dot)).DefaultIfEmpty(live.Count > 0 ? Face.Of(live).Primary : writes[0].Version);
        return new RevertedEntry(
            key,
            live,
            Remainder.Of(past, live, ends, taken.Dots, taken.MayBe),
            order.Aggregate((left, right) => Version.CompareByStamp(left, right) >= 0 ? left : right));

        // Nobody else deleted it too, or wrote the entry anew knowing that it was gone.
        bool IsDeletedByThemAlone(Version version) =>
            deletedBy.Contains(version.Dot)
            && deletedBy[version.Dot].All(taken.Has)
            && taken.OtherRemovals(version.Dot).All(removal => IsOfEqualOrReplacing(removal, version))
            && !writes.Any(write => write.Version.Number == 1
                && write.Version.Dot != version.Dot
                && !taken.Has(write.Version.Dot)
                && (write.Publication is not { } publication || deletedBy[version.Dot].Any(delete => taken.Past.Knew(publication, delete.Publication))));

        // Who lists a version as removed may also have replaced it, or dropped it because another one says the same.
        bool IsOfEqualOrReplacing(PastPublication removal, Version version) =>
            writes.Any(write => write.Version.Dot.Actor.Replica == removal.Replica && write.Replaced.Any(other => other.Dot == version.Dot))
            || writes.Any(write => MemoryPast.StandsFor(write.Version, version) && (write.Publication is not { } publication || taken.Past.Knew(removal, publication)));
    }
}
