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
        writer.WriteObjects("conflicts", report.Conflicts, conflict =>
        {
            writer.WriteString("key", conflict.Key);
            writer.WriteString("key_text", conflict.KeyText);
            writer.WriteString("element", conflict.Element);
            writer.WriteObjects("values", conflict.Values, value =>
            {
                writer.WriteNumber("number", value.Number);
                writer.WriteJson("value", value.Value);
                writer.WriteString("host", value.Host);
                writer.WriteString("unique_id", value.UniqueId);
                writer.WriteString("timestamp", value.Timestamp);
            });
        });
        writer.WriteEndObject();
    }
}
