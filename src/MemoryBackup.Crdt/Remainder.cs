using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Crdt;

/// <summary>What an entry holds once some writes are taken out of its past, and all others stay.</summary>
/// <remarks>
/// <para>Of what is there now, every value that one of the others made stays. A value that one of the writes had replaced or removed comes back, unless
/// somebody else who had seen it changed that element or made the container anew: then theirs is the last word.</para>
/// <para>A chain of such writes goes back to before the first of them, since what a write among them made never comes back.</para>
/// <para>Where one of the writes made a container of what stays, or the key of an entry that stays, that is written anew, even if others made it as well: of
/// two who take out each other's writes at the same time neither can rely on what the other's say of it.</para>
/// </remarks>
public sealed class Remainder
{
    private Remainder(Elements kept, Elements returned) => (Kept, Returned) = (kept, returned);

    /// <summary>Values that are there and stay, with the writes that made them.</summary>
    public Elements Kept { get; }

    /// <summary>
    /// Values that were there once and come back, and those that one of the writes made and that have to stay, with the writes that made them. They have to be
    /// written anew: everyone who saw them go would let them go again.
    /// </summary>
    public Elements Returned { get; }

    /// <summary>Whether nothing is left of the entry.</summary>
    public bool IsEmpty => !Kept.Values.ContainsKey(ElementPath.Root) && !Returned.Values.ContainsKey(ElementPath.Root);

    /// <summary>All values, those that come back under the writes that made them then.</summary>
    public Elements All => Elements.Of(Kept.Values.Keys.Union(Returned.Values.Keys)
        .Select(path => KeyValuePair.Create(path, Kept.Values.GetValueOrDefault(path, []).Concat(Returned.Values.GetValueOrDefault(path, [])))));

    /// <summary>Takes the writes out.</summary>
    /// <param name="past">The entry's past.</param>
    /// <param name="live">Its live versions; none if it is not there.</param>
    /// <param name="ends">The versions that count without the writes, the live ones among them.</param>
    /// <param name="taken">The writes.</param>
    /// <param name="mayBeTaken">Whether a value whose write is not at hand looks like one of theirs.</param>
    /// <returns><see langword="null"/> if it cannot be told what is left, because the past is not whole.</returns>
    public static Remainder? Of(
        EntryPast past,
        IReadOnlyList<Version> live,
        IReadOnlyCollection<PastEnd> ends,
        IReadOnlySet<Dot> taken,
        Func<ElementValue, bool> mayBeTaken)
    {
        var now = live.Count == 0 ? Elements.Of([]) : Face.Of(live).Elements;
        var counting = past.From(ends.Select(end => end.Version));
        if (!counting.All(IsTold) || Flat(now).Any(found => past.WriteOf(found.Path, found.Value.Dot) is null && mayBeTaken(found.Value)))
        {
            return null;
        }

        var others = counting.Where(edit => !taken.Contains(edit.Version.Dot)).ToList();
        var standIns = ends.ToLookup(end => end.Version.Dot, end => end.StoodFor);
        var kept = Select(now, (path, value) => !IsTaken(path, value));
        var once = counting.Where(edit => taken.Contains(edit.Version.Dot)).Select(past.Before).Concat(ends.Select(end => end.Version.Elements));
        var returned = once
            .SelectMany(Flat)
            .DistinctBy(found => (found.Path, found.Value.Dot))
            .Where(found => !now.Holds(found.Path, found.Value.Dot) && !IsTaken(found.Path, found.Value) && !IsDoubtful(found.Path, found.Value))
            .Where(found => !others.Exists(other => Overruled(found.Path, [found.Value.Dot, .. standIns[found.Value.Dot].SelectMany(dots => dots)], other, past)))
            .Where(found => !kept.Values.GetValueOrDefault(found.Path, []).Any(value => value.Value.SaysTheSame(found.Value.Value) && value.CompareTo(found.Value) > 0));
        return new Remainder(kept, Placed(kept, Elements.Of(Grouped(returned)), now, past.Identity.ToDictionary(path => path, KeyOf)));

        // What the entry says of its key: now, or where it is not there, when it was last.
        ElementValue[] KeyOf(string path) => now.Values.TryGetValue(path, out var values)
            ? values
            : [.. ends.SelectMany(end => end.Version.Elements.Values.GetValueOrDefault(path, [])).Order()];

        bool IsTaken(string path, ElementValue value) => past.WriteOf(path, value.Dot) is { } write && taken.Contains(write);

        bool IsDoubtful(string path, ElementValue value) => past.WriteOf(path, value.Dot) is null && mayBeTaken(value);

        // What one of the writes was made on top of has to be at hand, also where it stands behind a write of somebody else.
        bool IsTold(PastEdit edit) =>
            edit.IsWhole || !past.Edits.Any(other => taken.Contains(other.Version.Dot) && edit.Version.Seen.Covers(other.Version.Dot));
    }

