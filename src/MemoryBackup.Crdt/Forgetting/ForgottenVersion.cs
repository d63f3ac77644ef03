using System.Text.Json;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Crdt;

/// <summary>A version without the values that banned writes made.</summary>
internal static class ForgottenVersion
{
    /// <summary>What is left; <see langword="null"/> if the write itself is banned, or says nothing of its own.</summary>
    /// <param name="version">A version that is concerned.</param>
    /// <param name="isBanned">Whether a write is banned.</param>
    /// <remarks>
    /// What is left has to be an entry with the same key when it is read from a file. So the entry itself and the members that its key is made of
    /// stay: the key says them anyway. They then count as this version's own. What consists of these alone, and of empty containers, has said
    /// nothing anew.
    /// </remarks>
    public static Version? Without(Version version, Func<Dot, bool> isBanned)
    {
        if (isBanned(version.Dot))
        {
            return null;
        }

        if (!version.CarriedWrites.Any(write => isBanned(write.Dot)))
        {
            return version;
        }

        var identity = Identity(version.Key);
        var left = new Dictionary<string, IEnumerable<ElementValue>>();
        var saysAnything = false;
        foreach (var (path, values) in version.Elements.Values)
        {
            var kept = values.Where(value => !isBanned(value.Dot)).ToList();
            if (identity.Contains(path) && kept.Count == 0)
            {
                kept.Add(new ElementValue(version.Dot, version.Stamp, values[^1].Value));
            }

            saysAnything |= !identity.Contains(path) && kept.Exists(value => !ElementTree.IsContainer(value.Value));
            if (kept.Count > 0)
            {
                left.Add(path, kept);
            }
        }

        return saysAnything || SaysAllAtOnce(version, isBanned) ? Of(version, Elements.Of(left)) : null;
    }

    // An entry that is one value has no element but itself.
    private static bool SaysAllAtOnce(Version version, Func<Dot, bool> isBanned) =>
        version.Elements.Values.TryGetValue(ElementPath.Root, out var values) && values.Any(value => !isBanned(value.Dot) && !ElementTree.IsContainer(value.Value));

    private static Version Of(Version version, Elements elements)
    {
        var shown = elements.Shown.ToDictionary();
        var value = Face.Show(elements, version);
        return new Version
        {
            Key = version.Key,
            Dot = version.Dot,
            Stamp = version.Stamp,
            Host = version.Host,
            Number = version.Number,
            Value = value,
            IsBare = value.Kind != JsonKind.Object || version.IsBare,
            Seen = version.Seen,
            IsFirst = version.IsFirst,
            Carried =
            [
                .. from element in elements.Values
                   from held in element.Value
                   let isShown = shown.TryGetValue(element.Key, out var seen) && seen.Value == held.Value
                   where held.Dot != version.Dot || !isShown
                   select new CarriedValue(element.Key, held, isShown && shown[element.Key].Dot != version.Dot),
            ],
        };
    }

    private static HashSet<string> Identity(EntryKey key)
    {
        var own = key.TryGetCollection(out _, out var inside) ? inside : key;
        using var items = JsonDocument.Parse(own.Text);
        string[] members = items.RootElement[0].GetString() switch
        {
            "id" => ["id"],
            "field" => [items.RootElement[1].GetString()!],
            "entity" => ["type", "name"],
            "relation" => ["type", "from", "relationType", "to"],
            _ => [],
        };
        return [ElementPath.Root, .. members.Select(member => ElementPath.Member(ElementPath.Root, member))];
    }
}
