using System.Buffers;
using System.Text.Json;

namespace MemoryBackup.Crdt.Json;

/// <summary>
/// The bytes that two values share exactly when they say the same: members sorted by name, sets of strings sorted, numbers as
/// digits and exponent. Only for comparing and hashing; what is stored and shown keeps its own order and number text.
/// </summary>
public static class JsonNormalForm
{
    /// <summary>The normal form of a canonical value.</summary>
    public static byte[] Of(JsonText value)
    {
        var reader = new Utf8JsonReader(value.Utf8.Span, new JsonReaderOptions { MaxDepth = JsonCanonical.MaxDepthCeiling });
        reader.Read();
        var writer = new ArrayBufferWriter<byte>(value.Utf8.Length);
        Write(ref reader, writer);
        return writer.WrittenSpan.ToArray();
    }

    private static void Write(ref Utf8JsonReader reader, ArrayBufferWriter<byte> writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                WriteObject(ref reader, writer);
                break;
            case JsonTokenType.StartArray:
                WriteArray(ref reader, writer);
                break;
            case JsonTokenType.Number:
                writer.Write(NumberNormalForm.Of(reader.ValueSpan));
                break;
            case JsonTokenType.String:
                WriteQuoted(ref reader, writer);
                break;
            default:
                writer.Write(reader.ValueSpan);
                break;
        }
    }

    private static void WriteObject(ref Utf8JsonReader reader, ArrayBufferWriter<byte> writer)
    {
        var members = new List<byte[]>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var member = new ArrayBufferWriter<byte>();
            WriteQuoted(ref reader, member);
            member.Write(":"u8);
            reader.Read();
            Write(ref reader, member);
            members.Add(member.WrittenSpan.ToArray());
        }

        members.Sort(Compare);
        WriteAll(writer, '{', members, '}');
    }

    private static void WriteArray(ref Utf8JsonReader reader, ArrayBufferWriter<byte> writer)
    {
        var items = new List<byte[]>();
        var isSet = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            isSet &= reader.TokenType == JsonTokenType.String;
            var item = new ArrayBufferWriter<byte>();
            Write(ref reader, item);
            items.Add(item.WrittenSpan.ToArray());
        }

        if (isSet)
        {
            var sorted = items.ToList();
            sorted.Sort(Compare);
            isSet = sorted.Zip(sorted.Skip(1)).All(pair => Compare(pair.First, pair.Second) != 0);
            items = isSet ? sorted : items;
        }

        WriteAll(writer, '[', items, ']');
    }

    private static void WriteAll(ArrayBufferWriter<byte> writer, char open, List<byte[]> parts, char close)
    {
        writer.Write([(byte)open]);
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0)
            {
                writer.Write(","u8);
            }

            writer.Write(parts[i]);
        }

        writer.Write([(byte)close]);
    }

    // Canonical strings are equal exactly when their characters are, so the escaped bytes serve as they stand.
    private static void WriteQuoted(ref Utf8JsonReader reader, ArrayBufferWriter<byte> writer)
    {
        writer.Write("\""u8);
        writer.Write(reader.ValueSpan);
        writer.Write("\""u8);
    }

    private static int Compare(byte[] left, byte[] right) => left.AsSpan().SequenceCompareTo(right);
}
