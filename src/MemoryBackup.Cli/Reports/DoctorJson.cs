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
        writer.WriteObjects("topics", report.Topics, topic =>
        {
            writer.WriteString("topic", topic.Topic);
            writer.WriteObjects("facts", topic.Facts, fact =>
            {
                writer.WriteString("name", fact.Name);
                writer.WriteString("value", fact.Value);
            });
            writer.WriteFindings(topic.Findings);
        });
        writer.WriteExit(report.ExitCode);
        writer.WriteElapsed(report.Elapsed);
        writer.WriteEndObject();
    }
}
