namespace MemoryBackup.Sync.Reports;

/// <summary>Keys of entries, by what happened to them.</summary>
public sealed record Changes(IReadOnlyList<string> Added, IReadOnlyList<string> Changed, IReadOnlyList<string> Deleted)
{
    public static Changes None { get; } = new([], [], []);

    public bool Any => Count > 0;

    public int Count => Added.Count + Changed.Count + Deleted.Count;

    /// <summary>These and later ones.</summary>
    public Changes And(Changes later) =>
        !Any ? later
        : !later.Any ? this
        : new([.. Added.Union(later.Added)], [.. Changed.Union(later.Changed)], [.. Deleted.Union(later.Deleted)]);
}
