using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>remote …</c> for people, and the remotes of <c>status</c>.</summary>
internal static class RemoteText
{
    private const int ListedMax = 20;

    public static void Write(ResultOutput output, RemoteListReport report)
    {
        if (report.Remotes.Count == 0)
        {
            output.Line("No remotes. Add one with memory-backup remote add NAME URL.");
        }

        foreach (var line in Lines(report.Remotes, output.Palette, ""))
        {
            output.Line(line);
        }
    }

    public static void Write(ProgramRun run, RemoteAddReport report)
    {
        if (!run.IsQuiet)
        {
            var found = report.Replicas switch
            {
                _ when report.Failure is not null => "",
                null => " Not asked: offline.",
                0 when report.Spaces.Count == 0 => " It answers, and is empty.",
                0 => $" It answers, and has nothing in the space {report.Space}, but in {VisibleText.Bounded(string.Join(", ", report.Spaces))}.",
                { } count => $" It answers, and has {Count.Of(count, "replica")} in the space {report.Space}.",
            };
            run.Output.Line($"{(report.Added ? "Added the remote" : "Uses the remote")} {VisibleText.Of(report.Remote)}: {VisibleText.Of(report.Url)}.{found}");
        }

        WriteWarnings(run, report.Warnings);
        if (report.Failure is { } failure)
        {
            run.Errors.Line($"{run.Errors.Palette.Red("Not reached:")} {VisibleText.Bounded(failure, 1000)}");
            run.Errors.Line("  " + VisibleText.Bounded(report.Remedy ?? "", 1000));
        }
    }

    public static void Write(ProgramRun run, RemoteRemoveReport report)
    {
        if (!run.IsQuiet)
        {
            run.Output.Line(report.Removed
                ? $"Removed the remote {VisibleText.Of(report.Remote)}. What it has stays there."
                : $"The remote {VisibleText.Of(report.Remote)} is not used any more; it stays in the repository's configuration.");
        }

        WriteWarnings(run, report.Warnings);
    }

    /// <summary>Remotes, a line each, and under it what each lacks and what of it was refused.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<RemoteStatus> remotes, Palette palette, string indent)
    {
        var rows = Columns.Of([.. remotes.Select(Row)], indent).ToList();
        for (var i = 0; i < rows.Count; i++)
        {
            yield return rows[i];
            if (remotes[i].Failure is { } failure)
            {
                var since = remotes[i].FailingSince is { } time ? $" since {TimeText.Of(time)}" : "";
                yield return $"{indent}  {palette.Red("failing")}{since}: {VisibleText.Bounded(failure, 1000)}";
            }

            if (remotes[i] is { Used: true, Lacks.Count: > 0 })
            {
                yield return $"{indent}  lacks the newest of {Count.Of(remotes[i].Lacks.Count, "other replica")}: {Names(remotes[i].Lacks)}";
            }

            if (remotes[i].Rejected.Count > 0)
            {
                yield return $"{indent}  {palette.Yellow("refused")} {Count.Of(remotes[i].Rejected.Count, "ref")} of it:";
            }

            foreach (var rejected in remotes[i].Rejected.Take(ListedMax))
            {
                yield return $"{indent}    {VisibleText.Bounded(rejected.Replica)}, since {TimeText.Of(rejected.Since)} ({AgeText.Of(rejected.AgeSeconds)}): {VisibleText.Bounded(rejected.Reason, 1000)}";
            }

            if (remotes[i].Rejected.Count > ListedMax)
            {
                yield return $"{indent}    and {remotes[i].Rejected.Count - ListedMax:N0} more";
            }
        }
    }

    private static string[] Row(RemoteStatus remote) =>
    [
        VisibleText.Of(remote.Remote),
        VisibleText.Of(remote.Url),
        !remote.Used ? "not used"
            : remote.Pending > 0 ? $"{Count.Of(remote.Pending, "publication")} pending{(remote.PendingSince is { } since ? $" since {TimeText.Of(since)}" : "")}"
            : "up to date",
        remote.ConfirmedAt is { } at ? $"confirmed publication {remote.Confirmed:N0} at {TimeText.Of(at)}" : "never confirmed anything",
        remote.FetchedAt is { } fetched ? $"fetched {TimeText.Of(fetched)}" : "never fetched",
    ];

    private static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(ListedMax).Select(name => VisibleText.Bounded(name))) + (names.Count > ListedMax ? $" and {names.Count - ListedMax:N0} more" : "");

    private static void WriteWarnings(ProgramRun run, IReadOnlyList<string> warnings)
    {
        foreach (var line in ReportText.Warnings(warnings, run))
        {
            run.Output.Line(line);
        }
    }
}
