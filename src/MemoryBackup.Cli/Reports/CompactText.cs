using System.Globalization;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>compact</c> for people.</summary>
internal static class CompactText
{
    public static void Write(ProgramRun run, CompactReport report, bool isOffline)
    {
        if (!run.IsQuiet)
        {
            run.Output.Line(Sentence(report) + (report.DryRun ? " Nothing was done." : ReportText.Sent(report.Remotes, isOffline)));
        }

        foreach (var line in ReportText.Warnings(report.Warnings, run).Concat(ReportText.Troubles(report.Remotes, run.Output.Palette)))
        {
            run.Output.Line(line);
        }
    }

    private static string Sentence(CompactReport report)
    {
        if (report.Removed == 0)
        {
            return report.Publications == 0
                ? "Nothing was published by this store yet."
                : $"Nothing that happened before {TimeText.Of(report.Since)} could go: {Count.Of(report.Publications, "publication")}, the oldest of {TimeText.Of(report.Begins!.Value)}.";
        }

        var gone = $"{report.Removed:N0} of {Count.Of(report.Publications, "publication")}, about {Size(report.Bytes)}";
        return $"{(report.DryRun ? "Would take out" : "Took out")} {gone}. History {(report.DryRun ? "would begin" : "begins")} at {TimeText.Of(report.Begins!.Value)}.";
    }

    private static string Size(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.0} MiB"),
    };
}
