using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>The result of <c>import</c> for people.</summary>
internal static class ImportText
{
    private const int ListedMax = 20;
    private const string ReplicaKind = "replica";

    public static void Write(ProgramRun run, string source, ImportReport report, bool isOffline)
    {
        foreach (var line in Lines(run, source, report, isOffline))
        {
            run.Output.Line(line);
        }
    }

    private static IEnumerable<string> Lines(ProgramRun run, string source, ImportReport report, bool isOffline)
    {
        if (!run.IsQuiet)
        {
            yield return Summary(source, report, isOffline);
            foreach (var found in report.Found.Take(ListedMax))
            {
                yield return "  " + Found(found);
            }

            if (report.Found.Count > ListedMax)
            {
                yield return $"  and {report.Found.Count - ListedMax:N0} more";
            }
        }

        string[][] parts =
        [
            run.IsQuiet ? [] : [.. ReportText.Conflicts(report.Conflicts, run.Output.Palette)],
            [.. ReportText.Warnings(report.Warnings, run)],
            [.. ReportText.Keys("Old copies of entries that were replaced or deleted, not written (--as-new writes them)", report.OldCopies)],
            [.. ReportText.Troubles(report.Remotes, run.Output.Palette)],
        ];
        foreach (var line in parts.SelectMany(part => part))
        {
            yield return line;
        }
    }

    private static string Summary(string source, ImportReport report, bool isOffline)
    {
        var what = report.Recorded.Any ? $"{(report.DryRun ? "would have imported" : "imported")} {ReportText.Of(report.Recorded)}" : "nothing new";
        var end = report.DryRun ? " Nothing was written." : ReportText.Sent(report.Remotes, isOffline);
        return $"{VisibleText.Bounded(source, 1000)}: {what}.{end}";
    }

    private static string Found(ImportFound found)
    {
        var name = VisibleText.Bounded(found.Name, 1000);
        var place = VisibleText.Bounded(found.Place, 1000);
        return found.Kind == ReplicaKind
            ? $"{name}, a replica of the store {place}: {Count.Of(found.Entries, "version")}{(found.Known ? ", nothing newer than here" : "")}"
            : $"{name}, {(found.Kind == "script-file" ? "a file of the script" : "a memory file")} in {place}: {Count.Entries(found.Entries)}{(found.Known ? ", imported before" : "")}";
    }
}
