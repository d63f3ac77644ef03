using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>The result of <c>merge</c>: a summary for people if it went into a file; else the memory itself, and everything else beside it on standard error.</summary>
internal static class MergeText
{
    public static void Write(ProgramRun run, string? output, MergeReport report, RunOptions options)
    {
        Action<string> tell = run.Output.Line;
        var palette = run.Output.Palette;
        if (output is null)
        {
            run.Output.JsonText(report.Json.Span);
            (tell, palette) = (run.Errors.Line, run.Errors.Palette);
        }
        else if (!run.IsQuiet)
        {
            tell(Summary(output, report, options));
        }

        string[][] parts =
        [
            run.IsQuiet ? [] : [.. ReportText.Conflicts(report.Conflicts, palette)],
            [.. ReportText.Warnings(report.Warnings, run)],
            [.. ReportText.Troubles(report.Remotes, palette)],
        ];
        foreach (var line in parts.SelectMany(part => part))
        {
            tell(line);
        }
    }

    private static string Summary(string output, MergeReport report, RunOptions options)
    {
        var imported = report.Imported.Count > 0 ? $" Took in {Count.Of(report.Imported.Count, "file")} of the script." : "";
        var whence = $"{Count.Entries(report.Entries)} of {Count.Of(report.Replicas, "replica")}";
        var what = report.DryRun ? $"would have merged {whence}. Nothing was written." : $"merged {whence}.";
        return $"{VisibleText.Bounded(output, 1000)}: {what}{imported}{(options.Offline ? " Without fetching: offline." : "")}";
    }
}
