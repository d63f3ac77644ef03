using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Sync.Resolving;

/// <summary>What an entry says once a value of one of its elements is chosen.</summary>
internal static class ChosenValue
{
    /// <summary>A value of an element with all that stands in it: the kind of a container stands for what lies hidden below it.</summary>
    public static JsonText Whole(Elements elements, string path, ElementValue value)
    {
        if (!ElementTree.IsContainer(value.Value))
        {
            return value.Value;
        }

        var below = new List<KeyValuePair<string, JsonText>> { new(ElementPath.Root, value.Value) };
        var kinds = new Dictionary<string, JsonText> { [path] = value.Value };
        foreach (var (inside, values) in elements.Values)
        {
            if (ElementPath.IsBelow(inside, path)
                && ElementPath.Parent(inside) is var (container, inSet)
                && kinds.TryGetValue(container, out var kind)
                && kind == (inSet ? JsonText.Set : JsonText.Object))
            {
                kinds[inside] = values[^1].Value;
                below.Add(new(inside[path.Length..], values[^1].Value));
            }
        }

        return ElementTree.Compose(below);
    }

    /// <summary>The entry with a value put in one place, what stood there taken away.</summary>
    /// <param name="entry">What the entry says.</param>
    /// <param name="path">The element.</param>
    /// <param name="value">The value, whole.</param>
    /// <returns><see langword="null"/> if the place is not there: a container above it is gone, or of another kind.</returns>
    public static JsonText? Put(JsonText entry, string path, JsonText value)
    {
        if (path == ElementPath.Root)
        {
            return value;
        }

        var elements = ElementTree.Decompose(entry).ToList();
        var (container, inSet) = ElementPath.Parent(path);
        var above = elements.FindIndex(element => element.Key == container);
        if (above < 0 || elements[above].Value != (inSet ? JsonText.Set : JsonText.Object) || (inSet && value != JsonText.Present))
        {
            return null;
        }

        var at = elements.FindIndex(element => element.Key == path);
        elements.RemoveAll(element => element.Key == path || ElementPath.IsBelow(element.Key, path));
        elements.InsertRange(
            at < 0 ? elements.Count : at,
            ElementTree.Decompose(value).Select(element => KeyValuePair.Create(path + element.Key, element.Value)));
        return ElementTree.Compose(elements);
    }
}
