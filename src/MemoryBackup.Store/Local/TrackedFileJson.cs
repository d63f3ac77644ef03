using System.Buffers;
using System.Text.Json;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.Local;

/// <summary>The bytes of <c>files/&lt;file-id&gt;.json</c>: one tracked file.</summary>
internal static class TrackedFileJson
{
    public static ReadOnlyMemory<byte> Write(TrackedFile file)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, StoredJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("path", file.Path);
            json.WriteString("format", file.Format);
            if (file.KeyField is not null)
            {
                json.WriteString("key", file.KeyField);
            }

            json.WriteNumber("actor", file.Actor);
            json.WriteBoolean("actor_has_deleted", file.ActorHasDeleted);
            json.WriteBoolean("was_written", file.WasWritten);
            json.WriteBoolean("from_elsewhere", file.IsFromElsewhere);
            json.WriteBoolean("writer_never_reloads", file.HasWriterThatNeverReloads);
            StoredJson.WriteTexts(json, "brought_back", file.BroughtBack.Order(StringComparer.Ordinal));
            json.WriteStartArray("displaced");
            foreach (var displaced in file.Displaced)
            {
                json.WriteStartObject();
                json.WriteString("path", displaced.Path);
                json.WriteString("hash", displaced.Hash);
                json.WriteBoolean("journal", displaced.IsJournal);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("states");
            foreach (var state in file.States)
            {
                json.WriteStartObject();
                json.WriteString("hash", state.Hash);
                json.WriteNumber("seen_in_run", state.SeenInRun);
                StoredJson.WriteDots(json, "dots", state.Dots);
                StoredJson.WriteTexts(json, "shadowed", state.Shadowed);
                if (state.Forgotten.Count > 0)
                {
                    StoredJson.WriteTexts(json, "forgotten", state.Forgotten);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    /// <exception cref="StateInvalidException">The bytes are not what <see cref="Write"/> writes.</exception>
    public static TrackedFile Read(ReadOnlyMemory<byte> bytes, string name) => StoredJson.Read(bytes, name, json => new TrackedFile
    {
        Path = json.Text("path"),
        Format = json.Text("format"),
        KeyField = json.TextOrNull("key"),
        Actor = json.GetProperty("actor").GetInt32(),
        ActorHasDeleted = json.GetProperty("actor_has_deleted").GetBoolean(),
        WasWritten = json.GetProperty("was_written").GetBoolean(),
        IsFromElsewhere = json.GetProperty("from_elsewhere").GetBoolean(),
        HasWriterThatNeverReloads = json.GetProperty("writer_never_reloads").GetBoolean(),
        BroughtBack = json.Texts("brought_back"),
        Displaced =
        [
            .. json.GetProperty("displaced").EnumerateArray().Select(displaced =>
                new DisplacedFile(displaced.Text("path"), displaced.Text("hash"), displaced.GetProperty("journal").GetBoolean())),
        ],
        States =
        [
            .. json.GetProperty("states").EnumerateArray().Select(state => new FileState
            {
                Hash = state.Text("hash"),
                SeenInRun = state.GetProperty("seen_in_run").GetInt64(),
                Dots = state.Dots("dots"),
                Shadowed = state.Texts("shadowed"),
                Forgotten = state.TryGetProperty("forgotten", out _) ? state.Texts("forgotten") : [],
            }),
        ],
    });
}
