using System.Collections;
using MemoryBackup.Crdt;
using MemoryBackup.Formats;

namespace MemoryBackup.Sync.Baselines;

/// <summary>Some of a file's entries, in little room: there may be a million of them.</summary>
/// <param name="all">Those of the file.</param>
internal sealed class SomeEntries(FileEntries all) : IReadOnlyList<FileEntry>
{
    private readonly List<int> positions = [];

    /// <inheritdoc/>
    public int Count => positions.Count;

    /// <inheritdoc/>
    public FileEntry this[int index] => all[positions[index]];

    /// <summary>Their keys.</summary>
    public IReadOnlyList<EntryKey> Keys()
    {
        var keys = new EntryKey[Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = all.KeyAt(positions[i]);
        }

        return keys;
    }

    /// <summary>Adds one at the end.</summary>
    /// <param name="position">Where it stands among those of the file.</param>
    public void Add(int position) => positions.Add(position);

    /// <summary>Takes out those for which the condition holds.</summary>
    public void RemoveAll(Predicate<FileEntry> condition) => positions.RemoveAll(position => condition(all[position]));

    /// <summary>Takes out those of which the key is one of these.</summary>
    public void RemoveAll<T>(IReadOnlyDictionary<EntryKey, T> keys)
    {
        if (keys.Count > 0)
        {
            positions.RemoveAll(position => keys.ContainsKey(all.KeyAt(position)));
        }
    }

    /// <summary>Parts them into those for which the condition holds, and all others.</summary>
    public (SomeEntries Those, SomeEntries Others) Part(Predicate<FileEntry> condition)
    {
        var (those, others) = (new SomeEntries(all), new SomeEntries(all));
        foreach (var position in positions)
        {
            (condition(all[position]) ? those : others).Add(position);
        }

        return (those, others);
    }

    /// <inheritdoc/>
    public IEnumerator<FileEntry> GetEnumerator() => positions.Select(position => all[position]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
