using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>doctor --json</c>.</summary>
internal static class DoctorJson
{
    public static void Write(Utf8JsonWriter writer, DoctorReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "doctor");
        writer.WriteString("repository", report.Repository);
        writer.WriteString("space", report.Space);
        writer.WriteStartArray("topics");
        foreach (var topic in report.Topics)
        {
            writer.WriteStartObject();
            writer.WriteString("topic", topic.Topic);
            writer.WriteStartArray("facts");
            foreach (var fact in topic.Facts)
            {
                writer.WriteStartObject();
                writer.WriteString("name", fact.Name);
                writer.WriteString("value", fact.Value);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteFindings(topic.Findings);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteExit(report.ExitCode);
        writer.WriteElapsed(report.Elapsed);
        writer.WriteEndObject();
    }
}
