using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>forget</c> for people: what went, and what it cannot reach.</summary>
internal static class ForgetText
{
    public static void Write(ProgramRun run, ForgetReport report, bool isOffline)
    {
        if (!run.IsQuiet)
        {
            foreach (var line in Done(report, isOffline))
            {
                run.Output.Line(line);
            }
        }

        foreach (var line in Left(report).Concat(ReportText.Warnings(report.Warnings, run)).Concat(ReportText.Troubles(report.Remotes, run.Output.Palette)))
        {
            run.Output.Line(line);
        }
    }

    private static IEnumerable<string> Done(ForgetReport report, bool isOffline)
    {
        foreach (var entry in report.Forgotten)
        {
            var by = string.Join(", ", entry.WrittenBy.Select(replica => VisibleText.Bounded(replica)));
            var request = entry.Request is { } id ? $", request {VisibleText.Bounded(id)}" : "";
            yield return $"{VisibleText.Bounded(entry.Key)}: {Count.Of(entry.Versions, "version")} by {by}{(entry.IsLive ? "" : ", deleted before")}{request}";
        }

        var count = Count.Entries(report.Forgotten.Count);
        yield return report.DryRun
            ? $"Would erase {count}, history included, and ask {Others(report)} to do the same. Nothing was done."
            : $"Erased {count} from this store, history included.{ReportText.Sent(report.Remotes, isOffline)}";
    }

    private static IEnumerable<string> Left(ForgetReport report)
    {
        var tense = report.DryRun ? "would still have" : "still have";
        if (report.Waiting.Count > 0 && !report.DryRun)
        {
            yield return $"Not carried out yet by {string.Join(", ", report.Waiting.Select(replica => VisibleText.Bounded(replica)))}: with their next run; memory-backup status tells.";
        }

        foreach (var line in ReportText.Keys($"Files that {tense} it, until a sync takes it out of them", report.Files)
            .Concat(ReportText.Keys("Former contents of files, which go when no program has them open any more", report.Displaced))
            .Concat(ReportText.Keys("Other refs of this repository that lead to the former history; delete or fetch them anew, then run git gc --prune=now", report.OtherRefs)))
        {
            yield return line;
        }

        yield return "Out of reach: files on machines that only back up, other clones and backups, and what a remote keeps until it tidies up: git gc --prune=now in the remote repository, after the others did their part.";
    }

    private static string Others(ForgetReport report) => report.Waiting.Count == 0 ? "every other machine" : Count.Of(report.Waiting.Count, "other replica");
}
