using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>compact --json</c>.</summary>
internal static class CompactJson
{
    public static void Write(Utf8JsonWriter writer, CompactReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "compact");
        writer.WriteWho(report.Space, report.Replica, report.Host, report.DryRun);
        writer.WriteTime("since", report.Since);
        writer.WriteNumber("publications", report.Publications);
        writer.WriteNumber("removed", report.Removed);
        writer.WriteNumber("bytes", report.Bytes);
        writer.WriteTime("begins", report.Begins);
        writer.WriteNumber("publication", report.Publication);
        writer.WriteOutcome(report.Warnings, report.Remotes, report.ExitCode, report.Elapsed);
        writer.WriteEndObject();
    }
}
