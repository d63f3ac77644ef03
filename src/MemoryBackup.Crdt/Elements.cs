using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Crdt;

/// <summary>All values of all elements of one entry, the ones shown and the alternatives. Immutable.</summary>
public sealed class Elements
{
    private readonly SortedDictionary<string, ElementValue[]> values;

    private Elements(SortedDictionary<string, ElementValue[]> values) => this.values = values;

    /// <summary>Path → its values, the greatest (stamp, dot) last. Never an element without a value.</summary>
    public IReadOnlyDictionary<string, ElementValue[]> Values => values;

    /// <summary>The elements with these values.</summary>
    public static Elements Of(IEnumerable<KeyValuePair<string, IEnumerable<ElementValue>>> values)
    {
        var sorted = new SortedDictionary<string, ElementValue[]>(StringComparer.Ordinal);
        foreach (var (path, ofElement) in values)
        {
            ElementValue[] array = [.. ofElement];
            if (array.Length > 0)
            {
                Array.Sort(array);
                sorted.Add(path, array);
            }
        }

        return new Elements(sorted);
    }

    /// <summary>Whether the element holds the value of that write.</summary>
    public bool Holds(string path, Dot dot) => values.TryGetValue(path, out var ofElement) && ofElement.Any(value => value.Dot == dot);

    /// <summary>Whether a value of the element is the container that members of a set, or of an object, stand in.</summary>
    public bool HoldsKind(string path, bool ofSet) =>
        values.TryGetValue(path, out var ofElement) && ofElement.Any(value => value.Value == (ofSet ? JsonText.Set : JsonText.Object));

    /// <summary>The greatest value of an element.</summary>
    public ElementValue? Greatest(string path) => values.TryGetValue(path, out var ofElement) ? ofElement[^1] : null;

    /// <summary>Whether the element can be seen: every container above it is shown, and of the kind that holds it.</summary>
    public bool IsShown(string path)
    {
        if (path == ElementPath.Root)
        {
            return values.ContainsKey(path);
        }

        var (container, inSet) = ElementPath.Parent(path);
        return Greatest(container) is { } above
            && above.Value == (inSet ? JsonText.Set : JsonText.Object)
            && IsShown(container);
    }

    /// <summary>The greatest value of each element that can be seen.</summary>
    public IEnumerable<KeyValuePair<string, ElementValue>> Shown =>
        from element in values
        where IsShown(element.Key)
        select new KeyValuePair<string, ElementValue>(element.Key, element.Value[^1]);

    /// <summary>
    /// Each element with values that are not shown: other values of an element that is, and what stands below a container that lost.
    /// Values that say the same as the one shown are no alternatives: equal values count as one.
    /// </summary>
    public IEnumerable<Alternatives> Alternatives
    {
        get
        {
            foreach (var (path, ofElement) in values)
            {
                var shown = IsShown(path) ? ofElement[^1] : null;
                var others = new List<ElementValue>();
                foreach (var value in ofElement.Reverse())
                {
                    if (shown?.Value.SaysTheSame(value.Value) != true && !others.Exists(other => other.Value.SaysTheSame(value.Value)))
                    {
                        others.Add(value);
                    }
                }

                // Below a kind that lost there is one alternative to show, the container; its members are part of it.
                if (others.Count > 0 && (shown is not null || !IsBelowHidden(path)))
                {
                    yield return new Alternatives(path, shown, others);
                }
            }
        }
    }

    /// <summary>What a version with these elements holds of other writes than its own.</summary>
    /// <param name="own">The version's own write.</param>
    internal IReadOnlyList<CarriedValue> CarriedBeside(Dot own)
    {
        var carried = new List<CarriedValue>();
        foreach (var (path, ofElement) in values)
        {
            var shown = IsShown(path) ? ofElement[^1] : null;
            foreach (var value in ofElement)
            {
                if (value.Dot != own)
                {
                    carried.Add(new CarriedValue(path, value, IsShown: shown?.Value == value.Value));
                }
            }
        }

        return carried;
    }

    // A hidden container speaks for what is in it; what has lost its container speaks for itself.
    private bool IsBelowHidden(string path)
    {
        if (path == ElementPath.Root)
        {
            return false;
        }

        var (container, inSet) = ElementPath.Parent(path);
        return HoldsKind(container, inSet);
    }
}
