using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>The result of <c>import</c> as one JSON object.</summary>
internal static class ImportJson
{
    public static void Write(Utf8JsonWriter writer, ImportReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "import");
        writer.WriteWho(report.Space, report.Replica, report.Host, report.DryRun);
        writer.WriteString("source", report.Source);
        writer.WriteObjects("found", report.Found, found =>
        {
            writer.WriteString("kind", found.Kind);
            writer.WriteString("name", found.Name);
            writer.WriteString("place", found.Place);
            writer.WriteNumber("entries", found.Entries);
            writer.WriteBoolean("known", found.Known);
        });
        writer.Write("recorded", report.Recorded);
        writer.Write("old_copies", report.OldCopies);
        writer.WriteStartObject("rejected");
        foreach (var (replica, reason) in report.Rejected)
        {
            writer.WriteString(replica, reason);
        }

        writer.WriteEndObject();
        writer.WriteNumber("publication", report.Publication);
        writer.WriteConflicts(report.Conflicts);
        writer.WriteOutcome(report.Warnings, report.Remotes, report.ExitCode, report.Elapsed);
        writer.WriteEndObject();
    }
}
