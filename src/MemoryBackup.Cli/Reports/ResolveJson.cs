using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>conflicts resolve --json</c>.</summary>
internal static class ResolveJson
{
    public static void Write(Utf8JsonWriter writer, ResolveReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "conflicts resolve");
        writer.WriteString("space", report.Space);
        writer.WriteString("replica", report.Replica);
        writer.WriteString("host", report.Host);
        writer.WriteBoolean("dry_run", report.DryRun);
        writer.WriteStartArray("resolved");
        foreach (var settled in report.Resolved)
        {
            writer.WriteStartObject();
            writer.WriteString("key", settled.Key);
            writer.WriteString("element", settled.Element);
            writer.WriteJson("value", settled.Value);
            writer.WriteString("unique_id", settled.UniqueId);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("conflicts_left", report.ConflictsLeft);
        writer.WriteNumber("publication", report.Publication);
        writer.Write("warnings", report.Warnings);
        writer.WriteRemotes(report.Remotes);
        writer.WriteExit(report.ExitCode);
        writer.WriteElapsed(report.Elapsed);
        writer.WriteEndObject();
    }
}
