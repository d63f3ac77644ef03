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
        writer.WriteWho(report.Space, report.Replica, report.Host, report.DryRun);
        writer.WriteObjects("retired", report.Retired, retired =>
        {
            writer.WriteString("replica", retired.Replica);
            writer.WriteString("host", retired.Host);
            writer.WriteNumber("publication", retired.Publication);
            writer.WriteNumber("entries", retired.Entries);
            writer.WriteTime("last_seen", retired.LastSeen);
            writer.Write("taken_along", retired.TakenAlong);
            writer.WriteOptional("ref_deleted", retired.RefDeleted);
        });
        writer.WriteObjects("already", report.Already, before =>
        {
            writer.WriteString("replica", before.Replica);
            writer.WriteString("adopter", before.Adopter);
        });
        writer.WriteNumber("publication", report.Publication);
        writer.WriteOutcome(report.Warnings, report.Remotes, report.ExitCode, report.Elapsed);
        writer.WriteEndObject();
    }
}
