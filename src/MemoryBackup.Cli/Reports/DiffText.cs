using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>diff</c> for people.</summary>
internal static class DiffText
{
    public static void Write(ProgramRun run, DiffReport report)
    {
        foreach (var line in Lines(report, run.Output.Palette).Concat(ReportText.Warnings(report.Warnings, run)))
        {
            run.Output.Line(line);
        }
    }

    private static IEnumerable<string> Lines(DiffReport report, Palette palette)
    {
        var counts = ReportText.Of(new Changes(Keys(report.Added), Keys(report.Changed), Keys(report.Removed)), gone: "removed");
        yield return $"From {Side(report.From)} to {Side(report.To)}: {(counts.Length > 0 ? counts : "no difference")}.";
        foreach (var (entries, sign, colour) in new (IReadOnlyList<EntryChange>, string, Func<string, string>)[]
        {
            (report.Added, "+", palette.Green), (report.Removed, "-", palette.Red), (report.Changed, "~", palette.Yellow),
        })
        {
            foreach (var entry in entries)
            {
                yield return colour($"{sign} {VisibleText.Bounded(entry.Key)}");
                foreach (var line in ChangeText.Lines(entry.Elements, palette, "    "))
                {
                    yield return line;
                }
            }
        }
    }

    private static string[] Keys(IReadOnlyList<EntryChange> entries) => [.. entries.Select(entry => entry.Key)];

    private static string Side(DiffSide side) => $"{(side.Kind == "time" ? "" : side.Kind + " ")}{VisibleText.Bounded(side.Name)} ({Count.Entries(side.Entries)})";
}
