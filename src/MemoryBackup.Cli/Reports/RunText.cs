using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>The result of <c>backup</c> and <c>sync</c> for people, readable aloud.</summary>
internal static class RunText
{
    public static void Write(ProgramRun run, string file, RunReport report, RunOptions options, bool isSync)
    {
        foreach (var line in Lines(run, file, report, options, isSync))
        {
            run.Output.Line(line);
        }
    }

    private static IEnumerable<string> Lines(ProgramRun run, string file, RunReport report, RunOptions options, bool isSync)
    {
        if (!run.IsQuiet)
        {
            yield return Summary(file, report, options, isSync);
        }

        string[][] parts =
        [
            run.IsQuiet ? [] : [.. ReportText.Conflicts(report.Conflicts, run.Output.Palette)],
            [.. ReportText.Warnings(report.Warnings, run)],
            [.. ReportText.Keys("Old copies of entries that were replaced or deleted, not written (--as-new writes them)", report.OldCopies)],
            [.. ReportText.Keys("Without a place in a file of this format", report.Unplaced)],
            [.. ReportText.Keys("Kept, since the program that wrote the file had not loaded them", report.KeptForStaleWriter)],
            [.. ReportText.Troubles(report.Remotes, run.Output.Palette)],
        ];
        foreach (var line in parts.SelectMany(part => part))
        {
            yield return line;
        }
    }

    private static string Summary(string file, RunReport report, RunOptions options, bool isSync)
    {
        var would = report.DryRun ? "would have " : "";
        var parts = new List<string>();
        if (report.Recorded.Any)
        {
            parts.Add($"{would}recorded {ReportText.Of(report.Recorded)}");
        }

        if (isSync && report.Received.Any)
        {
            parts.Add($"{would}received {ReportText.Of(report.Received)}");
        }

        var what = parts.Count > 0 ? string.Join("; ", parts) : "nothing new";
        var end = report.DryRun ? " Nothing was written." : ReportText.Sent(report.Remotes, options.Offline);
        return $"{VisibleText.Bounded(file, 1000)}: {what}. {Count.Entries(report.EntriesAfter)}.{end}";
    }
}
