using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace MemoryBackup.Crdt.Json;

/// <summary>Makes the canonical text of a JSON value in one pass over its bytes.</summary>
public static class JsonCanonical
{
    /// <summary>The most containers inside one another, unless a caller says otherwise. Settings may raise it to <see cref="MaxDepthCeiling"/>.</summary>
    public const int DefaultMaxDepth = 128;

    /// <summary>What no setting may exceed: elements and normal forms are made recursively, on a stack of 1 MiB.</summary>
    public const int MaxDepthCeiling = 512;

    // What may not stand in a string as it is.
    internal static readonly SearchValues<byte> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (byte)code), (byte)'"', (byte)'\\']);

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads one JSON value and gives its canonical bytes.</summary>
    /// <exception cref="JsonInvalidException">Not JSON, not UTF-8, a lone surrogate, a member name twice, or too deep.</exception>
    public static byte[] Canonicalise(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        RequireUtf8(utf8);
        var scanner = new JsonScanner(utf8, maxDepth);
        while (scanner.Read())
        {
        }

        if (scanner.LastUntidy < 0)
        {
            return utf8.ToArray();
        }

        var rented = ArrayPool<byte>.Shared.Rent(utf8.Length);
        var canonical = rented.AsSpan(0, Copy(utf8, rented)).ToArray();
        ArrayPool<byte>.Shared.Return(rented);
        return canonical;
    }

    /// <summary>The position behind the closing quote of a string.</summary>
    /// <param name="text">Canonical text, or the beginning of one.</param>
    /// <param name="at">The position behind the opening quote.</param>
    /// <returns><see langword="null"/> if the string does not end here.</returns>
    public static int? EndOfString(ReadOnlySpan<byte> text, int at)
    {
        while (text[at..].IndexOfAny((byte)'"', (byte)'\\') is var next and >= 0)
        {
            at += next;
            if (text[at] == '"')
            {
                return at + 1;
            }

            at += 2;
            if (at > text.Length)
            {
                break;
            }
        }

        return null;
    }

    /// <summary>Copies valid JSON text, or a part of one that cuts no token, as canonical text.</summary>
    /// <param name="source">What a <see cref="JsonScanner"/> has passed over.</param>
    /// <param name="destination">Room for the canonical text, which is never longer than the source.</param>
    /// <returns>The bytes written.</returns>
    public static int Copy(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var (read, written) = (0, 0);
        while (read < source.Length)
        {
            // Between strings stand single marks, short words and spaces: byte by byte is the quickest way through them.
            var next = source[read];
            if (next == '"')
            {
                written += CopyString(source[read..], destination[written..], out var length);
                read += length;
                continue;
            }

            read++;
            if (next > ' ')
            {
                destination[written++] = next;
            }
        }

        return written;
    }

    /// <summary>Refuses bytes that are not UTF-8.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="start">Where they begin in the text that places are told of.</param>
    /// <exception cref="JsonInvalidException">With the place of the first wrong byte.</exception>
    public static void RequireUtf8(ReadOnlySpan<byte> utf8, int start = 0)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw new JsonInvalidException("not valid UTF-8", start + FirstInvalidUtf8(utf8));
        }
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
    public static string Unescape(ReadOnlySpan<byte> canonical) =>
        canonical is [(byte)'"', .. var inside, (byte)'"']
            ? inside.Contains((byte)'\\') ? Encoding.UTF8.GetString(Unescaped(inside)) : Encoding.UTF8.GetString(inside)
            : throw new InvalidOperationException("The value is no string.");

    /// <summary>Writes a string, quotes included, with the fewest escapes: quote, backslash and control characters.</summary>
    public static void WriteString(IBufferWriter<byte> writer, ReadOnlySpan<byte> characters)
    {
        writer.Write("\""u8);
        Span<byte> escape = stackalloc byte[6];
        while (characters.IndexOfAny(Escaped) is var next and not -1)
        {
            writer.Write(characters[..next]);
            writer.Write(escape[..WriteEscape(escape, characters[next])]);
            characters = characters[(next + 1)..];
        }

        writer.Write(characters);
        writer.Write("\""u8);
    }

    /// <summary>The characters between the quotes of a valid string.</summary>
    internal static byte[] Unescaped(ReadOnlySpan<byte> inside)
    {
        var characters = new byte[inside.Length];
        return characters[..Unescape(inside, characters)];
    }

    /// <summary>Writes the characters between the quotes of a valid string; they are never longer than their source.</summary>
    internal static int Unescape(ReadOnlySpan<byte> inside, Span<byte> destination)
    {
        var written = 0;
        while (inside.IndexOf((byte)'\\') is var next and not -1)
        {
            inside[..next].CopyTo(destination[written..]);
            written += next;
            var escape = JsonEscape.Read(inside, next);
            written += new Rune(escape.CodePoint).EncodeToUtf8(destination[written..]);
            inside = inside[(next + escape.Length)..];
        }

        inside.CopyTo(destination[written..]);
        return written + inside.Length;
    }

    private static int CopyString(ReadOnlySpan<byte> source, Span<byte> destination, out int read)
    {
        var written = 1;
        destination[0] = (byte)'"';
        read = 1;
        while (true)
        {
            var run = source[read..].IndexOfAny((byte)'"', (byte)'\\');
            source.Slice(read, run).CopyTo(destination[written..]);
            written += run;
            read += run;
            if (source[read] == '"')
            {
                destination[written] = (byte)'"';
                read++;
                return written + 1;
            }

            var escape = JsonEscape.Read(source, read);
            written += escape.CodePoint is < 0x20 or '"' or '\\'
                ? WriteEscape(destination[written..], (byte)escape.CodePoint)
                : new Rune(escape.CodePoint).EncodeToUtf8(destination[written..]);
            read += escape.Length;
        }
    }

    private static int WriteEscape(Span<byte> destination, byte character)
    {
        var escape = character switch
        {
            (byte)'"' => "\\\""u8,
            (byte)'\\' => "\\\\"u8,
            (byte)'\b' => "\\b"u8,
            (byte)'\f' => "\\f"u8,
            (byte)'\n' => "\\n"u8,
            (byte)'\r' => "\\r"u8,
            (byte)'\t' => "\\t"u8,
            < 0x10 => "\\u000"u8,
            _ => "\\u001"u8,
        };
        escape.CopyTo(destination);
        if (escape.Length == 2)
        {
            return 2;
        }

        destination[5] = "0123456789abcdef"u8[character & 15];
        return 6;
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
}
