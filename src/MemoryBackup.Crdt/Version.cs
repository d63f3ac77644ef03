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

    /// <summary>Values that another write made: elements that this write left alone, and alternatives.</summary>
    public IReadOnlyList<CarriedValue> Carried { get; init; } = [];

    /// <summary>Every element with its values. Those that nothing is carried for were made by this very write.</summary>
    public Elements Elements => elements ??= ReadElements();

    /// <summary>The greatest stamp that the version holds.</summary>
    public Stamp GreatestStamp => Carried.Aggregate(Stamp, (greatest, carried) => carried.Value.Stamp > greatest ? carried.Value.Stamp : greatest);

    /// <summary>The hash of <see cref="Key"/>, taken once: whoever looks versions up by it need not go to its text.</summary>
    internal int KeyHash => keyHash;

    /// <summary>The order in which versions and values win: stamp first, then dot.</summary>
    public static int CompareByStamp(Version left, Version right) =>
        left.Stamp.CompareTo(right.Stamp) is var order and not 0 ? order : left.Dot.CompareTo(right.Dot);

    private Elements ReadElements()
    {
        var values = new Dictionary<string, List<ElementValue>>();
        var carriedShown = new HashSet<string>();
        foreach (var carried in Carried)
        {
            if (!values.TryGetValue(carried.Path, out var ofElement))
            {
                values.Add(carried.Path, ofElement = []);
            }

            ofElement.Add(carried.Value);
            if (carried.IsShown)
            {
                carriedShown.Add(carried.Path);
            }
        }

        foreach (var (path, value) in ElementTree.Decompose(Value))
        {
            if (carriedShown.Contains(path))
            {
                continue;
            }

            if (!values.TryGetValue(path, out var ofElement))
            {
                values.Add(path, ofElement = []);
            }

            ofElement.Add(new ElementValue(Dot, Stamp, value));
        }

        return Elements.Of(values.Select(element => KeyValuePair.Create(element.Key, element.Value.AsEnumerable())));
    }
}
