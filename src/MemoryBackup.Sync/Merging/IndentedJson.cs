using System.Buffers;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Sync.Merging;

/// <summary>Writes canonical JSON over several lines, two spaces a level, every string and number as it stands.</summary>
internal ref struct IndentedJson
{
    private const int Indent = 2;
    private static readonly SearchValues<byte> EndOfScalar = SearchValues.Create(",]}"u8);

    private readonly IBufferWriter<byte> writer;
    private Span<byte> room;
    private int used;

    private IndentedJson(IBufferWriter<byte> writer, int expected)
    {
        this.writer = writer;
        room = writer.GetSpan(expected);
    }

    /// <summary>Writes a value whose first line begins at the given level.</summary>
    public static void Write(IBufferWriter<byte> writer, JsonText value, int level)
    {
        var text = value.Utf8.Span;
        var json = new IndentedJson(writer, text.Length + (text.Length / 2));
        json.Write(text, level);
        json.End();
    }

    /// <summary>Starts a line at a level.</summary>
    public static void NewLine(IBufferWriter<byte> writer, int level)
    {
        var json = new IndentedJson(writer, 1 + (level * Indent));
        json.NewLine(level);
        json.End();
    }

    private void Write(ReadOnlySpan<byte> text, int level)
    {
        while (!text.IsEmpty)
        {
            var token = 1;
            switch (text[0])
            {
                case (byte)'{' or (byte)'[' when text[1] is (byte)'}' or (byte)']':
                    Copy(text[..(token = 2)]);
                    break;
                case (byte)'{' or (byte)'[':
                    Copy(text[..1]);
                    NewLine(++level);
                    break;
                case (byte)'}' or (byte)']':
                    NewLine(--level);
                    Copy(text[..1]);
                    break;
                case (byte)',':
                    Copy(text[..1]);
                    NewLine(level);
                    break;
                case (byte)':':
                    Copy(": "u8);
                    break;
                case (byte)'"':
                    Copy(text[..(token = LengthOfString(text))]);
                    break;
                default:
                    token = text.IndexOfAny(EndOfScalar);
                    token = token < 0 ? text.Length : token;
                    Copy(text[..token]);
                    break;
            }

            text = text[token..];
        }
    }

    private static int LengthOfString(ReadOnlySpan<byte> text)
    {
        var at = 1;
        while (true)
        {
            at += text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (text[at] == '"')
            {
                return at + 1;
            }

            at += 2;
        }
    }

    private void NewLine(int level)
    {
        var line = Room(1 + (level * Indent));
        line[0] = (byte)'\n';
        line[1..].Fill((byte)' ');
    }

    private void Copy(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Room(bytes.Length));

    private Span<byte> Room(int length)
    {
        if (room.Length - used < length)
        {
            End();
            room = writer.GetSpan(length);
            used = 0;
        }

        used += length;
        return room.Slice(used - length, length);
    }

    private readonly void End() => writer.Advance(used);
}
