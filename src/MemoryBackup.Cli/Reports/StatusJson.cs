using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>status --json</c>.</summary>
internal static class StatusJson
{
    public static void Write(Utf8JsonWriter writer, StatusReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "status");
        writer.WriteString("repository", report.Repository);
        writer.WriteString("space", report.Space);
        writer.WriteString("replica", report.Replica);
        writer.WriteString("host", report.Host);
        writer.WriteNumber("publication", report.Publication);
        writer.WriteNumber("entries", report.Entries);
        writer.WriteConflicts(report.Conflicts);
        writer.WriteObjects("files", report.Files, file =>
        {
            writer.WriteString("path", file.Path);
            writer.WriteString("format", file.Format);
            writer.WriteNumber("entries", file.Entries);
            writer.WriteString("state", file.State);
        });
        writer.WriteStatuses(report.Remotes);
        writer.WriteObjects("replicas", report.Replicas, replica =>
        {
            writer.WriteString("replica", replica.Replica);
            writer.WriteString("host", replica.Host);
            writer.WriteBoolean("is_own", replica.IsOwn);
            writer.WriteNumber("publication", replica.Publication);
            writer.WriteNumber("entries", replica.Entries);
            writer.WriteTime("last_seen", replica.LastSeen);
            writer.WriteOptional("age_seconds", replica.AgeSeconds);
            writer.Write("at", replica.At);
            writer.WriteString("rejected", replica.Rejected);
            writer.WriteString("adopter", replica.Adopter);
        });
        writer.WriteObjects("forgotten", report.Forgotten, request =>
        {
            writer.WriteString("request", request.Request);
            writer.WriteTime("requested_at", request.RequestedAt);
            writer.WriteNumber("done", request.Done);
            writer.Write("waiting", request.Waiting);
        });
        writer.WriteEndObject();
    }
}
