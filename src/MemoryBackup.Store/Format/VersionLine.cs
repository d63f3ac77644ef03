using System.Buffers;
using System.Text;
using System.Text.Json;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Store.States;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Format;

/// <summary>One version as one line of JSON, and back (docs/format.md, "A version"). Canonical: one version has one line.</summary>
public static class VersionLine
{
    /// <summary>The name of the member that is ours, first in every line.</summary>
    public const string MetadataName = "_crdt_metadata";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // A value that is carried as an alternative stands five containers deep: line, metadata, carried, write, values.
    private const int DepthMax = JsonCanonical.MaxDepthCeiling + 8;

    /// <summary>Writes the line, its final newline included.</summary>
    public static void Write(IBufferWriter<byte> writer, Version version)
    {
        writer.Write("{\"_crdt_metadata\":"u8);
        WriteMetadata(writer, version);
        if (version.IsBare)
        {
            writer.Write(",\"value\":"u8);
            writer.Write(version.Value.Utf8.Span);
            writer.Write("}\n"u8);
            return;
        }

        var members = version.Value.Utf8.Span[1..];
        if (members.Length > 1)
        {
            writer.Write(","u8);
        }

        writer.Write(members);
        writer.Write("\n"u8);
    }

    /// <summary>About how many bytes the line has: what the entry says and carries, without the metadata that every line has.</summary>
    public static long Size(Version version) =>
        version.Value.Utf8.Length + version.Key.Text.Length + (version.CarriedWrites.Count == 0 ? 0 : version.CarriedWrites.Sum(write => write.Hidden.Sum(value => (long)value.Value.Utf8.Length)));

