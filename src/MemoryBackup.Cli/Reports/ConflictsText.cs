using MemoryBackup.Cli.Output;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>conflicts</c> for people.</summary>
internal static class ConflictsText
{
    private const int ChoicesMax = 5;

    public static void Write(ResultOutput output, ConflictsReport report)
    {
        output.Line(report.Conflicts.Count == 0 ? "No conflicts." : output.Palette.Yellow(Count.Of(report.Conflicts.Count, "conflict") + ":"));
        foreach (var line in report.Conflicts.SelectMany(conflict => Lines(conflict, output.Palette)))
        {
            output.Line(line);
        }
    }

    /// <summary>One conflict, a line for each of its values.</summary>
    public static IEnumerable<string> Lines(OpenConflict conflict, Palette palette)
    {
        yield return $"{palette.Bold(VisibleText.Bounded(conflict.Key))} {ChangeText.Element(conflict.Element)}";
        foreach (var line in Columns.Of([.. conflict.Values.Select(Row)], "  "))
        {
            yield return line;
        }
    }

    /// <summary>The choices in a message, a sentence that begins with a space; empty if there are none.</summary>
    public static string Choices(IReadOnlyList<OpenConflict> conflicts) => conflicts.Count == 0
        ? " There is no conflict to choose in."
        : " " + string.Join("; ", conflicts.Take(ChoicesMax).Select(Choices)) + (conflicts.Count > ChoicesMax ? $"; and {conflicts.Count - ChoicesMax:N0} more." : ".");

    private static string Choices(OpenConflict conflict) =>
        $"{VisibleText.Bounded(conflict.Key)} {ChangeText.Element(conflict.Element)}: {string.Join(", ", conflict.Values.Select(value => $"{value.Number}: {Value(value)}"))}";

    private static string[] Row(ConflictChoice value) =>
    [
        $"{value.Number}:",
        Value(value),
        value.UniqueId is { } name
            ? $"by {VisibleText.Bounded(value.Host ?? "")} ({VisibleText.Bounded(name)}), {VisibleText.Bounded(value.Timestamp ?? "")}{(value.Number == 0 ? ", shown" : "")}"
            : "shown",
    ];

    private static string Value(ConflictChoice value) => value.Value is { } json ? ChangeText.Value(json) : "(gone)";
}
