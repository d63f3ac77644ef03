using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>verify</c> for people: what was repaired, what is not as it should be, and one sentence at the end.</summary>
internal static class VerifyText
{
    private const int LengthMax = 1000;

    public static void Write(ProgramRun run, VerifyReport report)
    {
        var output = run.Output;
        foreach (var step in report.Repairs)
        {
            output.Line($"{output.Palette.Green("Repaired:")} {VisibleText.Bounded(step.What, LengthMax)}.");
            if (step.Kept is { } kept)
            {
                output.Line($"  Kept: {VisibleText.Bounded(kept, LengthMax)}");
            }
        }

        foreach (var undone in report.Undone)
        {
            output.Line($"{output.Palette.Yellow("Not done:")} {VisibleText.Bounded(undone, LengthMax)}");
        }

        foreach (var line in report.Findings.SelectMany(finding => FindingText.Lines(finding, output.Palette)))
        {
            output.Line(line);
        }

        if (!run.IsQuiet)
        {
            output.Line(Sum(report));
        }
    }

    private static string Sum(VerifyReport report)
    {
        var laws = report.Orders > 0 ? $" Laws hold in {report.Orders} random orders (--seed {report.Seed})." : "";
        var broken = report.Findings.Any(finding => finding.Code is Store.Verifying.FindingCode.JoinDependsOnOrder);
        return $"Space {report.Space} in {VisibleText.Of(report.Repository)}: {Count.Of(report.States, "replica")}, {Count.Of(report.Versions, "version")}, {Count.Of(report.Files, "file")}: "
            + $"{FindingText.Count(report.Findings)}.{(report.Quick ? " Not every object was read (--quick)." : "")}{(broken ? "" : laws)}";
    }
}
