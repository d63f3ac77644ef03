using System.Buffers;
using System.Text.Json;
using MemoryBackup.Crdt;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.Local;

/// <summary>The bytes of <c>local.json</c>: the local state without its files and its pool.</summary>
internal static class LocalStateJson
{
    // Raised when a newer program writes what an older one must not touch.
    private const int FormatNumber = 1;

    public static ReadOnlyMemory<byte> Write(LocalState local)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, StoredJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("format", FormatNumber);
            json.WriteString("machine", local.Machine);
            json.WriteString("path", local.StorePath);
            json.WriteString("replica", local.Replica);
            if (local.FormerNames.Count > 0)
            {
                StoredJson.WriteTexts(json, "former_names", local.FormerNames);
            }

            json.WriteString("clock", local.Clock.ToString());
            json.WriteNumber("run", local.Run);
            json.WriteNumber("next_actor", local.NextActor);
            StoredJson.WriteSequences(json, "sequences", local.Sequences);
            StoredJson.WriteMap(json, "known", local.Known, (name, commit) => json.WriteString(name, commit));
            StoredJson.WriteTexts(json, "imported", local.Imported.Order(StringComparer.Ordinal));
            if (local.Forgotten.Count > 0)
            {
                json.WriteStartArray("forgotten");
                foreach (var here in local.Forgotten.OrderBy(here => here.Request.Id, StringComparer.Ordinal))
                {
                    json.WriteStartObject();
                    ForgetRequestJson.WriteMembers(json, here.Request);
                    json.WriteBoolean("done", here.IsDone);
                    StoredJson.WriteTexts(json, "values", here.Values);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            if (local.IsCleanupPending)
            {
                json.WriteBoolean("cleanup_pending", true);
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    /// <exception cref="StateInvalidException">The bytes are not what <see cref="Write"/> writes.</exception>
    public static LocalState Read(ReadOnlyMemory<byte> bytes, IReadOnlyDictionary<string, TrackedFile> files) =>
        StoredJson.Read(bytes, "local.json", json => Read(json, files));

    private static LocalState Read(JsonElement json, IReadOnlyDictionary<string, TrackedFile> files)
    {
        var format = json.GetProperty("format").GetInt32();
        return format != FormatNumber
            ? throw new StateInvalidException($"local.json has format {format}, and this program knows format {FormatNumber}")
            : new LocalState
            {
                Machine = json.Text("machine"),
                StorePath = json.Text("path"),
                Replica = json.Text("replica"),
                FormerNames = json.TryGetProperty("former_names", out _) ? json.Texts("former_names") : [],
                Clock = Stamp.TryParse(json.Text("clock"), out var clock) ? clock : throw new FormatException("clock is no stamp"),
                Run = json.GetProperty("run").GetInt64(),
                NextActor = json.GetProperty("next_actor").GetInt32(),
                Sequences = json.Sequences("sequences"),
                Known = json.GetProperty("known").EnumerateObject().ToDictionary(known => known.Name, known => known.Value.GetString()!),
                Imported = json.Texts("imported"),
                Forgotten = json.TryGetProperty("forgotten", out var forgotten) ? [.. forgotten.EnumerateArray().Select(ReadForgotten)] : [],
                IsCleanupPending = json.TryGetProperty("cleanup_pending", out var pending) && pending.GetBoolean(),
                Files = files,
            };
    }

    private static ForgottenHere ReadForgotten(JsonElement json) => new(ForgetRequestJson.Read(json), json.GetProperty("done").GetBoolean(), json.Texts("values"));
}
