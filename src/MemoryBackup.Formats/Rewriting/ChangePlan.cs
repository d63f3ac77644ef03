using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Formats.Reading;

namespace MemoryBackup.Formats.Rewriting;

/// <summary>What changes mean for a file: which entries go, which say something else, what is added, what finds no place.</summary>
internal sealed class ChangePlan
{
    private readonly MemoryFile file;
    private readonly List<EntryKey> unplaced = [];
    private readonly Dictionary<int, JsonText> replaced = [];
    private readonly HashSet<int> dropped = [];
    private readonly List<Addition> additions = [];

    private ChangePlan(MemoryFile file) => this.file = file;

    public IReadOnlyList<EntryKey> Unplaced => unplaced;

    /// <summary>What entries are to say, by their index; a document entry is not among them.</summary>
    public IReadOnlyDictionary<int, JsonText> Replaced => replaced;

    /// <summary>Entries that go, by their index.</summary>
    public IReadOnlySet<int> Dropped => dropped;

    public IReadOnlyList<Addition> Additions => additions;

    /// <summary>What the document entry is to say, or the empty object if it is deleted; null: as it is.</summary>
    public JsonText? Document { get; private set; }

    public bool ChangesNothing => replaced.Count == 0 && dropped.Count == 0 && additions.Count == 0 && Document is null;

    public static ChangePlan Of(MemoryFile file, IReadOnlyList<EntryChange> changes)
    {
        var plan = new ChangePlan(file);
        var open = new Dictionary<EntryKey, EntryChange>(changes.Count);
        foreach (var change in changes)
        {
            open[change.Key] = change;
        }

        plan.ChangeExisting(open);
        foreach (var change in changes)
        {
            if (open.TryGetValue(change.Key, out var last) && ReferenceEquals(last, change) && open.Remove(change.Key) && change.Value is { } value)
            {
                plan.Add(change.Key, value);
            }
        }

        return plan;
    }

    /// <summary>Gives up additions to an array that cannot be where it would have to be.</summary>
    public void GiveUp(string pointer)
    {
        unplaced.AddRange(additions.Where(addition => addition.Pointer == pointer).Select(addition => addition.Key));
        additions.RemoveAll(addition => addition.Pointer == pointer);
    }

    /// <summary>Leaves the document entry as it is.</summary>
    public void GiveUpDocument()
    {
        unplaced.Add(EntryKey.Document);
        Document = null;
    }

    // From the end, so that the first one met is the last occurrence; what is left in the changes afterwards is not in the file.
    private void ChangeExisting(Dictionary<EntryKey, EntryChange> open)
    {
        var met = new HashSet<EntryKey>();
        for (var i = file.Entries.Count - 1; i >= 0; i--)
        {
            var entry = file.Entries[i];
            if (!open.TryGetValue(entry.Key, out var change))
            {
                continue;
            }

            var isLast = met.Add(entry.Key);
            if (entry.Key == EntryKey.Document)
            {
                ChangeDocument(entry, change.Value);
            }
            else if (change.Value is not { } value)
            {
                dropped.Add(i);
            }
            else if (isLast && !value.SaysTheSame(entry.Value))
            {
                Replace(i, entry.Key, value);
            }
        }

        foreach (var key in met)
        {
            open.Remove(key);
        }
    }

    private void ChangeDocument(FileEntry entry, JsonText? change)
    {
        var value = change ?? JsonText.Object;
        if (value.SaysTheSame(entry.Value))
        {
            return;
        }

        Document = value;
        if (!Placement.IsDocument(value, file.Format, file.Options))
        {
            GiveUpDocument();
        }
    }

    private void Replace(int index, EntryKey key, JsonText value)
    {
        var array = ArrayOf(index);
        if (Placement.Holds(file, array?.Pointer ?? "", key, value))
        {
            replaced.Add(index, value);
        }
        else
        {
            unplaced.Add(key);
        }
    }

    private void Add(EntryKey key, JsonText value)
    {
        if (Placement.PointerFor(file.Format, key, value) is { } pointer && Placement.Holds(file, pointer, key, value))
        {
            additions.Add(new Addition(key, pointer, value));
        }
        else
        {
            unplaced.Add(key);
        }
    }

    private EntryArray? ArrayOf(int index)
    {
        var arrays = file.Contents.Arrays;
        var (low, high) = (0, arrays.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = arrays[middle].First <= index ? (middle, high) : (low, middle - 1);
        }

        return arrays.Count == 0 ? null : arrays[low];
    }
}
