using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>retire</c> for people.</summary>
internal static class RetireText
{
    public static void Write(ProgramRun run, RetireReport report, bool isOffline)
    {
        if (!run.IsQuiet)
        {
            foreach (var line in Columns.Of([.. report.Retired.Select(Row)], "  ").Prepend(Sentence(report, isOffline)))
            {
                run.Output.Line(line);
            }

            foreach (var before in report.Already)
            {
                run.Output.Line($"{VisibleText.Of(before.Replica)} was retired before; {VisibleText.Of(before.Adopter)} has what it left.");
            }
        }

        foreach (var line in ReportText.Warnings(report.Warnings, run).Concat(ReportText.Troubles(report.Remotes, run.Output.Palette)))
        {
            run.Output.Line(line);
        }
    }

    private static string Sentence(RetireReport report, bool isOffline)
    {
        var sent = report.DryRun ? " Nothing was written." : ReportText.Sent(report.Remotes, isOffline);
        if (report.Retired.Count == 0)
        {
            return report.Remotes.Any(remote => remote.ExitCode != ExitCode.Done)
                ? "Retired nothing: whether a replica is gone, only the remote tells. With --offline, what is known here is taken over."
                : "Nothing to retire." + (report.DryRun ? "" : sent);
        }

        var entries = Count.Entries(report.Retired.Sum(retired => retired.Entries));
        return $"{(report.DryRun ? "Would have retired" : "Retired")} {Count.Of(report.Retired.Count, "replica")}, with {entries}.{sent}";
    }

    private static string[] Row(RetiredReplica retired) =>
    [
        VisibleText.Of(retired.Replica),
        VisibleText.Of(retired.Host),
        $"last seen {TimeText.Of(retired.LastSeen)}",
        Count.Entries(retired.Entries)
            + (retired.TakenAlong.Count > 0 ? $", and what it had of {string.Join(", ", retired.TakenAlong.Select(VisibleText.Of))}" : "")
            + (retired.RefDeleted == false ? "; its ref is still at the remote" : ""),
    ];
}
