using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>forget --json</c>.</summary>
internal static class ForgetJson
{
    public static void Write(Utf8JsonWriter writer, ForgetReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "forget");
        writer.WriteString("space", report.Space);
        writer.WriteString("replica", report.Replica);
        writer.WriteString("host", report.Host);
        writer.WriteBoolean("dry_run", report.DryRun);
        writer.WriteStartArray("forgotten");
        foreach (var entry in report.Forgotten)
        {
            writer.WriteStartObject();
            writer.WriteString("key", entry.Key);
            writer.WriteString("request", entry.Request);
            writer.WriteNumber("versions", entry.Versions);
            writer.Write("written_by", entry.WrittenBy);
            writer.WriteBoolean("is_live", entry.IsLive);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.Write("waiting", report.Waiting);
        writer.Write("files", report.Files);
        writer.Write("displaced", report.Displaced);
        writer.Write("other_refs", report.OtherRefs);
        writer.WriteNumber("publication", report.Publication);
        writer.Write("warnings", report.Warnings);
        writer.WriteRemotes(report.Remotes);
        writer.WriteExit(report.ExitCode);
        writer.WriteElapsed(report.Elapsed);
        writer.WriteEndObject();
    }
}
