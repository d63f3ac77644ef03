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
    private readonly Dictionary<string, List<Addition>> additions = [];

    private ChangePlan(MemoryFile file) => this.file = file;

    public IReadOnlyList<EntryKey> Unplaced => unplaced;

    /// <summary>What entries are to say, by their index; a document entry is not among them.</summary>
    public IReadOnlyDictionary<int, JsonText> Replaced => replaced;

    /// <summary>Entries that go, by their index.</summary>
    public IReadOnlySet<int> Dropped => dropped;

    /// <summary>The arrays that entries are added to, by their pointers; empty for a whole file.</summary>
    public IReadOnlyCollection<string> Extended => additions.Keys;

    /// <summary>How many entries are added.</summary>
    public int AdditionCount => additions.Values.Sum(ofArray => ofArray.Count);

    /// <summary>How many bytes they have, as canonical text.</summary>
    public long BytesAdded => additions.Values.Sum(ofArray => ofArray.Sum(addition => (long)addition.Value.Utf8.Length));

    /// <summary>What the document entry is to say, or the empty object if it is deleted; null: as it is.</summary>
    public JsonText? Document { get; private set; }

    public bool ChangesNothing => replaced.Count == 0 && dropped.Count == 0 && additions.Count == 0 && Document is null;

    /// <summary>What is added to an array.</summary>
    public IReadOnlyList<Addition> AdditionsTo(string pointer) => additions.GetValueOrDefault(pointer, []);

    public static ChangePlan Of(MemoryFile file, IReadOnlyList<EntryChange> changes)
    {
        var plan = new ChangePlan(file);
        // Of several changes of one entry the last one counts.
        var open = new Dictionary<EntryKey, int>(changes.Count);
        for (var i = 0; i < changes.Count; i++)
        {
            open[changes[i].Key] = i;
        }

        plan.ChangeExisting(changes, open);
        for (var i = 0; i < changes.Count; i++)
        {
            var (key, change) = changes[i];
            if (change is { } value && open.TryGetValue(key, out var last) && last == i)
            {
                plan.Add(key, value, open.Count);
            }
        }

        return plan;
    }

    /// <summary>Gives up additions to an array that cannot be where it would have to be.</summary>
    public void GiveUp(string pointer)
    {
        unplaced.AddRange(AdditionsTo(pointer).Select(addition => addition.Key));
        additions.Remove(pointer);
    }

    /// <summary>Leaves the document entry as it is.</summary>
    public void GiveUpDocument()
    {
        unplaced.Add(EntryKey.Document);
        Document = null;
    }

    // From the end, so that the first one met is the last occurrence; what is left in the changes afterwards is not in the file.
    private void ChangeExisting(IReadOnlyList<EntryChange> changes, Dictionary<EntryKey, int> open)
    {
        var met = new HashSet<EntryKey>();
        for (var i = file.Entries.Count - 1; i >= 0; i--)
        {
            var entry = file.Entries[i];
            if (!open.TryGetValue(entry.Key, out var last))
            {
                continue;
            }

            var isLast = met.Add(entry.Key);
            var change = changes[last].Value;
            if (entry.Key == EntryKey.Document)
            {
                ChangeDocument(entry, change);
            }
            else if (change is not { } value)
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

    // In an array and in lines all are added in one place.
    private void Add(EntryKey key, JsonText value, int countMax)
    {
        if (Placement.PointerFor(file.Format, key, value) is { } pointer && Placement.Holds(file, pointer, key, value))
        {
            if (!additions.TryGetValue(pointer, out var ofArray))
            {
                additions.Add(pointer, ofArray = new(pointer.Length == 0 ? countMax : 0));
            }

            ofArray.Add(new Addition(key, value));
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
