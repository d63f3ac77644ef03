using System.Collections;
using MemoryBackup.Crdt;

namespace MemoryBackup.Sync.Reports;

/// <summary>Keys as they are shown to a person, made when somebody looks: a first backup has many, and says mostly how many.</summary>
internal sealed class ShownKeys(IReadOnlyList<EntryKey> keys) : IReadOnlyList<string>
{
    public int Count => keys.Count;

    public string this[int index] => keys[index].Display();

    public IEnumerator<string> GetEnumerator() => keys.Select(key => key.Display()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
