using MemoryBackup.Cli.Output;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>status</c> for people.</summary>
internal static class StatusText
{
    private const string Indent = "  ";

    public static void Write(ResultOutput output, StatusReport report)
    {
        foreach (var line in Lines(report, output.Palette))
        {
            output.Line(line);
        }
    }

    private static IEnumerable<string> Lines(StatusReport report, Palette palette)
    {
        yield return $"Space {report.Space} in {VisibleText.Of(report.Repository)}: {Count.Entries(report.Entries)}.";
        yield return report.Replica is { } replica
            ? $"This store is {VisibleText.Of(replica)} (host {VisibleText.Of(report.Host)}), publication {report.Publication:N0}."
            : "Nothing was recorded here yet.";
        (string Heading, IEnumerable<string> Lines)[] tables =
        [
            ("Files", Columns.Of([.. report.Files.Select(File)], Indent)),
            ("Remotes", RemoteText.Lines(report.Remotes, palette, Indent)),
            ("Replicas", Columns.Of([.. report.Replicas.Where(replica => replica.Adopter is null).Select(Replica)], Indent)),
            ("Retired", Columns.Of([.. report.Replicas.Where(replica => replica.Adopter is not null).Select(Replica)], Indent)),
            ("Requests to forget", Columns.Of([.. report.Forgotten.Select(request => Request(request, report))], Indent)),
        ];
        foreach (var (heading, lines) in tables.Where(table => table.Lines.Any()))
        {
            yield return palette.Bold(heading);
            foreach (var line in lines)
            {
                yield return line;
            }
        }

        if (report.Forgotten.Any(request => request.Waiting.Count > 0))
        {
            yield return "  What has not been carried out yet is where that machine keeps and publishes it. It does so with its next run; a machine that is gone for good never will: memory-backup retire takes over what it left, without that.";
        }

        foreach (var line in ReportText.Conflicts(report.Conflicts, palette))
        {
            yield return line;
        }
    }

    private static string[] File(FileStatus file) => [VisibleText.Of(file.Path), file.Format, Count.Entries(file.Entries), file.State];

    private static string[] Request(ForgetStatus request, StatusReport report)
    {
        var all = request.Done + request.Waiting.Count;
        return
        [
            VisibleText.Of(request.Request[..Math.Min(12, request.Request.Length)]),
            TimeText.Of(request.RequestedAt),
            $"done by {request.Done:N0} of {Count.Of(all, "replica")}",
            request.Waiting.Count == 0 ? "" : "not yet by " + string.Join(", ", request.Waiting.Select(replica => Waiting(replica, report))),
        ];
    }

    private static string Waiting(string replica, StatusReport report) =>
        VisibleText.Of(replica) + (report.Replicas.FirstOrDefault(known => known.Replica == replica)?.LastSeen is { } seen ? $" (last seen {TimeText.Of(seen)})" : "");

    private static string[] Replica(ReplicaStatus replica) =>
    [
        VisibleText.Of(replica.Replica),
        VisibleText.Of(replica.Host),
        $"publication {replica.Publication:N0}",
        Count.Of(replica.Entries, "version"),
        (replica.Adopter is { } adopter ? $"taken over by {VisibleText.Of(adopter)}" : replica.LastSeen is { } seen ? $"last seen {TimeText.Of(seen)}" : "never seen")
            + (replica.AgeSeconds is { } age ? $" ({AgeText.Of(age)})" : ""),
        (replica.At.Count > 0 ? $"at {string.Join(", ", replica.At.Select(VisibleText.Of))}" : "at no remote")
            + (replica.IsOwn ? ", this store" : "")
            + (replica.Rejected is { } reason ? $"; a state was refused: {VisibleText.Bounded(reason, 1000)}" : ""),
    ];
}
