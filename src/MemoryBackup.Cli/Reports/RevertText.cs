using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>The result of <c>revert</c> for people: a summary, what changes, and what is left.</summary>
internal static class RevertText
{
    private const int NamedMax = 4;
    private const int ListedMax = 20;

    public static void Write(ProgramRun run, RevertReport report, RevertRequest request)
    {
        var palette = run.Output.Palette;
        string[][] parts =
        [
            run.IsQuiet ? [] : [Summary(report, request), .. MemoryChangesText.Lines(report.Changes, isWhole: report.DryRun, palette)],
            [.. Left(report, palette)],
            [.. ReportText.Warnings(report.Warnings, run)],
            [.. ReportText.Troubles(report.Remotes, palette)],
        ];
        foreach (var line in parts.SelectMany(part => part))
        {
            run.Output.Line(line);
        }
    }

    private static string Summary(RevertReport report, RevertRequest request)
    {
        var writers = string.Join(", ", report.Writers.Take(NamedMax).Select(by => VisibleText.Bounded(by.Replica)))
            + (report.Writers.Count > NamedMax ? $" and {report.Writers.Count - NamedMax:N0} more" : "");
        var (writes, deletes) = (report.Writers.Sum(by => by.Writes), report.Writers.Sum(by => by.Deletes));
        var found = Count.Of(writes, "write") + (deletes > 0 ? $" and {Count.Of(deletes, "delete")}" : "");
        var what = report.Changes.Count == 0 ? "nothing of it is to be changed"
            : $"{(report.DryRun ? "would have taken it back" : "taken back")}: {ReportText.Of(MemoryChangesText.Count(report.Changes))}";
        var end = report.DryRun ? " Nothing was written."
            : report.Changes.Count == 0 ? ""
            : $" The memory from before is the checkpoint {report.Checkpoint}. The next sync writes it into the files.{ReportText.Sent(report.Remotes, request.Offline)}";
        return $"{found} by {writers}: {what}.{end}";
    }

    private static IEnumerable<string> Left(RevertReport report, Palette palette)
    {
        if (report.NotTakenBack.Count == 0)
        {
            yield break;
        }

        yield return palette.Red($"Not taken back, {Count.Entries(report.NotTakenBack.Count)}:");
        foreach (var left in report.NotTakenBack.Take(report.DryRun ? int.MaxValue : ListedMax))
        {
            yield return $"  {VisibleText.Bounded(left.Key)}: {left.Reason}.";
        }

        if (!report.DryRun && report.NotTakenBack.Count > ListedMax)
        {
            yield return $"  and {report.NotTakenBack.Count - ListedMax:N0} more";
        }
    }
}
