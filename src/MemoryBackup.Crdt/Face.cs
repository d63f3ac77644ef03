using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Crdt;

/// <summary>What an entry shows: the fold of its live versions (design, section 4).</summary>
public sealed class Face
{
    // What was folded of several versions; a single one is what it says.
    private readonly Fold? fold;

    private Face(Version primary, Fold? fold)
    {
        Primary = primary;
        this.fold = fold;
    }

    /// <summary>The versions that were folded, in the order of their dots.</summary>
    public IReadOnlyList<Version> Versions => fold?.Versions ?? [Primary];

    /// <summary>The version with the greatest (stamp, dot): the entry shows its order, and is shown under its name.</summary>
    public Version Primary { get; }

    /// <summary>What the entry says.</summary>
    public JsonText Value => fold?.Value ?? Primary.Value;

    /// <summary>Whether the entry is no JSON object. Told by what is shown: that may come from another version than the primary one.</summary>
    public bool IsBare => Value.Kind != Json.JsonKind.Object;

    /// <summary>How many edits are in the entry's past: the greatest <see cref="Version.Number"/> of its versions.</summary>
    public long Number => fold?.Versions.Max(version => version.Number) ?? Primary.Number;

    /// <summary>What identifies the entry.</summary>
    public EntryKey Key => Primary.Key;

    /// <summary>Every element with its values.</summary>
    public Elements Elements => fold?.Elements ?? Primary.Elements;

    /// <summary>The elements that have alternatives.</summary>
    public IEnumerable<Alternatives> Conflicts =>
        fold is null && Primary.CarriedWrites.All(write => write.Hidden.Count == 0) ? [] : Elements.Alternatives;

    /// <summary>What an entry with a single live version shows.</summary>
    public static Face Of(Version only) => new(only, fold: null);

    /// <summary>Folds concurrent versions of one entry.</summary>
    /// <param name="versions">At least one version, all of one key, in any order: the result is the same.</param>
    public static Face Of(IReadOnlyCollection<Version> versions)
    {
        if (versions.Count == 1)
        {
            return Of(versions.First());
        }

        Version[] sorted = [.. versions.OrderBy(version => version.Dot)];
        var primary = sorted.Aggregate((left, right) => Version.CompareByStamp(left, right) >= 0 ? left : right);
        var folded = ElementsOf(sorted, primary);
        return new Face(primary, new Fold(sorted, Show(folded, primary), folded));
    }

    /// <summary>The value that these elements show, in the order of the version given, then by (stamp, dot).</summary>
    public static JsonText Show(Elements elements, Version primary)
    {
        var shown = elements.Shown.ToDictionary();
        var ordered = new List<KeyValuePair<string, JsonText>>(shown.Count);
        foreach (var (path, _) in ElementTree.Decompose(primary.Value))
        {
            if (shown.Remove(path, out var value))
            {
                ordered.Add(new(path, value.Value));
            }
        }

        foreach (var (path, value) in shown.OrderBy(element => element.Value).ThenBy(element => element.Key, StringComparer.Ordinal))
        {
            ordered.Add(new(path, value.Value));
        }

        return ElementTree.Compose(ordered);
    }

    private static Elements ElementsOf(Version[] versions, Version primary)
    {
        var values = new Dictionary<string, Dictionary<Dot, ElementValue>>();
        foreach (var version in versions)
        {
            foreach (var (path, ofElement) in version.Elements.Values)
            {
                foreach (var value in ofElement)
                {
                    if (Array.TrueForAll(versions, other => Survives(path, value.Dot, other)))
                    {
                        if (!values.TryGetValue(path, out var kept))
                        {
                            values.Add(path, kept = []);
                        }

                        kept.TryAdd(value.Dot, value);
                    }
                }
            }
        }

        // Versions that each claim to have seen and replaced the other come from no history, but from a hostile state they may. All see the
        // same ones, so all show the same.
        if (!values.ContainsKey(ElementPath.Root))
        {
            values.Add(ElementPath.Root, primary.Elements.Values[ElementPath.Root].DistinctBy(value => value.Dot).ToDictionary(value => value.Dot));
        }

        return Elements.Of(values.Select(element => KeyValuePair.Create(element.Key, element.Value.Values.AsEnumerable())));
    }

    // A value stays if the other version holds it too, or never saw it: what was seen and is gone was replaced or removed.
    private static bool Survives(string path, Dot dot, Version other) => other.Elements.Holds(path, dot) || !other.Seen.Covers(dot);

    private sealed record Fold(IReadOnlyList<Version> Versions, JsonText Value, Elements Elements);
}
