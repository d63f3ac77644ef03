using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>diff --json</c>.</summary>
internal static class DiffJson
{
    public static void Write(Utf8JsonWriter writer, DiffReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "diff");
        writer.WriteString("space", report.Space);
        Write(writer, "from", report.From);
        Write(writer, "to", report.To);
        Write(writer, "added", report.Added);
        Write(writer, "removed", report.Removed);
        Write(writer, "changed", report.Changed);
        writer.Write("warnings", report.Warnings);
        writer.WriteElapsed(report.Elapsed);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, DiffSide side)
    {
        writer.WriteStartObject(name);
        writer.WriteString("kind", side.Kind);
        writer.WriteString("name", side.Name);
        writer.WriteNumber("entries", side.Entries);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<EntryChange> entries)
    {
        writer.WriteStartArray(name);
        foreach (var entry in entries)
        {
            writer.WriteStartObject();
            writer.WriteString("key", entry.Key);
            writer.WriteString("key_text", entry.KeyText);
            writer.WriteElements(entry.Elements);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
