using MemoryBackup.Cli.Output;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>What changed in an entry, for people: <c>+ /tags#new</c>, <c>- /old: 1</c>, <c>~ /age: 41 → 42</c>.</summary>
internal static class ChangeText
{
    private const int ValueLengthMax = 120;
    private const int NamedMax = 4;

    /// <summary>The elements, a line each.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<ElementChange> changes, Palette palette, string indent) => changes.Select(change => indent + (change switch
    {
        { Before: null } => palette.Green($"+ {Name(change)}{After(change, change.After!)}"),
        { After: null } => palette.Red($"- {Name(change)}{After(change, change.Before)}"),
        _ => palette.Yellow($"~ {Name(change)}: {Value(change.Before)} → {Value(change.After)}"),
    }));

    /// <summary>The elements by their names alone, the first of many.</summary>
    public static string Names(IReadOnlyList<ElementChange> changes) =>
        string.Join(' ', changes.Take(NamedMax).Select(change => (change.Before is null ? "+" : change.After is null ? "-" : "") + Name(change)))
        + (changes.Count > NamedMax ? $" and {changes.Count - NamedMax:N0} more" : "");

    public static string Value(string json) => VisibleText.Bounded(json, ValueLengthMax);

    /// <summary>An element's path; the entry itself has none.</summary>
    public static string Element(string path) => path.Length == 0 ? "(entry)" : VisibleText.Bounded(path, ValueLengthMax);

    // That a member of a set is there says the path already.
    private static string After(ElementChange change, string json) => change.Element.LastIndexOfAny(['/', '#']) is >= 0 and var step && change.Element[step] == '#' ? "" : ": " + Value(json);

    private static string Name(ElementChange change) => Element(change.Element);
}
