using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Crdt;

/// <summary>An edit of an entry with one version, which holds no alternatives: nearly every one is. What it comes to is told without folding its elements.</summary>
internal static class PlainEdit
{
    /// <summary>What the edit carries of earlier writes.</summary>
    /// <param name="before">The version that is edited.</param>
    /// <param name="value">What the entry says now.</param>
    /// <param name="names">The paths of the elements of all edits that are made together.</param>
    /// <returns><see langword="null"/> if it is no such edit, or something is written in another way and says the same: then the elements have to be folded.</returns>
    public static IReadOnlyList<CarriedWrite>? TryCarry(Version before, JsonText value, SharedNames names)
    {
        foreach (var write in before.CarriedWrites)
        {
            if (write.Hidden.Count > 0)
            {
                return null;
            }
        }

        return TryLeftAlone(ElementTree.Decompose(before.Value), ElementTree.Decompose(value), names) is { } leftAlone ? CarriedOf(before, leftAlone) : null;
    }

    // The elements that stay as they were, in ordinal order.
    private static string[]? TryLeftAlone(IReadOnlyList<KeyValuePair<string, JsonText>> before, IReadOnlyList<KeyValuePair<string, JsonText>> after, SharedNames names)
    {
        Dictionary<string, JsonText>? byPath = null;
        var isChanged = new bool[after.Count];
        var containers = new int[after.Count];
        for (var i = 0; i < after.Count; i++)
        {
            var (path, value) = after[i];
            containers[i] = ContainerOf(i);
            JsonText? former = i < before.Count && before[i].Key == path ? before[i].Value
                : (byPath ??= before.ToDictionary()).TryGetValue(path, out var found) ? found
                : null;
            if (former is not { } had || !had.SaysTheSame(value))
            {
                // A change inside a container renews every container above it (design, section 13.9).
                for (var changed = i; changed >= 0 && !isChanged[changed]; changed = containers[changed])
                {
                    isChanged[changed] = true;
                }
            }
            else if (had != value)
            {
                return null;
            }
        }

        var leftAlone = new List<string>(after.Count);
        for (var i = 0; i < after.Count; i++)
        {
            if (!isChanged[i])
            {
                leftAlone.Add(names.Of(after[i].Key));
            }
        }

        leftAlone.Sort(StringComparer.Ordinal);
        return [.. leftAlone];

        // Each container comes before what is in it.
        int ContainerOf(int element)
        {
            var above = element - 1;
            while (above >= 0 && !ElementPath.IsBelow(after[element].Key, after[above].Key))
            {
                above = containers[above];
            }

            return above;
        }
    }

    private static CarriedWrite[] CarriedOf(Version before, string[] leftAlone)
    {
        var carried = new List<CarriedWrite>(before.CarriedWrites.Count + 1);
        var ofOthers = new bool[leftAlone.Length];
        foreach (var write in before.CarriedWrites)
        {
            var kept = new List<string>(write.Shown.Count);
            foreach (var path in write.Shown)
            {
                if (Array.BinarySearch(leftAlone, path, StringComparer.Ordinal) is var at and >= 0)
                {
                    ofOthers[at] = true;
                    kept.Add(path);
                }
            }

            if (kept.Count > 0)
            {
                carried.Add(kept.Count == write.Shown.Count ? write : new CarriedWrite(write.Dot, write.Stamp, [.. kept], []));
            }
        }

        string[] own = [.. leftAlone.Where((_, i) => !ofOthers[i])];
        if (own.Length > 0)
        {
            carried.Add(new CarriedWrite(before.Dot, before.Stamp, own, []));
        }

        carried.Sort(static (left, right) => left.Dot.CompareTo(right.Dot));
        return [.. carried];
    }
}
