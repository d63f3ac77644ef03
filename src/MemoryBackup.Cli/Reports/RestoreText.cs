using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>The result of <c>restore</c> for people: a summary and what changes; or else the past itself, and everything else beside it on standard error.</summary>
internal static class RestoreText
{
    private const int ListedMax = 20;
    private const int ValueLengthMax = 120;

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
            run.IsQuiet ? [] : [.. Changes(report, palette)],
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
        var changes = new Changes(Keys(report, "added"), Keys(report, "changed"), Keys(report, "deleted"));
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

    private static IEnumerable<string> Changes(RestoreReport report, Palette palette)
    {
        // Whoever asks beforehand wants to see all of it.
        var shown = report.DryRun ? int.MaxValue : ListedMax;
        foreach (var change in report.Changes.Take(shown))
        {
            var whole = change is { Before: not null, After: not null } ? "" : $": {Value(change.Before ?? change.After)}";
            yield return $"  {palette.Bold(change.Change)} {VisibleText.Bounded(change.Key)}{whole}";
            foreach (var line in whole.Length > 0 ? [] : Elements(change.Elements, shown))
            {
                yield return line;
            }
        }

        if (report.Changes.Count > shown)
        {
            yield return $"  and {report.Changes.Count - shown:N0} more";
        }
    }

    private static IEnumerable<string> Elements(IReadOnlyList<ElementChange> elements, int shown)
    {
        foreach (var element in elements.Take(shown))
        {
            yield return $"    {Element(element)}: {Value(element.Before)} -> {Value(element.After)}";
        }

        if (elements.Count > shown)
        {
            yield return $"    and {elements.Count - shown:N0} more";
        }
    }

    private static string Element(ElementChange element) => element.Element.Length == 0 ? "(entry)" : VisibleText.Bounded(element.Element);

    private static string Value(string? json) => json is null ? "nothing" : VisibleText.Bounded(json, ValueLengthMax);

    private static string[] Keys(RestoreReport report, string change) =>
        [.. report.Changes.Where(changed => changed.Change == change).Select(changed => changed.Key)];
}
