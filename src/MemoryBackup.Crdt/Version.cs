using System.Diagnostics.CodeAnalysis;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Crdt;

/// <summary>One immutable state of one entry, named by its dot (design, sections 2 and 4).</summary>
public sealed class Version
{
    /// <summary>Where <see cref="Number"/> stops counting: 2^53, the last integer that every reader of JSON takes exactly.</summary>
    public const long NumberMax = 1L << 53;

    private readonly EntryKey key;
    private readonly int keyHash;
    private readonly CausalPast? seen;
    private readonly IReadOnlyList<CarriedWrite> carriedWrites = [];
    private Elements? elements;

    /// <summary>What identifies the entry inside its space.</summary>
    public required EntryKey Key
    {
        get => key;
        init => (key, keyHash) = (value, value.GetHashCode());
    }

    /// <summary>The write that made this version.</summary>
    public required Dot Dot { get; init; }

    /// <summary>When it was made.</summary>
    public required Stamp Stamp { get; init; }

    /// <summary>The label of the host that wrote it; says nothing about identity.</summary>
    public required string Host { get; init; }

    /// <summary>How many edits are in the entry's past, this one included: one more than the greatest that it replaces, up to <see cref="NumberMax"/>.</summary>
    public required long Number { get; init; }

    /// <summary>What the entry says in this version.</summary>
    public required JsonText Value { get; init; }

    /// <summary>The entry is no JSON object: it stands in a file by itself, and in the store under <c>value</c>.</summary>
    public bool IsBare { get; init; }

    /// <summary>What the author had seen of this entry, this write included; unless it is given, the write alone.</summary>
    [AllowNull]
    public CausalPast Seen
    {
        get => seen ?? CausalPast.Of(Dot);
        init => seen = value;
    }

    /// <summary>
    /// The version replaced nothing, and its actor had not written this key before. Only such a version may be dropped in favour of
    /// one that says the same: with any other the knowledge of what it had replaced would go too (design, section 13.7).
    /// </summary>
    public bool IsFirst { get; init; }

    /// <summary>What it holds of other writes: elements that this write left alone, and alternatives. In the order of the writes, each once.</summary>
    public IReadOnlyList<CarriedWrite> CarriedWrites
    {
        get => carriedWrites;
        init => carriedWrites = CarriedWrite.InOrder(value);
    }

    /// <summary>Values that another write made. Put together anew each time: who asks only for writes asks <see cref="CarriedWrites"/>.</summary>
    public IReadOnlyList<CarriedValue> Carried
    {
        get => carriedWrites.Count == 0 ? [] : ReadCarried();
        init => carriedWrites = value.Count == 0 ? [] : CarriedWrite.Of(value);
    }

    /// <summary>Every element with its values. Those that nothing is carried for were made by this very write.</summary>
    public Elements Elements => elements ??= ReadElements();

    /// <summary>The greatest stamp that the version holds.</summary>
    public Stamp GreatestStamp => carriedWrites.Aggregate(Stamp, (greatest, write) => write.Stamp > greatest ? write.Stamp : greatest);

    /// <summary>The hash of <see cref="Key"/>, taken once: whoever looks versions up by it need not go to its text.</summary>
    internal int KeyHash => keyHash;

    /// <summary>The order in which versions and values win: stamp first, then dot.</summary>
    public static int CompareByStamp(Version left, Version right) =>
        left.Stamp.CompareTo(right.Stamp) is var order and not 0 ? order : left.Dot.CompareTo(right.Dot);

    private List<CarriedValue> ReadCarried()
    {
        var shown = carriedWrites.Any(write => write.Shown.Count > 0) ? ElementTree.Decompose(Value).ToDictionary() : [];
        var carried = new List<CarriedValue>();
        foreach (var write in carriedWrites)
        {
            carried.AddRange(write.Shown.Select(path => new CarriedValue(path, new ElementValue(write.Dot, write.Stamp, shown[path]), IsShown: true)));
            carried.AddRange(write.Hidden.Select(value => new CarriedValue(value.Key, new ElementValue(write.Dot, write.Stamp, value.Value), IsShown: false)));
        }

        return carried;
    }

    private Elements ReadElements()
    {
        var values = new Dictionary<string, List<ElementValue>>();
        var shownOf = new Dictionary<string, List<CarriedWrite>>();
        foreach (var write in carriedWrites)
        {
            foreach (var path in write.Shown)
            {
                Add(shownOf, path, write);
            }

            foreach (var (path, value) in write.Hidden)
            {
                Add(values, path, new ElementValue(write.Dot, write.Stamp, value));
            }
        }

        foreach (var (path, value) in ElementTree.Decompose(Value))
        {
            if (!shownOf.TryGetValue(path, out var writes))
            {
                Add(values, path, new ElementValue(Dot, Stamp, value));
                continue;
            }

            foreach (var write in writes)
            {
                Add(values, path, new ElementValue(write.Dot, write.Stamp, value));
            }
        }

        return Elements.Of(values.Select(element => KeyValuePair.Create(element.Key, element.Value.AsEnumerable())));

        static void Add<T>(Dictionary<string, List<T>> all, string path, T one)
        {
            if (!all.TryGetValue(path, out var ofElement))
            {
                all.Add(path, ofElement = []);
            }

            ofElement.Add(one);
        }
    }
}
