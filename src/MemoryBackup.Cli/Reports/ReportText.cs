using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>The parts that several reports share, as sentences for people.</summary>
internal static class ReportText
{
    private const int ListedMax = 20;
    private const int ValueLengthMax = 120;

    /// <summary><c>1 added, 2 changed</c>; empty for none.</summary>
    public static string Of(Changes changes, string gone = "deleted") => string.Join(", ", new[] { (changes.Added, "added"), (changes.Changed, "changed"), (changes.Deleted, gone) }
        .Where(part => part.Item1.Count > 0)
        .Select(part => $"{part.Item1.Count:N0} {part.Item2}"));

    /// <summary>What became of the remotes, a sentence that begins with a space; empty if there is nothing to say.</summary>
    public static string Sent(IReadOnlyList<RemoteReport> remotes, bool isOffline)
    {
        if (isOffline)
        {
            return " Not sent: offline.";
        }

        if (remotes.Count == 0)
        {
            return " Kept in this store; it has no remote.";
        }

        var sent = Names(remotes.Where(remote => remote is { Failure: null, Pushed: true }));
        var unchanged = remotes.Where(remote => remote is { Failure: null, Pushed: false, Confirmed: true }).ToList();
        return (sent.Length > 0 ? $" Sent to {sent}." : "")
            + (unchanged.Count > 0 ? $" {Names(unchanged)} {(unchanged.Count == 1 ? "is" : "are")} up to date." : "");
    }

    /// <summary>Conflicts, a line each: <c>Ada /age: shows 42, also 41 (by build-7-k3:17, 2026-…)</c>.</summary>
    public static IEnumerable<string> Conflicts(IReadOnlyList<ConflictReport> conflicts, Palette palette)
    {
        if (conflicts.Count == 0)
        {
            yield break;
        }

        yield return palette.Yellow(Count.Of(conflicts.Count, "conflict") + ":");
        foreach (var conflict in conflicts.Take(ListedMax))
        {
            var shown = conflict.Shown is { } value ? $"shows {Value(value)}" : "shows nothing";
            var others = string.Join(", ", conflict.Others.Select(other => $"also {Value(other)} (by {VisibleText.Bounded(other.UniqueId)}, {VisibleText.Bounded(other.Timestamp)})"));
            yield return $"  {VisibleText.Bounded(conflict.Key)} {VisibleText.Bounded(conflict.Element)}: {shown}, {others}";
        }

        if (conflicts.Count > ListedMax)
        {
            yield return $"  and {conflicts.Count - ListedMax:N0} more";
        }
    }

    /// <summary>Warnings that the log on the same screen has not just shown.</summary>
    public static IEnumerable<string> Warnings(IReadOnlyList<string> warnings, ProgramRun run) => warnings
        .Where(warning => !run.LogsToStandardError || run.Log?.HasWarned(warning) != true)
        .Select(warning => $"{run.Output.Palette.Yellow("Warning:")} {VisibleText.Of(warning)}");

    /// <summary>Remotes that did not take everything, and refs that were refused.</summary>
    public static IEnumerable<string> Troubles(IReadOnlyList<RemoteReport> remotes, Palette palette)
    {
        foreach (var remote in remotes)
        {
            if (remote.Failure is { } failure)
            {
                yield return $"{palette.Red("Pending")} for {VisibleText.Of(remote.Remote)}: {VisibleText.Bounded(failure, 1000)}";
                if (remote.Remedy?.Contains("goes out with the next run", StringComparison.Ordinal) != true)
                {
                    yield return "  Saved here; it goes out with the next run.";
                }

                if (remote.Remedy is { Length: > 0 } remedy)
                {
                    yield return "  " + VisibleText.Bounded(remedy, 1000);
                }
            }

            foreach (var (replica, reason) in remote.Rejected)
            {
                yield return $"{palette.Yellow("Refused")} {VisibleText.Bounded(replica)} from {VisibleText.Of(remote.Remote)}: {VisibleText.Bounded(reason, 1000)} Its last good state stays in use.";
            }
        }
    }

    /// <summary>Keys under a heading, the first of many.</summary>
    public static IEnumerable<string> Keys(string heading, IReadOnlyList<string> keys)
    {
        if (keys.Count > 0)
        {
            var more = keys.Count > ListedMax ? $" and {keys.Count - ListedMax:N0} more" : "";
            yield return $"{heading}: {string.Join(", ", keys.Take(ListedMax).Select(key => VisibleText.Bounded(key)))}{more}";
        }
    }

    private static string Value(ConflictValue value) => VisibleText.Bounded(value.Json, ValueLengthMax);

    private static string Names(IEnumerable<RemoteReport> remotes) => string.Join(", ", remotes.Select(remote => VisibleText.Of(remote.Remote)));
}