    /// <summary>Reads a line, without its newline.</summary>
    /// <param name="line">The bytes.</param>
    /// <param name="depthMax">The most containers inside one another in the entry; <see langword="null"/>: the line was checked when it was taken, and is not checked again.</param>
    /// <exception cref="StateInvalidException">The bytes are not the line of a version.</exception>
    public static Version Read(ReadOnlySpan<byte> line, int? depthMax = JsonCanonical.MaxDepthCeiling) => Read(line, depthMax, new SharedNames());

    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, int?)"/>
    internal static Version Read(ReadOnlySpan<byte> line, int? depthMax, SharedNames names) => Read(line, depthMax, text: null, start: 0, names);

    /// <summary>Reads a line that was checked when it was taken, without its value.</summary>
    /// <param name="line">The bytes.</param>
    /// <param name="text">What gives the value its bytes, when somebody looks at it.</param>
    /// <param name="start">Where the line begins in its file.</param>
    /// <param name="names">The names of all lines that are read together.</param>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, int?)"/>
    internal static Version Read(ReadOnlySpan<byte> line, EntryText text, int start, SharedNames names) => Read(line, depthMax: null, text, start, names);

    private static Version Read(ReadOnlySpan<byte> line, int? depthMax, EntryText? text, int start, SharedNames names)
    {
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = DepthMax });
            Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject, "a version is an object");
            Expect(reader.Read() && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("_crdt_metadata"u8), "_crdt_metadata comes first");
            reader.Read();
            var metadata = VersionMetadata.Read(ref reader, line, names);
            var members = (int)reader.BytesConsumed;
            var value = Value(line[members..], metadata.IsBare, depthMax, text, start + members);
            return metadata.ToVersion(value, isChecked: depthMax is null);
        }
        catch (Exception error) when (error is JsonException or JsonInvalidException or InvalidOperationException or FormatException)
        {
            throw new StateInvalidException($"a line is no version: {error.Message}", error);
        }
    }

    private static void WriteMetadata(IBufferWriter<byte> writer, Version version)
    {
        writer.Write("{\"key\":"u8);
        Encoding.UTF8.GetBytes(version.Key.Text, writer);
        writer.Write(",\"host\":"u8);
        WriteString(writer, version.Host);
        writer.Write(",\"timestamp\":\""u8);
        WriteStamp(writer, version.Stamp);
        writer.Write("\",\"version\":"u8);
        PlainInteger.Write(writer, version.Number);
        writer.Write(",\"unique_id\":\""u8);
        version.Dot.Write(writer);
        writer.Write("\""u8);
        if (!version.IsFirst)
        {
            var open = ",\"seen\":{\""u8;
            foreach (var (actor, sequence) in version.Seen.Greatest)
            {
                writer.Write(open);
                actor.Write(writer);
                writer.Write("\":"u8);
                PlainInteger.Write(writer, sequence);
                open = ",\""u8;
            }

            writer.Write("}"u8);
        }

        if (version.CarriedWrites.Count > 0)
        {
            writer.Write(",\"carried\":["u8);
            WriteCarried(writer, version.CarriedWrites);
            writer.Write("]"u8);
        }

        writer.Write(version.IsBare ? ",\"bare\":true}"u8 : "}"u8);
    }

    // By the write that made them: an edit of one field among ten carries nine values of, most often, one earlier write.
    private static void WriteCarried(IBufferWriter<byte> writer, IReadOnlyList<CarriedWrite> carried)
    {
        var open = "{\"unique_id\":\""u8;
        foreach (var write in carried)
        {
            writer.Write(open);
            write.Dot.Write(writer);
            writer.Write("\",\"timestamp\":\""u8);
            WriteStamp(writer, write.Stamp);
            writer.Write("\""u8);
            WriteShown(writer, write.Shown);
            WriteValues(writer, write.Hidden);
            writer.Write("}"u8);
            open = ",{\"unique_id\":\""u8;
        }
    }

    private static void WriteShown(IBufferWriter<byte> writer, IReadOnlyList<string> shown)
    {
        for (var i = 0; i < shown.Count; i++)
        {
            writer.Write(i == 0 ? ",\"shown\":["u8 : ","u8);
            WriteString(writer, shown[i]);
        }

        writer.Write(shown.Count > 0 ? "]"u8 : default);
    }

    private static void WriteValues(IBufferWriter<byte> writer, IReadOnlyList<KeyValuePair<string, JsonText>> hidden)
    {
        for (var i = 0; i < hidden.Count; i++)
        {
            writer.Write(i == 0 ? ",\"values\":{"u8 : ","u8);
            WriteString(writer, hidden[i].Key);
            writer.Write(":"u8);
            writer.Write(hidden[i].Value.Utf8.Span);
        }

        writer.Write(hidden.Count > 0 ? "}"u8 : default);
    }

    private static void WriteString(IBufferWriter<byte> writer, string text)
    {
        Span<byte> utf8 = text.Length <= 128 ? stackalloc byte[3 * 128] : new byte[3 * text.Length];
        JsonCanonical.WriteString(writer, utf8[..StrictUtf8.GetBytes(text, utf8)]);
    }

    private static void WriteStamp(IBufferWriter<byte> writer, Stamp stamp)
    {
        stamp.Write(writer.GetSpan(Stamp.TextLength)[..Stamp.TextLength]);
        writer.Advance(Stamp.TextLength);
    }

    private static JsonText Value(ReadOnlySpan<byte> rest, bool isBare, int? depthMax, EntryText? text, int start)
    {
        var (first, end) = (0, rest.Length);
        if (isBare)
        {
            var member = ",\"value\":"u8;
            Expect(rest.StartsWith(member) && rest[^1] == '}', "a bare entry stands under value");
            (first, end) = (member.Length, end - 1);
        }
        else
        {
            Expect(rest is [(byte)'}'] or [(byte)',', _, ..], "the members of the entry follow _crdt_metadata");
        }

        if (text is not null)
        {
            return rest.Length == 1 ? JsonText.Object : text.Take(start + first, end - first, isBare);
        }

        byte[] value = rest.Length > 1 ? rest[first..end].ToArray() : [(byte)'{', .. rest];
        if (!isBare)
        {
            value[0] = (byte)'{';
        }

        if (depthMax is not { } depth)
        {
            return JsonText.FromCanonical(value);
        }

        var parsed = JsonText.Parse(value, depth);
        Expect(parsed.Utf8.Span.SequenceEqual(value), "the line is not in canonical form");
        return parsed;
    }

    private static void Expect(bool condition, string rule)
    {
        if (!condition)
        {
            throw new StateInvalidException($"a line is no version: {rule}");
        }
    }
}
