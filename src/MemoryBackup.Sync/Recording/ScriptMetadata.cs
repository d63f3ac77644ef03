using System.Text.Json;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Sync.Recording;

/// <summary>The <c>_crdt_metadata</c> that the predecessor put into an entry, as far as it is of use.</summary>
/// <param name="Host">The host that stamped the entry; <see langword="null"/> if it does not say.</param>
/// <param name="Timestamp">When; <see langword="null"/> if it does not say, or not in a way that can be read.</param>
internal sealed record ScriptMetadata(string? Host, Stamp? Timestamp)
{
    /// <summary>Reads the member's value; what is missing or malformed is left out.</summary>
    public static ScriptMetadata Read(JsonText? metadata)
    {
        if (metadata is not { Kind: JsonKind.Object } text)
        {
            return new ScriptMetadata(null, null);
        }

        using var json = JsonDocument.Parse(text.Utf8, new JsonDocumentOptions { MaxDepth = JsonCanonical.MaxDepthCeiling });
        return new ScriptMetadata(Text(json.RootElement, "host"), Text(json.RootElement, "timestamp") is { } time ? EditTime.ParseText(time) : null);
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
