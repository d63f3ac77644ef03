using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace MemoryBackup.Crdt.Json;

/// <summary>Makes the canonical text of a JSON value in one pass over its bytes.</summary>
public static class JsonCanonical
{
    /// <summary>The most containers inside one another, unless a caller says otherwise. Settings may raise it to <see cref="MaxDepthCeiling"/>.</summary>
    public const int DefaultMaxDepth = 128;

    /// <summary>What no setting may exceed: elements and normal forms are made recursively, on a stack of 1 MiB.</summary>
    public const int MaxDepthCeiling = 512;

    /// <summary>Reads one JSON value and gives its canonical bytes.</summary>
    /// <exception cref="JsonInvalidException">Not JSON, not UTF-8, a lone surrogate, a member name twice, or too deep.</exception>
    public static byte[] Canonicalise(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw new JsonInvalidException("not valid UTF-8", FirstInvalidUtf8(utf8));
        }

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        var writer = new ArrayBufferWriter<byte>(utf8.Length);
        try
        {
            Write(ref reader, writer);
        }
        catch (JsonException error)
        {
            throw new JsonInvalidException(Reason(error), OffsetOf(utf8, error));
        }
        catch (InvalidOperationException)
        {
            throw new JsonInvalidException("a string holds half of a surrogate pair", reader.TokenStartIndex);
        }

        return writer.WrittenSpan.ToArray();
    }

    /// <summary>The canonical bytes of a string, quotes included.</summary>
    /// <exception cref="ArgumentException">The string holds a lone surrogate.</exception>
    public static byte[] String(string value)
    {
        var writer = new ArrayBufferWriter<byte>(value.Length + 2);
        WriteString(writer, StrictUtf8.GetBytes(value));
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>The characters of a canonical string, quotes included in <paramref name="canonical"/>.</summary>
    /// <exception cref="InvalidOperationException">The value is no string.</exception>
    public static string Unescape(ReadOnlySpan<byte> canonical)
    {
        var reader = new Utf8JsonReader(canonical);
        reader.Read();
        return reader.GetString() ?? throw new InvalidOperationException("The value is null, not a string.");
    }

    /// <summary>Writes a string, quotes included, with the fewest escapes: quote, backslash and control characters.</summary>
    public static void WriteString(IBufferWriter<byte> writer, ReadOnlySpan<byte> characters)
    {
        writer.Write("\""u8);
        while (characters.IndexOfAny(Escaped) is var next and not -1)
        {
            writer.Write(characters[..next]);
            WriteEscape(writer, characters[next]);
            characters = characters[(next + 1)..];
        }

        writer.Write(characters);
        writer.Write("\""u8);
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly SearchValues<byte> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (byte)code), (byte)'"', (byte)'\\']);

    private static void Write(ref Utf8JsonReader reader, ArrayBufferWriter<byte> writer)
    {
        var names = new MemberNames();
        var needsComma = false;
        while (reader.Read())
        {
            var token = reader.TokenType;
            if (needsComma && token is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
            {
                writer.Write(","u8);
            }

            switch (token)
            {
                case JsonTokenType.StartObject:
                    writer.Write("{"u8);
                    names.Enter();
                    break;
                case JsonTokenType.EndObject:
                    writer.Write("}"u8);
                    names.Leave();
                    break;
                case JsonTokenType.StartArray:
                    writer.Write("["u8);
                    break;
                case JsonTokenType.EndArray:
                    writer.Write("]"u8);
                    break;
                case JsonTokenType.PropertyName:
                    var start = writer.WrittenCount;
                    WriteToken(ref reader, writer);
                    names.Add(writer.WrittenSpan[start..], reader.TokenStartIndex);
                    writer.Write(":"u8);
                    break;
                case JsonTokenType.String:
                    WriteToken(ref reader, writer);
                    break;
                default:
                    writer.Write(reader.ValueSpan);
                    break;
            }

            needsComma = token is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);
        }
    }

    // A string without escapes is canonical as it stands: the reader has refused raw control characters.
    private static void WriteToken(ref Utf8JsonReader reader, ArrayBufferWriter<byte> writer)
    {
        if (!reader.ValueIsEscaped)
        {
            writer.Write("\""u8);
            writer.Write(reader.ValueSpan);
            writer.Write("\""u8);
            return;
        }

        var rented = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        WriteString(writer, rented.AsSpan(0, reader.CopyString(rented)));
        ArrayPool<byte>.Shared.Return(rented);
    }

    private static void WriteEscape(IBufferWriter<byte> writer, byte character)
    {
        switch (character)
        {
            case (byte)'"': writer.Write("\\\""u8); break;
            case (byte)'\\': writer.Write("\\\\"u8); break;
            case (byte)'\b': writer.Write("\\b"u8); break;
            case (byte)'\f': writer.Write("\\f"u8); break;
            case (byte)'\n': writer.Write("\\n"u8); break;
            case (byte)'\r': writer.Write("\\r"u8); break;
            case (byte)'\t': writer.Write("\\t"u8); break;
            default: writer.Write(Encoding.ASCII.GetBytes($"\\u{character:x4}")); break;
        }
    }

    private static int FirstInvalidUtf8(ReadOnlySpan<byte> utf8)
    {
        var offset = 0;
        while (Rune.DecodeFromUtf8(utf8[offset..], out _, out var consumed) == OperationStatus.Done)
        {
            offset += consumed;
        }

        return offset;
    }

    private static long OffsetOf(ReadOnlySpan<byte> utf8, JsonException error)
    {
        var offset = 0;
        for (var line = 0L; line < (error.LineNumber ?? 0); line++)
        {
            offset += utf8[offset..].IndexOf((byte)'\n') + 1;
        }

        return offset + (error.BytePositionInLine ?? 0);
    }

    // The reader's message ends with its own line and position, which are those of a part of the file: the caller gives the right ones.
    private static string Reason(JsonException error)
    {
        var end = error.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? error.Message : error.Message[..end]).TrimEnd('.', ' ');
    }
}
