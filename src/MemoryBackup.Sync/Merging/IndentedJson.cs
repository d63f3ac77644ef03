using System.Buffers;
using System.Text.Json;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Sync.Merging;

/// <summary>Writes canonical JSON over several lines, two spaces a level, every number as it stands.</summary>
internal static class IndentedJson
{
    /// <summary>Writes a value whose first line begins at the given level.</summary>
    public static void Write(IBufferWriter<byte> writer, JsonText value, int level)
    {
        var reader = new Utf8JsonReader(value.Utf8.Span, new JsonReaderOptions { MaxDepth = JsonCanonical.MaxDepthCeiling + 2 });
        var previous = JsonTokenType.None;
        while (reader.Read())
        {
            var token = reader.TokenType;
            var closes = token is JsonTokenType.EndObject or JsonTokenType.EndArray;
            var opened = previous is JsonTokenType.StartObject or JsonTokenType.StartArray;
            if (previous is not (JsonTokenType.None or JsonTokenType.PropertyName) && !(closes && opened))
            {
                writer.Write(closes || opened ? ""u8 : ","u8);
                NewLine(writer, level + reader.CurrentDepth);
            }

            WriteToken(writer, ref reader);
            previous = token;
        }
    }

    /// <summary>Starts a line at a level.</summary>
    public static void NewLine(IBufferWriter<byte> writer, int level)
    {
        writer.Write("\n"u8);
        for (var i = 0; i < level; i++)
        {
            writer.Write("  "u8);
        }
    }

    private static void WriteToken(IBufferWriter<byte> writer, ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                WriteQuoted(writer, reader.ValueSpan);
                writer.Write(": "u8);
                break;
            case JsonTokenType.String:
                WriteQuoted(writer, reader.ValueSpan);
                break;
            default:
                writer.Write(reader.ValueSpan);
                break;
        }
    }

    private static void WriteQuoted(IBufferWriter<byte> writer, ReadOnlySpan<byte> escaped)
    {
        writer.Write("\""u8);
        writer.Write(escaped);
        writer.Write("\""u8);
    }
}
