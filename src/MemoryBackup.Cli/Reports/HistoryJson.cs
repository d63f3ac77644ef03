using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>history --json</c>.</summary>
internal static class HistoryJson
{
    public static void Write(Utf8JsonWriter writer, HistoryReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "history");
        writer.WriteString("space", report.Space);
        writer.WriteString("key", report.Key);
        writer.WriteNumber("found", report.Found);
        writer.WriteStartArray("events");
        foreach (var happened in report.Events)
        {
            Write(writer, happened);
        }

        writer.WriteEndArray();
        writer.WriteConflicts(report.Conflicts);
        writer.WriteObjects("begins", report.Begins, begin =>
        {
            writer.WriteString("replica", begin.Replica);
            writer.WriteNumber("publication", begin.Publication);
            writer.WriteTime("time", begin.Time);
        });
        writer.WriteElapsed(report.Elapsed);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, HistoryEvent happened)
    {
        writer.WriteStartObject();
        writer.WriteString("timestamp", happened.Timestamp);
        writer.WriteString("event", happened.Event);
        writer.WriteString("key", happened.Key);
        writer.WriteString("key_text", happened.KeyText);
        writer.WriteString("host", happened.Host);
        writer.WriteString("replica", happened.Replica);
        writer.WriteString("unique_id", happened.UniqueId);
        writer.WriteNumber("version", happened.Version);
        writer.WriteOptional("publication", happened.Publication);
        writer.WriteString("commit", happened.Commit);
        writer.Write("replaced", happened.Replaced);
        writer.WriteElements(happened.Elements);
        writer.WriteConflicts(happened.Resolved, "resolved");
        writer.WriteEndObject();
    }
}
