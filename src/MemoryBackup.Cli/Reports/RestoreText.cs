using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>The result of <c>restore</c> for people: a summary and what changes; or else the past itself, and everything else beside it on standard error.</summary>
internal static class RestoreText
{
    /// <param name="run">The run.</param>
    /// <param name="output">The file as it was named; <see langword="null"/> for none.</param>
    /// <param name="report">The result.</param>
    /// <param name="request">What was asked for.</param>
    public static void Write(ProgramRun run, string? output, RestoreReport report, RestoreRequest request)
    {
        Action<string> tell = run.Output.Line;
        var palette = run.Output.Palette;
        if (output is null && !request.IntoMemory)
        {
            run.Output.JsonText(report.Content.Span);
            (tell, palette) = (run.Errors.Line, run.Errors.Palette);
        }
        else if (!run.IsQuiet)
        {
            tell(request.IntoMemory ? IntoMemory(report, request) : IntoFile(output!, report, request));
        }

        string[][] parts =
        [
            run.IsQuiet ? [] : [.. MemoryChangesText.Lines(report.Changes, isWhole: report.DryRun, palette)],
            run.IsQuiet ? [] : [.. ReportText.Keys("Kept, since they were added later (--exact deletes them)", report.Kept)],
            [.. ReportText.Keys("Without a place in a file of this format", report.Unplaced)],
            [.. ReportText.Warnings(report.Warnings, run)],
            [.. ReportText.Troubles(report.Remotes, palette)],
        ];
        foreach (var line in parts.SelectMany(part => part))
        {
            tell(line);
        }
    }

    private static string IntoMemory(RestoreReport report, RestoreRequest request)
    {
        var changes = MemoryChangesText.Count(report.Changes);
        var what = !changes.Any ? "nothing to change; the memory says so already"
            : report.DryRun ? $"would have restored into the memory: {ReportText.Of(changes)}"
            : $"restored into the memory: {ReportText.Of(changes)}";
        var end = report.DryRun ? " Nothing was written."
            : (changes.Any ? " The next sync writes it into the files." : "") + ReportText.Sent(report.Remotes, request.Offline);
        return $"{Whence(report)}: {what}.{end}";
    }

    private static string IntoFile(string output, RestoreReport report, RestoreRequest request)
    {
        var what = report.DryRun ? $"would have written {Count.Entries(report.Entries)}. Nothing was written." : $"wrote {Count.Entries(report.Entries)}.";
        return $"{VisibleText.Bounded(output, 1000)}: {Whence(report)}: {what}{(request.Offline ? " Without fetching: offline." : "")}";
    }

    // “Ada as of 2026-…”, “Ada, version desk-k3….1:7”, “Memory as of 2026-…”.
    private static string Whence(RestoreReport report)
    {
        var subject = report.Entry is { } entry ? VisibleText.Bounded(entry) : "Memory";
        return report.At is { } time ? $"{subject} as of {TimeText.Of(time)}" : $"{subject}, version {VisibleText.Bounded(report.UniqueId ?? "")}";
    }
}
