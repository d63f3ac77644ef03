using MemoryBackup.Cli.Output;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>history</c> for people: a line an event, or with a key a paragraph.</summary>
internal static class HistoryText
{
    public static void Write(ResultOutput output, HistoryReport report)
    {
        foreach (var line in report.Key is null ? List(report) : OfEntry(report, output.Palette))
        {
            output.Line(line);
        }

        if (report.Events.Count == 0)
        {
            output.Line("Nothing happened.");
        }

        foreach (var begin in report.Begins)
        {
            output.Line($"The history of {VisibleText.Bounded(begin.Replica)} begins at {TimeText.Of(begin.Time)}, with publication {begin.Publication:N0}; what was before is gone.");
        }

        if (report.Found > report.Events.Count)
        {
            output.Line($"{Count.Of(report.Found - report.Events.Count, "older event")} not shown (--limit 0 shows all).");
        }
    }

    private static IEnumerable<string> List(HistoryReport report) => Columns.Of([.. report.Events.Select(Row)]);

    private static string[] Row(HistoryEvent happened) =>
    [
        Seconds(happened.Timestamp),
        VisibleText.Bounded(happened.Host),
        happened.Event,
        VisibleText.Bounded(happened.Key),
        happened.UniqueId is { } name ? VisibleText.Bounded(name) : "",
        $"v{happened.Version}",
        happened.Event is "added" or "deleted" ? "" : ChangeText.Names(happened.Elements),
    ];

    private static IEnumerable<string> OfEntry(HistoryReport report, Palette palette)
    {
        yield return palette.Bold(VisibleText.Bounded(report.Key!));
        foreach (var happened in report.Events)
        {
            var name = happened.UniqueId is { } id ? $"version {happened.Version}, {VisibleText.Bounded(id)}" : $"publication {happened.Publication} of {VisibleText.Bounded(happened.Replica)}";
            yield return $"{palette.Bold(VisibleText.Of(happened.Timestamp))} {happened.Event} by {VisibleText.Bounded(happened.Host)} ({name})";
            if (happened.Replaced.Count > (happened.UniqueId is null ? 0 : 1))
            {
                yield return $"  {(happened.UniqueId is null ? "removed" : "on top of")} {string.Join(" and ", happened.Replaced.Select(replaced => VisibleText.Bounded(replaced)))}";
            }

            foreach (var line in ChangeText.Lines(happened.Elements, palette, "  ").Concat(happened.Resolved.SelectMany(Resolved)))
            {
                yield return line;
            }
        }

        foreach (var line in ReportText.Conflicts(report.Conflicts, palette))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Resolved(ConflictReport conflict) => conflict.Others.Select(other =>
        $"  {ChangeText.Element(conflict.Element)} no longer has the alternative {ChangeText.Value(other.Json)} (by {VisibleText.Bounded(other.UniqueId)})");

    private static string Seconds(string stamp) => stamp.Length == 28 ? stamp[..19] + "Z" : VisibleText.Bounded(stamp);
}
