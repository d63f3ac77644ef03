using MemoryBackup.Crdt;
using MemoryBackup.Store.History;

namespace MemoryBackup.Sync.Reverting;

/// <summary>The writes and deletes that are taken back.</summary>
internal sealed class TakenWrites
{
    private readonly WriterChoice choice;
    private readonly IReadOnlyDictionary<Dot, IReadOnlyList<PastPublication>> removals;
    private readonly HashSet<PastDelete> deletes;

    private TakenWrites(MemoryPast past, WriterChoice choice, HashSet<Dot> dots, HashSet<PastDelete> deletes, IReadOnlyList<PastDelete> doubtful, IReadOnlyDictionary<Dot, IReadOnlyList<PastPublication>> removals)
    {
        (Past, this.choice, Dots, this.deletes, Doubtful, this.removals) = (past, choice, dots, deletes, doubtful, removals);
    }

    public MemoryPast Past { get; }

    /// <summary>The names of the writes that are in history.</summary>
    public IReadOnlySet<Dot> Dots { get; }

    public IReadOnlyCollection<PastDelete> Deletes => deletes;

    /// <summary>Deletes of which it cannot be told who made them.</summary>
    public IReadOnlyList<PastDelete> Doubtful { get; }

    /// <summary>Finds them.</summary>
    /// <param name="past">The past.</param>
    /// <param name="choice">Whose, and of which time.</param>
    /// <param name="key">Only of this entry.</param>
    /// <param name="cancellation">Ends it.</param>
    public static TakenWrites Of(MemoryPast past, WriterChoice choice, EntryKey? key, CancellationToken cancellation)
    {
        var dots = past.Versions.Values.Where(version => (key is null || version.Key == key) && choice.Takes(version)).Select(version => version.Dot).ToHashSet();
        var judged = past.Deletes.Where(delete => key is null || delete.Key == key).Select(delete => (Delete: delete, Takes: choice.Takes(delete))).ToList();
        var deletes = judged.Where(delete => delete.Takes == true).Select(delete => delete.Delete).ToHashSet();
        var gone = deletes.SelectMany(delete => delete.Deleted).Select(version => version.Dot).ToHashSet();
        return new TakenWrites(
            past, choice, dots, deletes, [.. judged.Where(delete => delete.Takes is null).Select(delete => delete.Delete)], past.RemovedBy(gone, cancellation));
    }

    public bool Has(Dot write) => Dots.Contains(write);

    public bool Has(PastDelete delete) => deletes.Contains(delete);

    /// <summary>Whether a value whose write is not in history looks like one of theirs.</summary>
    public bool MayBe(ElementValue value) => choice.MayBe(value);

    /// <summary>The publications that took a version away, other than the deletes that are taken back.</summary>
    public IEnumerable<PastPublication> OtherRemovals(Dot version) =>
        removals[version].Where(removal => !deletes.Any(delete => delete.Publication == removal && delete.Deleted.Any(deleted => deleted.Dot == version)));

    /// <summary>The entries that the writer wrote to or deleted, of those that are live also the ones that hold what history does not have any more.</summary>
    public IReadOnlyList<EntryKey> Touched(Memory live, EntryKey? key) =>
    [
        .. Past.Versions.Values.Where(version => Dots.Contains(version.Dot)).Select(version => version.Key)
            .Concat(deletes.Select(delete => delete.Key))
            .Concat(live.Keys.Where(other => key is null || other == key).Where(other => live.Live(other).Any(version =>
                version.Carried.Any(carried => !Past.Versions.ContainsKey(carried.Value.Dot) && MayBe(carried.Value)))))
            .Distinct()
            .Order(),
    ];
}
