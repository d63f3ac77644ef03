using System.Buffers;
using System.Text;
using System.Text.Json;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Formats.Reading;

namespace MemoryBackup.Formats.Layout;

/// <summary>Writes values in the style of a file. Where a value replaces another, members that stay keep their bytes.</summary>
internal sealed class ValueWriter(IBufferWriter<byte> writer, ValueStyle style, ReadOnlyMemory<byte> original)
{
    // Canonical values were checked when they were read; this only bounds the reader.
    private const int DepthMax = 4 * JsonCanonical.MaxDepthCeiling;

    /// <summary>Writes a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="indent">The indentation of the line on which it starts.</param>
    /// <param name="replaced">What it replaces in the original.</param>
    /// <param name="arrays">Arrays that are to stand in the value, or in place of empty ones in it.</param>
    public void Write(JsonText value, string indent, Place? replaced = null, ArrayTree? arrays = null)
    {
        var reader = new Utf8JsonReader(value.Utf8.Span, new JsonReaderOptions { MaxDepth = DepthMax });
        reader.Read();
        WriteValue(ref reader, value.Utf8.Span, indent, replaced, arrays);
    }

    private void WriteValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> value, string indent, Place? replaced, ArrayTree? arrays)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                WriteObject(ref reader, value, indent, replaced, arrays);
                break;
            case JsonTokenType.StartArray when arrays?.Write is { } write:
                reader.Skip();
                write(writer, indent);
                break;
            case JsonTokenType.StartArray:
                WriteArray(ref reader, value, indent);
                break;
            case JsonTokenType.String:
                WriteString(reader.ValueSpan);
                break;
            default:
                writer.Write(reader.ValueSpan);
                break;
        }
    }

    private void WriteObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> value, string indent, Place? replaced, ArrayTree? arrays)
    {
        var inner = indent + style.Unit;
        var before = replaced is { } place ? ObjectMembers.Of(original.Span, place) : null;
        var written = new HashSet<string>();
        var isFirst = true;
        writer.Write("{"u8);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = before is null && arrays is null ? "" : reader.GetString()!;
            WriteSeparator(ref isFirst, style.Unit is not null, inner);
            WriteString(reader.ValueSpan);
            Write(style.Colon);
            reader.Read();
            var child = arrays?.Child(name);
            written.Add(name);
            Place? old = before is not null && before.TryGetValue(name, out var found) ? found : null;
            if (old is not { } kept || child is not null || !TryKeep(ref reader, value, kept))
            {
                WriteValue(ref reader, value, inner, old, child);
            }
        }

        foreach (var (name, child) in arrays?.Children ?? [])
        {
            if (!written.Contains(name))
            {
                WriteSeparator(ref isFirst, style.Unit is not null, inner);
                WriteString(JsonCanonical.String(name).AsSpan()[1..^1]);
                Write(style.Colon);
                WriteMissing(child, inner);
            }
        }

        WriteEnd(isFirst, style.Unit is not null, indent, "}"u8);
    }

    // An array that the document does not have yet, with the objects around it.
    private void WriteMissing(ArrayTree tree, string indent)
    {
        if (tree.Write is { } write)
        {
            write(writer, indent);
        }
        else
        {
            Write(JsonText.Object, indent, replaced: null, tree);
        }
    }

    private bool TryKeep(ref Utf8JsonReader reader, ReadOnlySpan<byte> value, Place kept)
    {
        var ahead = reader;
        ahead.Skip();
        var wanted = value[(int)reader.TokenStartIndex..(int)ahead.BytesConsumed];
        if (wanted.Length > kept.Length)
        {
            // Canonical text is never longer than its source.
            return false;
        }

        var bytes = original.Span[kept.Start..kept.End];
        var rented = ArrayPool<byte>.Shared.Rent(bytes.Length);
        var isSame = rented.AsSpan(0, JsonCanonical.Copy(bytes, rented)).SequenceEqual(wanted);
        ArrayPool<byte>.Shared.Return(rented);
        if (isSame)
        {
            writer.Write(bytes);
            reader = ahead;
        }

        return isSame;
    }

    private void WriteArray(ref Utf8JsonReader reader, ReadOnlySpan<byte> value, string indent)
    {
        var isFirst = true;
        var expands = false;
        var inner = indent + style.Unit;
        writer.Write("["u8);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            // Where lists of words stand on one line, lists of objects still do not.
            expands |= isFirst && style.Unit is not null
                && (style.ExpandsArrays || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray);
            WriteSeparator(ref isFirst, expands, inner);
            WriteValue(ref reader, value, expands ? inner : indent, null, null);
        }

        WriteEnd(isFirst, expands, indent, "]"u8);
    }

    private void WriteSeparator(ref bool isFirst, bool expands, string inner)
    {
        if (expands)
        {
            Write(isFirst ? "" : ",");
            Write(style.Newline);
            Write(inner);
        }
        else
        {
            Write(isFirst ? "" : style.Comma);
        }

        isFirst = false;
    }

    private void WriteEnd(bool isEmpty, bool expands, string indent, ReadOnlySpan<byte> end)
    {
        if (!isEmpty && expands)
        {
            Write(style.Newline);
            Write(indent);
        }

        writer.Write(end);
    }

    private void WriteString(ReadOnlySpan<byte> canonical)
    {
        writer.Write("\""u8);
        if (style.EscapesNonAscii && !Ascii.IsValid(canonical))
        {
            foreach (var unit in Encoding.UTF8.GetString(canonical))
            {
                Write(unit < 0x80 ? unit.ToString() : $"\\u{(int)unit:x4}");
            }
        }
        else
        {
            writer.Write(canonical);
        }

        writer.Write("\""u8);
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, writer);
}
