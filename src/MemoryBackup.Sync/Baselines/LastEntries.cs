using MemoryBackup.Crdt;
using MemoryBackup.Formats;

namespace MemoryBackup.Sync.Baselines;

/// <summary>The entries of a file by their keys, in little room: of two with one key, the later one.</summary>
internal sealed class LastEntries
{
    private readonly FileEntries all;

    // Where they stand among all.
    private readonly HashSet<int> last;
    private readonly HashSet<int>.AlternateLookup<EntryKey> byKey;

    public LastEntries(FileEntries all)
    {
        this.all = all;
        last = new HashSet<int>(all.Count, new SameKey(all));
        byKey = last.GetAlternateLookup<EntryKey>();
        for (var i = 0; i < all.Count; i++)
        {
            if (!last.Add(i))
            {
                last.Remove(i);
                last.Add(i);
            }
        }
    }

    /// <summary>How many keys there are.</summary>
    public int Count => last.Count;

    /// <summary>The keys.</summary>
    public IEnumerable<EntryKey> Keys => last.Select(all.KeyAt);

    /// <summary>The entries.</summary>
    public IEnumerable<FileEntry> All => last.Select(index => all[index]);

    /// <summary>The entry with a key.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public FileEntry this[EntryKey key] => Find(key) ?? throw new KeyNotFoundException($"There is no entry {key}.");

    /// <summary>Whether an entry is the last one with its key.</summary>
    /// <param name="index">Where it stands among all.</param>
    public bool IsLast(int index) => last.TryGetValue(index, out var at) && at == index;

    /// <summary>Whether there is an entry with that key.</summary>
    public bool Has(EntryKey key) => byKey.Contains(key);

    /// <summary>The entry with a key; <see langword="null"/> if there is none.</summary>
    public FileEntry? Find(EntryKey key) => byKey.TryGetValue(key, out var index) ? all[index] : null;

    // Two entries are the same here if they have one key.
    private sealed class SameKey(FileEntries all) : IEqualityComparer<int>, IAlternateEqualityComparer<EntryKey, int>
    {
        public bool Equals(int left, int right) => left == right || all.KeyAt(left) == all.KeyAt(right);

        public bool Equals(EntryKey key, int index) => all.KeyAt(index) == key;

        public int GetHashCode(int index) => all.KeyAt(index).GetHashCode();

        public int GetHashCode(EntryKey key) => key.GetHashCode();

        public int Create(EntryKey key) => throw new NotSupportedException("A key alone makes no entry.");
    }
}
