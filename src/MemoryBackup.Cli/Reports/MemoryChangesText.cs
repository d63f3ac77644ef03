using MemoryBackup.Cli.Output;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>What a restore or a revert does to the memory, for people.</summary>
internal static class MemoryChangesText
{
    private const int ListedMax = 20;
    private const int ValueLengthMax = 120;

    /// <summary>The keys by what happens to them.</summary>
    public static Changes Count(IReadOnlyList<RestoreChange> changes) => new(Keys(changes, "added"), Keys(changes, "changed"), Keys(changes, "deleted"));

    /// <summary>The entries and what changes in them, a line each.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="isWhole">All of them, which is what one wants who asks beforehand; otherwise the first of many.</param>
    /// <param name="palette">The colours.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<RestoreChange> changes, bool isWhole, Palette palette)
    {
        var shown = isWhole ? int.MaxValue : ListedMax;
        foreach (var change in changes.Take(shown))
        {
            var whole = change is { Before: not null, After: not null } ? "" : $": {Value(change.Before ?? change.After)}";
            var beside = whole.Length == 0 && change.Elements.Count == 0 ? ": what stood beside what it shows" : "";
            yield return $"  {palette.Bold(change.Change)} {VisibleText.Bounded(change.Key)}{whole}{beside}";
            foreach (var line in whole.Length > 0 ? [] : Elements(change.Elements, shown))
            {
                yield return line;
            }
        }

        if (changes.Count > shown)
        {
            yield return $"  and {changes.Count - shown:N0} more";
        }
    }

    private static IEnumerable<string> Elements(IReadOnlyList<ElementChange> elements, int shown)
    {
        foreach (var element in elements.Take(shown))
        {
            yield return $"    {Element(element)}: {Value(element.Before)} -> {Value(element.After)}";
        }

        if (elements.Count > shown)
        {
            yield return $"    and {elements.Count - shown:N0} more";
        }
    }

    private static string Element(ElementChange element) => element.Element.Length == 0 ? "(entry)" : VisibleText.Bounded(element.Element);

    private static string Value(string? json) => json is null ? "nothing" : VisibleText.Bounded(json, ValueLengthMax);

    private static string[] Keys(IReadOnlyList<RestoreChange> changes, string change) =>
        [.. changes.Where(changed => changed.Change == change).Select(changed => changed.Key)];
}
