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
        writer.WriteWho(report.Space, report.Replica, report.Host, report.DryRun);
        writer.WriteObjects("forgotten", report.Forgotten, entry =>
        {
            writer.WriteString("key", entry.Key);
            writer.WriteString("request", entry.Request);
            writer.WriteNumber("versions", entry.Versions);
            writer.Write("written_by", entry.WrittenBy);
            writer.WriteBoolean("is_live", entry.IsLive);
        });
        writer.Write("waiting", report.Waiting);
        writer.Write("files", report.Files);
        writer.Write("displaced", report.Displaced);
        writer.Write("other_refs", report.OtherRefs);
        writer.WriteNumber("publication", report.Publication);
        writer.WriteOutcome(report.Warnings, report.Remotes, report.ExitCode, report.Elapsed);
        writer.WriteEndObject();
    }
}
