using System.Buffers;
using System.Globalization;
using System.Text;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Sync.Merging;

/// <summary>
/// The merged memory as the predecessor's operators know it: one JSON array sorted by (timestamp, unique_id), each entry with
/// <c>_crdt_metadata</c> of <c>host</c>, <c>timestamp</c>, <c>version</c> and <c>unique_id</c> (design, section 9).
/// </summary>
internal static class MergedArray
{
    /// <summary>Writes all entries. One that is no object stands under <c>value</c>.</summary>
    public static ReadOnlyMemory<byte> Write(IEnumerable<Face> faces)
    {
        var writer = new ArrayBufferWriter<byte>();
        writer.Write("["u8);
        var first = true;
        foreach (var face in faces.OrderBy(face => face.Primary.Stamp.ToString(), StringComparer.Ordinal)
            .ThenBy(face => face.Primary.Dot.ToString(), StringComparer.Ordinal))
        {
            writer.Write(first ? ""u8 : ","u8);
            IndentedJson.NewLine(writer, 1);
            IndentedJson.Write(writer, WithMetadata(face), 1);
            first = false;
        }

        writer.Write(first ? "]\n"u8 : "\n]\n"u8);
        return writer.WrittenMemory;
    }

    private static JsonText WithMetadata(Face face)
    {
        var writer = new ArrayBufferWriter<byte>();
        if (face.IsBare)
        {
            writer.Write("{\"value\":"u8);
            writer.Write(face.Value.Utf8.Span);
        }
        else
        {
            writer.Write(face.Value.Utf8.Span[..^1]);
        }

        writer.Write(face.Value.Utf8.Length > 2 || face.IsBare ? ",\"_crdt_metadata\":{\"host\":"u8 : "\"_crdt_metadata\":{\"host\":"u8);
        writer.Write(JsonCanonical.String(face.Primary.Host));
        writer.Write(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $",\"timestamp\":\"{face.Primary.Stamp}\",\"version\":{face.Versions.Max(version => version.Number)},\"unique_id\":\"{face.Primary.Dot}\"}}}}")));
        return JsonText.FromCanonical(writer.WrittenMemory);
    }
}
