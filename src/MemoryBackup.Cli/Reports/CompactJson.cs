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
        writer.WriteString("space", report.Space);
        writer.WriteString("replica", report.Replica);
        writer.WriteString("host", report.Host);
        writer.WriteBoolean("dry_run", report.DryRun);
        writer.WriteTime("since", report.Since);
        writer.WriteNumber("publications", report.Publications);
        writer.WriteNumber("removed", report.Removed);
        writer.WriteNumber("bytes", report.Bytes);
        writer.WriteTime("begins", report.Begins);
        writer.WriteNumber("publication", report.Publication);
        writer.Write("warnings", report.Warnings);
        writer.WriteRemotes(report.Remotes);
        writer.WriteExit(report.ExitCode);
        writer.WriteElapsed(report.Elapsed);
        writer.WriteEndObject();
    }
}
