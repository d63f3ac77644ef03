namespace MemoryBackup.Crdt;

/// <summary>
/// What the author of a version had in front of them, of one entry: per actor the greatest sequence number seen. It covers every
/// smaller number too, which is sound because an actor only writes on top of its own newest state (design, section 13.1).
/// </summary>
public sealed class CausalPast
{
    private readonly SortedDictionary<Actor, long> greatest;

    private CausalPast(SortedDictionary<Actor, long> greatest) => this.greatest = greatest;

    /// <summary>The past of someone who saw nothing.</summary>
    public static CausalPast Empty { get; } = new([]);

    /// <summary>Per actor the greatest sequence number, in the order of actors.</summary>
    public IReadOnlyDictionary<Actor, long> Greatest => greatest;

    /// <summary>The past with these greatest numbers.</summary>
    public static CausalPast Of(IEnumerable<KeyValuePair<Actor, long>> greatest) =>
        new(new SortedDictionary<Actor, long>(new Dictionary<Actor, long>(greatest)));

    /// <summary>The past of a write that replaced nothing: the write itself.</summary>
    public static CausalPast Of(Dot dot) => new(new SortedDictionary<Actor, long> { [dot.Actor] = dot.Sequence });

    /// <summary>Whether the author had seen the write.</summary>
    public bool Covers(Dot dot) => greatest.TryGetValue(dot.Actor, out var sequence) && dot.Sequence <= sequence;

    /// <summary>What either had seen.</summary>
    public CausalPast Union(CausalPast other)
    {
        var union = new SortedDictionary<Actor, long>(greatest);
        foreach (var (actor, sequence) in other.greatest)
        {
            union[actor] = union.TryGetValue(actor, out var ours) ? Math.Max(ours, sequence) : sequence;
        }

        return new CausalPast(union);
    }

    /// <summary>This past and one more write.</summary>
    public CausalPast With(Dot dot) => Union(Of(dot));

    /// <summary>Whether this is the past of exactly that write, which replaced nothing.</summary>
    public bool IsOnly(Dot dot) => greatest.Count == 1 && greatest.TryGetValue(dot.Actor, out var sequence) && sequence == dot.Sequence;
}
