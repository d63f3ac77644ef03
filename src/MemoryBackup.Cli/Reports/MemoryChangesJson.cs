using System.Text.Json;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>What a restore or a revert does to the memory, as JSON.</summary>
internal static class MemoryChangesJson
{
    public static void WriteChanges(this Utf8JsonWriter writer, IReadOnlyList<RestoreChange> changes)
    {
        writer.WriteStartArray("changes");
        foreach (var change in changes)
        {
            writer.WriteStartObject();
            writer.WriteString("key", change.Key);
            writer.WriteString("key_text", change.KeyText);
            writer.WriteString("change", change.Change);
            WriteOrNull(writer, "before", change.Before);
            WriteOrNull(writer, "after", change.After);
            writer.WriteStartArray("elements");
            foreach (var element in change.Elements)
            {
                writer.WriteStartObject();
                writer.WriteString("element", element.Element);
                WriteOrNull(writer, "before", element.Before);
                WriteOrNull(writer, "after", element.After);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>JSON text, written anew and not copied, so that nothing in it can steer a terminal.</summary>
    public static void WriteAnew(this Utf8JsonWriter writer, ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new() { MaxDepth = JsonCanonical.MaxDepthCeiling + 2 });
        document.RootElement.WriteTo(writer);
    }

    private static void WriteOrNull(Utf8JsonWriter writer, string name, string? json)
    {
        writer.WritePropertyName(name);
        if (json is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            writer.WriteAnew(System.Text.Encoding.UTF8.GetBytes(json));
        }
    }
}
