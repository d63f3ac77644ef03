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
        writer.WriteWho(report.Space, report.Replica, report.Host, report.DryRun);
        writer.WriteObjects("resolved", report.Resolved, settled =>
        {
            writer.WriteString("key", settled.Key);
            writer.WriteString("element", settled.Element);
            writer.WriteJson("value", settled.Value);
            writer.WriteString("unique_id", settled.UniqueId);
        });
        writer.WriteNumber("conflicts_left", report.ConflictsLeft);
        writer.WriteNumber("publication", report.Publication);
        writer.WriteOutcome(report.Warnings, report.Remotes, report.ExitCode, report.Elapsed);
        writer.WriteEndObject();
    }
}
