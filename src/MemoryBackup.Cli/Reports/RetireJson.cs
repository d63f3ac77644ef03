using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>retire --json</c>.</summary>
internal static class RetireJson
{
    public static void Write(Utf8JsonWriter writer, RetireReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "retire");
        writer.WriteString("space", report.Space);
        writer.WriteString("replica", report.Replica);
        writer.WriteString("host", report.Host);
        writer.WriteBoolean("dry_run", report.DryRun);
        writer.WriteStartArray("retired");
        foreach (var retired in report.Retired)
        {
            writer.WriteStartObject();
            writer.WriteString("replica", retired.Replica);
            writer.WriteString("host", retired.Host);
            writer.WriteNumber("publication", retired.Publication);
            writer.WriteNumber("entries", retired.Entries);
            writer.WriteTime("last_seen", retired.LastSeen);
            writer.Write("taken_along", retired.TakenAlong);
            if (retired.RefDeleted is { } deleted)
            {
                writer.WriteBoolean("ref_deleted", deleted);
            }
            else
            {
                writer.WriteNull("ref_deleted");
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("already");
        foreach (var before in report.Already)
        {
            writer.WriteStartObject();
            writer.WriteString("replica", before.Replica);
            writer.WriteString("adopter", before.Adopter);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("publication", report.Publication);
        writer.Write("warnings", report.Warnings);
        writer.WriteRemotes(report.Remotes);
        writer.WriteExit(report.ExitCode);
        writer.WriteElapsed(report.Elapsed);
        writer.WriteEndObject();
    }
}
