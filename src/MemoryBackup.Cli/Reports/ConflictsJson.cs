using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>conflicts --json</c>.</summary>
internal static class ConflictsJson
{
    public static void Write(Utf8JsonWriter writer, ConflictsReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "conflicts");
        writer.WriteString("space", report.Space);
        writer.WriteStartArray("conflicts");
        foreach (var conflict in report.Conflicts)
        {
            writer.WriteStartObject();
            writer.WriteString("key", conflict.Key);
            writer.WriteString("key_text", conflict.KeyText);
            writer.WriteString("element", conflict.Element);
            writer.WriteStartArray("values");
            foreach (var value in conflict.Values)
            {
                writer.WriteStartObject();
                writer.WriteNumber("number", value.Number);
                writer.WriteJson("value", value.Value);
                writer.WriteString("host", value.Host);
                writer.WriteString("unique_id", value.UniqueId);
                writer.WriteString("timestamp", value.Timestamp);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
