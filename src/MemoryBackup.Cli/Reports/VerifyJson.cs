using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>verify --json</c>.</summary>
internal static class VerifyJson
{
    public static void Write(Utf8JsonWriter writer, VerifyReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "verify");
        writer.WriteString("repository", report.Repository);
        writer.WriteString("space", report.Space);
        writer.WriteString("replica", report.Replica);
        writer.WriteNumber("states", report.States);
        writer.WriteNumber("versions", report.Versions);
        writer.WriteNumber("files", report.Files);
        writer.WriteBoolean("quick", report.Quick);
        writer.WriteNumber("orders", report.Orders);
        writer.WriteOptional("seed", report.Seed);
        writer.WriteFindings(report.Findings);
        writer.WriteObjects("repairs", report.Repairs, step =>
        {
            writer.WriteString("what", step.What);
            writer.WriteString("kept", step.Kept);
        });
        writer.Write("undone", report.Undone);
        writer.WriteExit(report.ExitCode);
        writer.WriteElapsed(report.Elapsed);
        writer.WriteEndObject();
    }
}
