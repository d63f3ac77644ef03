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
        writer.WriteWho(report.Space, report.Replica, report.Host, report.DryRun);
        writer.WriteObjects("writers", report.Writers, by =>
        {
            writer.WriteString("replica", by.Replica);
            writer.WriteString("host", by.Host);
            writer.WriteNumber("writes", by.Writes);
            writer.WriteNumber("deletes", by.Deletes);
        });
        writer.WriteTime("since", report.Since);
        writer.WriteTime("until", report.Until);
        writer.WriteString("entry", report.Entry);
        writer.WriteString("checkpoint", report.Checkpoint);
        writer.WriteChanges(report.Changes);
        writer.WriteObjects("not_taken_back", report.NotTakenBack, left =>
        {
            writer.WriteString("key", left.Key);
            writer.WriteString("key_text", left.KeyText);
            writer.WriteString("reason", left.Reason);
        });
        writer.WriteNumber("publication", report.Publication);
        writer.WriteOutcome(report.Warnings, report.Remotes, report.ExitCode, report.Elapsed);
        writer.WriteEndObject();
    }
}
