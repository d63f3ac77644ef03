using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Crdt;

/// <summary>One write to one entry, on top of what its author had in front of them (design, section 4, "Edit").</summary>
public readonly struct Edit
{
    /// <summary>What identifies the entry.</summary>
    public required EntryKey Key { get; init; }

    /// <summary>The versions that the author had: none for a new entry.</summary>
    public required IReadOnlyList<Version> Base { get; init; }

    /// <summary>What the entry says now.</summary>
    public required JsonText Value { get; init; }

    /// <summary>The entry is no JSON object.</summary>
    public bool IsBare { get; init; }

    /// <summary>The write's name.</summary>
    public required Dot Dot { get; init; }

    /// <summary>When it was made; above every stamp that it replaces.</summary>
    public required Stamp Stamp { get; init; }

    /// <summary>The label of the writing host.</summary>
    public required string Host { get; init; }

    /// <summary>The actor may have written this key before, although the base is empty: it deleted it since.</summary>
    public bool ActorMayHaveWrittenKey { get; init; }

    /// <summary>Take the value as it stands and carry no alternatives: what <c>conflicts resolve</c> writes.</summary>
    public bool Resolves { get; init; }

    /// <summary>With <see cref="Resolves"/>: the paths of the elements that are settled, with all below them; the alternatives of others are carried. <see langword="null"/> for the whole entry.</summary>
    public IReadOnlyCollection<string>? Resolved { get; init; }

    /// <summary>The version that the write makes. Its face says the same as <see cref="Value"/>.</summary>
    /// <param name="names">The paths of the elements of all edits that are made together.</param>
    public Version ToVersion(SharedNames? names = null)
    {
        if (Base.Count == 0)
        {
            return Make(Value, [], seen: null, number: 1, isFirst: !ActorMayHaveWrittenKey);
        }

        return Base.Count == 1 && !Resolves && PlainEdit.TryCarry(Base[0], Value, names ?? new SharedNames()) is { } carried
            ? Make(Value, carried, Past(), NextNumber(), isFirst: false)
            : ToVersionOfElements();
    }

    /// <summary>The same by folding all elements, whatever the edit is.</summary>
    internal Version ToVersionOfElements()
    {
        var face = Face.Of(Base);
        var elements = Apply(face.Elements);
        var order = Make(Value, [], CausalPast.Empty, number: 0, isFirst: false);
        return Make(Face.Show(elements, order), CarriedWrite.Of(elements.CarriedBeside(Dot)), Past(), NextNumber(), isFirst: false);
    }

    private long NextNumber() => Math.Min(Base.Max(version => version.Number) + 1, Version.NumberMax);

    private Elements Apply(Elements before)
    {
        var shown = before.Shown.ToDictionary();
        var after = ElementTree.Decompose(Value).ToDictionary();
        var changed = Changed(before, shown, after);
        var values = new Dictionary<string, IEnumerable<ElementValue>>();

        // Of a value that stays all writers stay, also when resolving: equal values count as one, and the members of a container that
        // two authors made would lose their place if someone concurrently removes the container of the one writer that is kept.
        foreach (var (path, value) in after)
        {
            before.Values.TryGetValue(path, out var had);
            var current = shown.GetValueOrDefault(path);
            values[path] = changed.Contains(path)
                ? Replaced(path, had, current?.Value, new ElementValue(Dot, Stamp, value))
                : ResolvesAt(path) ? had!.Where(other => other.Value.SaysTheSame(value)) : had!;
        }

        // A container comes before what is in it, so whether it stays is known by then.
        foreach (var (path, had) in before.Values)
        {
            if (!ResolvesAt(path) && !after.ContainsKey(path) && !shown.ContainsKey(path) && StaysHidden(path, before, values, after))
            {
                values[path] = had;
            }
        }

        return Elements.Of(values);
    }

    // A change inside a container renews the kind of every container above it, or a concurrent removal of the container would
    // leave the change without a place (design, section 13.9). What a resolve chooses is written anew: two who choose different ones of
    // the same values would otherwise remove each other's choice, and nothing would be left of the element.
    private HashSet<string> Changed(Elements before, Dictionary<string, ElementValue> shown, Dictionary<string, JsonText> after)
    {
        var changed = new HashSet<string>();
        foreach (var (path, value) in after)
        {
            if (shown.TryGetValue(path, out var current) && current.Value.SaysTheSame(value) && !(ResolvesAt(path) && IsContested(path, before, after)))
            {
                continue;
            }

            changed.Add(path);
            for (var above = path; above != ElementPath.Root;)
            {
                (above, _) = ElementPath.Parent(above);
                changed.Add(above);
            }
        }

        return changed;
    }

    private bool ResolvesAt(string path) =>
        Resolves && (Resolved is null || Resolved.Any(settled => settled == path || ElementPath.IsBelow(path, settled)));

    private static bool IsContested(string path, Elements before, Dictionary<string, JsonText> after)
    {
        var chosen = after[path];
        return (before.Values.TryGetValue(path, out var had) && !Array.TrueForAll(had, value => value.Value.SaysTheSame(chosen)))
            || (path != ElementPath.Root && IsContested(ElementPath.Parent(path).Container, before, after));
    }

    // Equal values count as one: all that say what was shown are replaced with it, and none that says the new value is kept beside it.
    // The new value has to be the one shown: an alternative at the very last tick of the range, above which nothing ranks, goes as well.
    private IEnumerable<ElementValue> Replaced(string path, ElementValue[]? had, JsonText? shown, ElementValue value) =>
        ResolvesAt(path) || had is null
            ? [value]
            : had.Where(other => !other.Value.SaysTheSame(value.Value)
                    && (shown is not { } replaced || !other.Value.SaysTheSame(replaced))
                    && other.CompareTo(value) < 0)
                .Append(value);

    // What stood hidden below a container that lost is carried with the container (design, section 13.9), unless this edit shows a
    // container of that kind there: then it would come to light in a value that its author gave without it. What had lost its container
    // before (an actor that writes an entry anew covers its own deleted writes, and with them containers) is carried by itself.
    private static bool StaysHidden(
        string path,
        Elements before,
        Dictionary<string, IEnumerable<ElementValue>> values,
        Dictionary<string, JsonText> after)
    {
        var (container, inSet) = ElementPath.Parent(path);
        var kind = inSet ? JsonText.Set : JsonText.Object;
        if (after.TryGetValue(container, out var now) && now == kind)
        {
            return false;
        }

        return before.HoldsKind(container, inSet)
            ? values.TryGetValue(container, out var kept) && kept.Any(value => value.Value == kind)
            : StandsWhereItStood(container, before, values);
    }

    private static bool StandsWhereItStood(string path, Elements before, Dictionary<string, IEnumerable<ElementValue>> values) =>
        (values.ContainsKey(path) || !before.Values.ContainsKey(path))
        && (path == ElementPath.Root || StandsWhereItStood(ElementPath.Parent(path).Container, before, values));

    private CausalPast Past() =>
        Base.Aggregate(CausalPast.Of(Dot), (past, version) => past.Union(version.Seen).With(version.Dot));

    private Version Make(JsonText value, IReadOnlyList<CarriedWrite> carried, CausalPast? seen, long number, bool isFirst) => new()
    {
        Key = Key,
        Dot = Dot,
        Stamp = Stamp,
        Host = Host,
        Number = number,
        Value = value,
        IsBare = IsBare,
        Seen = seen,
        IsFirst = isFirst,
        CarriedWrites = carried,
    };
}
