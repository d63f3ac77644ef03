namespace MemoryBackup.Crdt;

/// <summary>The writes to one entry, each with what it was made on top of.</summary>
/// <param name="edits">All that are at hand, in any order.</param>
/// <param name="identity">The elements that make the entry's key: without them it is no entry of that key.</param>
public sealed class EntryPast(IReadOnlyList<PastEdit> edits, IReadOnlyList<string> identity)
{
    private readonly Dictionary<Dot, PastEdit> byDot = edits.ToDictionary(edit => edit.Version.Dot);
    private readonly Dictionary<Dot, Elements> before = [];
    private readonly Dictionary<Dot, Dot?> writes = [];

    /// <summary>The writes.</summary>
    public IReadOnlyList<PastEdit> Edits => edits;

    /// <summary>The elements that make the entry's key.</summary>
    public IReadOnlyList<string> Identity => identity;

    /// <summary>What an author had in front of them: no elements for a new entry.</summary>
    public Elements Before(PastEdit edit)
    {
        if (!before.TryGetValue(edit.Version.Dot, out var elements))
        {
            before.Add(edit.Version.Dot, elements = edit.Replaced.Count == 0 ? Elements.Of([]) : Face.Of(edit.Replaced).Elements);
        }

        return elements;
    }

    /// <summary>These versions and all that they were made from, as far as it is at hand.</summary>
    public IReadOnlyList<PastEdit> From(IEnumerable<Version> ends)
    {
        var found = new HashSet<Dot>();
        var open = new Queue<Dot>(ends.Select(end => end.Dot));
        while (open.TryDequeue(out var dot))
        {
            if (byDot.TryGetValue(dot, out var edit) && found.Add(dot))
            {
                foreach (var replaced in edit.Replaced)
                {
                    open.Enqueue(replaced.Dot);
                }
            }
        }

        return [.. edits.Where(edit => found.Contains(edit.Version.Dot))];
    }

    /// <summary>The write that brought a value; <see langword="null"/> if it is not at hand.</summary>
    /// <remarks>
    /// A write that another one replaced before both were published left no version: it belongs to the first of its actor that holds the value and
    /// whose author did not have it yet.
    /// </remarks>
    public Dot? WriteOf(string path, Dot dot)
    {
        if (byDot.ContainsKey(dot))
        {
            return dot;
        }

        if (!writes.TryGetValue(dot, out var write))
        {
            var next = edits
                .Where(edit => edit.Version.Dot.Actor == dot.Actor && edit.Version.Dot.Sequence > dot.Sequence && edit.Version.Elements.Holds(path, dot))
                .MinBy(edit => edit.Version.Dot.Sequence);
            writes.Add(dot, write = next is { IsWhole: true } && !Before(next).Holds(path, dot) ? next.Version.Dot : null);
        }

        return write;
    }
}
