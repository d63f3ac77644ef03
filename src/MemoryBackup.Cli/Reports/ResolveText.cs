using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>conflicts resolve</c> for people.</summary>
internal static class ResolveText
{
    public static void Write(ProgramRun run, ResolveReport report, bool isOffline)
    {
        if (!run.IsQuiet)
        {
            foreach (var settled in report.Resolved)
            {
                var value = settled.Value is { } json ? ChangeText.Value(json) : "(gone)";
                run.Output.Line($"{VisibleText.Bounded(settled.Key)} {ChangeText.Element(settled.Element)}: {(report.DryRun ? "would be" : "is")} {value}");
            }

            var end = report.DryRun ? " Nothing was written." : ReportText.Sent(report.Remotes, isOffline);
            var left = report.ConflictsLeft == 0 ? "none left" : $"{report.ConflictsLeft:N0} left";
            run.Output.Line($"{(report.DryRun ? "Would have resolved" : "Resolved")} {Count.Of(report.Resolved.Count, "conflict")}, {left}.{end}");
        }

        foreach (var line in ReportText.Warnings(report.Warnings, run).Concat(ReportText.Troubles(report.Remotes, run.Output.Palette)))
        {
            run.Output.Line(line);
        }
    }
}
