using MemoryBackup.Cli.Output;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>status</c> for people.</summary>
internal static class StatusText
{
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
        (string Heading, List<string[]> Rows)[] tables =
        [
            ("Files", [.. report.Files.Select(File)]),
            ("Remotes", [.. report.Remotes.Select(Remote)]),
            ("Replicas", [.. report.Replicas.Where(replica => replica.Adopter is null).Select(Replica)]),
            ("Retired", [.. report.Replicas.Where(replica => replica.Adopter is not null).Select(Replica)]),
        ];
        foreach (var (heading, rows) in tables.Where(table => table.Rows.Count > 0))
        {
            yield return palette.Bold(heading);
            foreach (var line in Columns.Of(rows, "  "))
            {
                yield return line;
            }
        }

        foreach (var line in ReportText.Conflicts(report.Conflicts, palette))
        {
            yield return line;
        }
    }

    private static string[] File(FileStatus file) => [VisibleText.Of(file.Path), file.Format, Count.Entries(file.Entries), file.State];

    private static string[] Remote(RemoteStatus remote) =>
    [
        VisibleText.Of(remote.Remote),
        VisibleText.Of(remote.Url),
        remote.Pending > 0 ? $"{Count.Of(remote.Pending, "publication")} pending" : "up to date",
        remote.ConfirmedAt is { } at ? $"confirmed {TimeText.Of(at)}" : "never confirmed",
        (remote.FetchedAt is { } fetched ? $"fetched {TimeText.Of(fetched)}" : "never fetched") + (remote.Failure is { } failure ? $"; last failure: {VisibleText.Bounded(failure, 1000)}" : ""),
    ];

    private static string[] Replica(ReplicaStatus replica) =>
    [
        VisibleText.Of(replica.Replica),
        VisibleText.Of(replica.Host),
        $"publication {replica.Publication:N0}",
        Count.Of(replica.Entries, "version"),
        (replica.Adopter is { } adopter ? $"taken over by {VisibleText.Of(adopter)}" : replica.LastSeen is { } seen ? $"last seen {TimeText.Of(seen)}" : "never seen")
            + (replica.IsOwn ? ", this store" : "")
            + (replica.Rejected is { } reason ? $"; a newer state was refused: {VisibleText.Bounded(reason, 1000)}" : ""),
    ];
}
