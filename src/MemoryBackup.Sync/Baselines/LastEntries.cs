using System.Collections;
using System.Diagnostics.CodeAnalysis;
using MemoryBackup.Crdt;
using MemoryBackup.Formats;

namespace MemoryBackup.Sync.Baselines;

/// <summary>The entries of a file by their keys, in little room: of two with one key, the later one.</summary>
internal sealed class LastEntries : IReadOnlyDictionary<EntryKey, FileEntry>
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

    /// <inheritdoc/>
    public int Count => last.Count;

    /// <inheritdoc/>
    public IEnumerable<EntryKey> Keys => last.Select(all.KeyAt);

    /// <inheritdoc/>
    public IEnumerable<FileEntry> Values => last.Select(index => all[index]);

    /// <inheritdoc/>
    public FileEntry this[EntryKey key] => TryGetValue(key, out var entry) ? entry : throw new KeyNotFoundException($"There is no entry {key}.");

    /// <summary>Whether an entry is the last one with its key.</summary>
    /// <param name="index">Where it stands among all.</param>
    public bool IsLast(int index) => last.TryGetValue(index, out var at) && at == index;

    /// <inheritdoc/>
    public bool ContainsKey(EntryKey key) => byKey.Contains(key);

    /// <inheritdoc/>
    public bool TryGetValue(EntryKey key, [MaybeNullWhen(false)] out FileEntry value)
    {
        var isThere = byKey.TryGetValue(key, out var index);
        value = isThere ? all[index] : null;
        return isThere;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<EntryKey, FileEntry>> GetEnumerator() => Values.Select(entry => KeyValuePair.Create(entry.Key, entry)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

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
