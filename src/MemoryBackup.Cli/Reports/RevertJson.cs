using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>The result of <c>revert</c> as one JSON object.</summary>
internal static class RevertJson
{
    public static void Write(Utf8JsonWriter writer, RevertReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "revert");
        writer.WriteString("space", report.Space);
        writer.WriteString("replica", report.Replica);
        writer.WriteString("host", report.Host);
        writer.WriteBoolean("dry_run", report.DryRun);
        writer.WriteStartArray("writers");
        foreach (var by in report.Writers)
        {
            writer.WriteStartObject();
            writer.WriteString("replica", by.Replica);
            writer.WriteString("host", by.Host);
            writer.WriteNumber("writes", by.Writes);
            writer.WriteNumber("deletes", by.Deletes);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteTime("since", report.Since);
        writer.WriteTime("until", report.Until);
        writer.WriteString("entry", report.Entry);
        writer.WriteString("checkpoint", report.Checkpoint);
        writer.WriteChanges(report.Changes);
        writer.WriteStartArray("not_taken_back");
        foreach (var left in report.NotTakenBack)
        {
            writer.WriteStartObject();
            writer.WriteString("key", left.Key);
            writer.WriteString("key_text", left.KeyText);
            writer.WriteString("reason", left.Reason);
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
