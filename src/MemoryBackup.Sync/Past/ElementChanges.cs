using MemoryBackup.Crdt.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Past;

/// <summary>What differs between two states of one entry, element by element.</summary>
internal static class ElementChanges
{
    /// <param name="before">What the entry said; <see langword="null"/> if it was not there.</param>
    /// <param name="after">What it says then; <see langword="null"/> if it is gone.</param>
    /// <returns>In the order of the entry, what is gone first. A container with something in it is told by what is in it.</returns>
    public static IReadOnlyList<ElementChange> Of(JsonText? before, JsonText? after)
    {
        var (former, next) = (Elements(before), Elements(after));
        var (formerValues, nextValues) = (former.ToDictionary(), next.ToDictionary());
        var changes = new List<ElementChange>();
        foreach (var (path, value) in former)
        {
            if (!nextValues.ContainsKey(path) && !IsToldByItsMembers(value, path, former))
            {
                changes.Add(new ElementChange(path, value.ToString(), null));
            }
        }

        foreach (var (path, value) in next)
        {
            if (!formerValues.TryGetValue(path, out var had))
            {
                if (!IsToldByItsMembers(value, path, next))
                {
                    changes.Add(new ElementChange(path, null, value.ToString()));
                }
            }
            else if (!had.SaysTheSame(value))
            {
                changes.Add(new ElementChange(path, had.ToString(), value.ToString()));
            }
        }

        return changes;
    }

    private static IReadOnlyList<KeyValuePair<string, JsonText>> Elements(JsonText? value) => value is { } text ? ElementTree.Decompose(text) : [];

    private static bool IsToldByItsMembers(JsonText value, string path, IReadOnlyList<KeyValuePair<string, JsonText>> elements) =>
        ElementTree.IsContainer(value) && elements.Any(element => ElementPath.IsBelow(element.Key, path));
}
