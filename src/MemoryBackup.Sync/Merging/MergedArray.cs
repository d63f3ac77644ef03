using System.Buffers;
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
        Face[] sorted = [.. faces];
        Array.Sort(sorted, CompareByText);
        var writer = new ArrayBufferWriter<byte>((int)Math.Min(Array.MaxLength, 64 + sorted.Sum(face => ExpectedLength(face))));
        var entry = new ArrayBufferWriter<byte>();
        writer.Write("["u8);
        var first = true;
        foreach (var face in sorted)
        {
            writer.Write(first ? ""u8 : ","u8);
            IndentedJson.NewLine(writer, 1);
            WriteWithMetadata(entry, face);
            IndentedJson.Write(writer, JsonText.FromCanonical(entry.WrittenMemory), 1);
            entry.ResetWrittenCount();
            first = false;
        }

        writer.Write(first ? "]\n"u8 : "\n]\n"u8);
        return writer.WrittenMemory;
    }

    // Room that grows is copied each time it does; entries are mostly flat, with a metadata of this length.
    private static long ExpectedLength(Face face) => (face.Value.Utf8.Length * 5L / 4) + 256;

    // The order of the texts of (timestamp, unique_id): that of a timestamp is the order of its ticks.
    private static int CompareByText(Face left, Face right) =>
        left.Primary.Stamp.Ticks.CompareTo(right.Primary.Stamp.Ticks) is var order and not 0
            ? order
            : Dot.CompareTexts(left.Primary.Dot, right.Primary.Dot);

    private static void WriteWithMetadata(ArrayBufferWriter<byte> writer, Face face)
    {
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
        writer.Write(",\"timestamp\":\""u8);
        face.Primary.Stamp.Write(writer.GetSpan(Stamp.TextLength));
        writer.Advance(Stamp.TextLength);
        writer.Write("\",\"version\":"u8);
        PlainInteger.Write(writer, face.Versions.Count == 1 ? face.Primary.Number : face.Versions.Max(version => version.Number));
        writer.Write(",\"unique_id\":\""u8);
        face.Primary.Dot.Write(writer);
        writer.Write("\"}}"u8);
    }
}
