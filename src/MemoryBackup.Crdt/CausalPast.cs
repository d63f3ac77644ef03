namespace MemoryBackup.Crdt;

/// <summary>
/// What the author of a version had in front of them, of one entry: per actor the greatest sequence number seen. It covers every
/// smaller number too, which is sound because an actor only writes on top of its own newest state (design, section 13.1).
/// </summary>
/// <remarks>Immutable. Nearly all hold one actor or a handful, and there is one for each version: an array takes the least room.</remarks>
public sealed class CausalPast
{
    private readonly KeyValuePair<Actor, long>[] greatest;

    private CausalPast(KeyValuePair<Actor, long>[] sorted) => greatest = sorted;

    /// <summary>The past of someone who saw nothing.</summary>
    public static CausalPast Empty { get; } = new([]);

    /// <summary>Per actor the greatest sequence number, in the order of actors, each actor once.</summary>
    public IReadOnlyList<KeyValuePair<Actor, long>> Greatest => greatest;

    /// <summary>The past with these greatest numbers.</summary>
    /// <exception cref="ArgumentException">An actor is named twice.</exception>
    public static CausalPast Of(IEnumerable<KeyValuePair<Actor, long>> greatest)
    {
        KeyValuePair<Actor, long>[] sorted = [.. greatest];
        Array.Sort(sorted, static (left, right) => left.Key.CompareTo(right.Key));
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Key == sorted[i - 1].Key)
            {
                throw new ArgumentException($"{sorted[i].Key} is named twice.", nameof(greatest));
            }
        }

        return new CausalPast(sorted);
    }

    /// <summary>The past of a write that replaced nothing: the write itself.</summary>
    public static CausalPast Of(Dot dot) => new([new(dot.Actor, dot.Sequence)]);

    /// <summary>Whether the author had seen the write.</summary>
    public bool Covers(Dot dot)
    {
        var (low, high) = (0, greatest.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            switch (dot.Actor.CompareTo(greatest[middle].Key))
            {
                case 0:
                    return dot.Sequence <= greatest[middle].Value;
                case < 0:
                    high = middle - 1;
                    break;
                default:
                    low = middle + 1;
                    break;
            }
        }

        return false;
    }

    /// <summary>What either had seen.</summary>
    public CausalPast Union(CausalPast other)
    {
        var union = new List<KeyValuePair<Actor, long>>(greatest.Length + other.greatest.Length);
        var (ours, theirs) = (0, 0);
        while (ours < greatest.Length || theirs < other.greatest.Length)
        {
            var order = ours == greatest.Length ? 1
                : theirs == other.greatest.Length ? -1
                : greatest[ours].Key.CompareTo(other.greatest[theirs].Key);
            union.Add(order switch
            {
                < 0 => greatest[ours++],
                > 0 => other.greatest[theirs++],
                _ => new(greatest[ours].Key, Math.Max(greatest[ours++].Value, other.greatest[theirs++].Value)),
            });
        }

        return new CausalPast([.. union]);
    }

    /// <summary>This past and one more write.</summary>
    public CausalPast With(Dot dot) => Union(Of(dot));

    /// <summary>Whether this is the past of exactly that write, which replaced nothing.</summary>
    public bool IsOnly(Dot dot) => greatest.Length == 1 && greatest[0].Key == dot.Actor && greatest[0].Value == dot.Sequence;
}
