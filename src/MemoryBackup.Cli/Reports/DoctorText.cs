using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Store.Verifying;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>doctor</c> for people: topic by topic, how things are and what is wrong; quietly, only what is wrong.</summary>
internal static class DoctorText
{
    private const int LengthMax = 300;

    public static void Write(ProgramRun run, DoctorReport report)
    {
        var output = run.Output;
        foreach (var topic in report.Topics)
        {
            if (!run.IsQuiet)
            {
                var worst = topic.Findings.Select(finding => (Severity?)finding.Severity).Max();
                output.Line($"{output.Palette.Bold(topic.Topic)}{(worst is null or Severity.Note ? output.Palette.Dim(": ok") : "")}");
                foreach (var line in Columns.Of([.. topic.Facts.Select(fact => new[] { VisibleText.Bounded(fact.Name, LengthMax), VisibleText.Bounded(fact.Value, LengthMax) })], "  "))
                {
                    output.Line(line);
                }
            }

            foreach (var line in topic.Findings.Where(finding => !run.IsQuiet || finding.Severity > Severity.Note).SelectMany(finding => FindingText.Lines(finding, output.Palette)))
            {
                output.Line(run.IsQuiet ? line : "  " + line);
            }
        }

        if (!run.IsQuiet)
        {
            output.Line($"Altogether: {FindingText.Count([.. report.Topics.SelectMany(topic => topic.Findings)])}.");
        }
    }
}