    /// <summary>Whether both say the same: shown values, alternatives, and what is hidden.</summary>
    public static bool SayTheSame(Elements left, Elements right) =>
        left.Values.Count == right.Values.Count
        && left.Values.All(element => right.Values.TryGetValue(element.Key, out var other)
            && element.Value[^1].Value.SaysTheSame(other[^1].Value)
            && Array.TrueForAll(element.Value, value => Array.Exists(other, theirs => theirs.Value.SaysTheSame(value.Value)))
            && Array.TrueForAll(other, value => Array.Exists(element.Value, ours => ours.Value.SaysTheSame(value.Value))));

    private static bool Overruled(string path, IReadOnlyList<Dot> names, PastEdit other, EntryPast past)
    {
        var version = other.Version;
        if (!names.Any(version.Seen.Covers) || names.Any(name => version.Elements.Holds(path, name)))
        {
            return false;
        }

        if (!other.IsWhole)
        {
            return true;
        }

        var before = past.Before(other);
        if (!SameDots(before.Values.GetValueOrDefault(path, []), version.Elements.Values.GetValueOrDefault(path, [])))
        {
            return true;
        }

        for (var below = path; below != ElementPath.Root;)
        {
            var (container, inSet) = ElementPath.Parent(below);
            if (before.HoldsKind(container, inSet) != version.Elements.HoldsKind(container, inSet))
            {
                return true;
            }

            below = container;
        }

        return false;
    }

    private static bool SameDots(ElementValue[] left, ElementValue[] right) =>
        left.Length == right.Length && Array.TrueForAll(left, value => Array.Exists(right, other => other.Dot == value.Dot));

    // What comes back needs the container that it stood in; if that does not, somebody else had removed it. What stays keeps the containers that it
    // is seen in, and an entry its key, whoever wrote them.
    private static Elements Placed(Elements kept, Elements returned, Elements now, IReadOnlyDictionary<string, ElementValue[]> identity)
    {
        var placed = returned.Values.ToDictionary(element => element.Key, element => element.Value.AsEnumerable());
        foreach (var path in kept.Values.Keys.Where(now.IsShown))
        {
            for (var below = path; below != ElementPath.Root;)
            {
                var (container, inSet) = ElementPath.Parent(below);
                if (!ComesBack(container, inSet) && Anew(container, now.Values[container], Kind(inSet)) is { } anew)
                {
                    placed[container] = placed.GetValueOrDefault(container, []).Append(anew);
                }

                below = container;
            }
        }

        foreach (var path in returned.Values.Keys.Where(path => path != ElementPath.Root))
        {
            var (container, inSet) = ElementPath.Parent(path);
            if (!Holds(container, inSet))
            {
                placed.Remove(path);
            }
        }

        if (kept.Values.ContainsKey(ElementPath.Root) || placed.ContainsKey(ElementPath.Root))
        {
            foreach (var (path, values) in identity)
            {
                if (values.Length > 0 && Anew(path, values, values[^1].Value) is { } anew)
                {
                    placed.TryAdd(path, [anew]);
                }
            }
        }

        return Elements.Of(placed);

        // The greatest that says it, if one that says it goes; where others stay, it takes their rank.
        ElementValue? Anew(string path, ElementValue[] values, JsonText said)
        {
            var going = values.LastOrDefault(value => value.Value.SaysTheSame(said) && !kept.Holds(path, value.Dot));
            var staying = kept.Values.GetValueOrDefault(path, []).LastOrDefault(value => value.Value.SaysTheSame(said));
            return going is null || staying is null ? going : going with { Stamp = staying.Stamp, Value = staying.Value };
        }

        bool Holds(string container, bool inSet) => kept.HoldsKind(container, inSet) || ComesBack(container, inSet);

        bool ComesBack(string container, bool inSet) => placed.TryGetValue(container, out var values) && values.Any(value => value.Value == Kind(inSet));

        static JsonText Kind(bool inSet) => inSet ? JsonText.Set : JsonText.Object;
    }

    private static Elements Select(Elements elements, Func<string, ElementValue, bool> stays) =>
        Elements.Of(elements.Values.Select(element => KeyValuePair.Create(element.Key, element.Value.Where(value => stays(element.Key, value)))));

    private static IEnumerable<(string Path, ElementValue Value)> Flat(Elements elements) =>
        elements.Values.SelectMany(element => element.Value.Select(value => (element.Key, value)));

    private static IEnumerable<KeyValuePair<string, IEnumerable<ElementValue>>> Grouped(IEnumerable<(string Path, ElementValue Value)> values) => values
        .GroupBy(found => found.Path, found => found.Value)
        .Select(element => KeyValuePair.Create(
            element.Key,
            element.OrderDescending().Aggregate(
                new List<ElementValue>(),
                (said, value) =>
                {
                    if (!said.Exists(other => other.Value.SaysTheSame(value.Value)))
                    {
                        said.Add(value);
                    }

                    return said;
                }).AsEnumerable()));
}
