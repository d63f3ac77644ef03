using System.Buffers;
using System.Text.Json;

namespace MemoryBackup.Store.Format;

/// <summary>The bytes of <c>replica.json</c>: members in one order, maps sorted, two spaces, so that one state has one text.</summary>
public static class ReplicaHeaderJson
{
    /// <summary>Writes the header.</summary>
    public static ReadOnlyMemory<byte> Write(ReplicaHeader header)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, StoredJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("format", ReplicaHeader.FormatNumber);
            json.WriteString("space", header.Space);
            json.WriteString("replica", header.Replica);
            json.WriteString("host", header.Host);
            json.WriteNumber("n", header.Publication.Number);
            json.WriteString("token", header.Publication.Token);
            json.WriteNumber("entries", header.Entries);
            StoredJson.WriteSequences(json, "sequences", header.Sequences);
            StoredJson.WriteDots(json, "removed", header.Removed);
            StoredJson.WriteTexts(json, "retired", header.Retired.Order(StringComparer.Ordinal));
            StoredJson.WriteTexts(json, "imported", header.Imported.Order(StringComparer.Ordinal));
            if (header.Forgotten.Count > 0)
            {
                json.WriteStartArray("forgotten");
                foreach (var request in header.Forgotten.OrderBy(request => request.Id, StringComparer.Ordinal))
                {
                    json.WriteStartObject();
                    ForgetRequestJson.WriteMembers(json, request);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteStartObject("knows");
            foreach (var (replica, publication) in header.Knows.OrderBy(known => known.Key, StringComparer.Ordinal))
            {
                json.WriteStartObject(replica);
                json.WriteNumber("n", publication.Number);
                json.WriteString("token", publication.Token);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    /// <summary>Reads the header.</summary>
    /// <exception cref="StateInvalidException">The bytes are no header of this format.</exception>
    public static ReplicaHeader Read(ReadOnlyMemory<byte> bytes) => StoredJson.Read(bytes, "replica.json", Read);

    private static ReplicaHeader Read(JsonElement json)
    {
        var format = json.GetProperty("format").GetInt32();
        return format != ReplicaHeader.FormatNumber
            ? throw new StateInvalidException($"replica.json has format {format}, and this program knows format {ReplicaHeader.FormatNumber}")
            : new ReplicaHeader
            {
                Space = json.Text("space"),
                Replica = json.Text("replica"),
                Host = json.Text("host"),
                Publication = PublicationName.Read(json),
                Entries = json.GetProperty("entries").GetInt64(),
                Sequences = json.Sequences("sequences"),
                Removed = json.Dots("removed"),
                Retired = json.Texts("retired"),
                Imported = json.Texts("imported"),
                Forgotten = json.TryGetProperty("forgotten", out var forgotten) ? [.. forgotten.EnumerateArray().Select(ForgetRequestJson.Read)] : [],
                Knows = json.GetProperty("knows").EnumerateObject().ToDictionary(known => ReplicaName(known.Name), known => PublicationName.Read(known.Value)),
            };
    }

    private static string ReplicaName(string text) => ReplicaId.IsValid(text) ? text : throw new FormatException($"{text} is no replica");
}
