using System.Text.Json;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>What a restore or a revert does to the memory, as JSON.</summary>
internal static class MemoryChangesJson
{
    public static void WriteChanges(this Utf8JsonWriter writer, IReadOnlyList<RestoreChange> changes)
    {
        writer.WriteObjects("changes", changes, change =>
        {
            writer.WriteString("key", change.Key);
            writer.WriteString("key_text", change.KeyText);
            writer.WriteString("change", change.Change);
            WriteOrNull(writer, "before", change.Before);
            WriteOrNull(writer, "after", change.After);
            writer.WriteObjects("elements", change.Elements, element =>
            {
                writer.WriteString("element", element.Element);
                WriteOrNull(writer, "before", element.Before);
                WriteOrNull(writer, "after", element.After);
            });
        });
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
