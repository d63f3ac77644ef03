using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MemoryBackup.Crdt;

namespace MemoryBackup.Sync.Merging;

/// <summary>Writes canonical JSON over several lines, two spaces a level, every string and number as it stands.</summary>
/// <param name="writer">Where to. What was written is there after <see cref="End"/>.</param>
internal ref struct IndentedJson(IBufferWriter<byte> writer)
{
    private const int Indent = 2;

    // Of a string so much is copied at a time before room is taken anew; most have their end in the first one.
    private const int BlockLength = 512;

    private Span<byte> room;
    private int used;

    /// <summary>Writes a value, or the beginning of one up to the end of one of its members.</summary>
    /// <param name="text">The canonical bytes.</param>
    /// <param name="level">At which level its first line begins.</param>
    public void Write(scoped ReadOnlySpan<byte> text, int level)
    {
        for (var at = 0; at < text.Length;)
        {
            switch (text[at])
            {
                case (byte)'{' or (byte)'[' when text[at + 1] is (byte)'}' or (byte)']':
                    Copy(text.Slice(at, 2));
                    at += 2;
                    break;
                case (byte)'{' or (byte)'[':
                    Copy(text[at++]);
                    NewLine(++level);
                    break;
                case (byte)'}' or (byte)']':
                    NewLine(--level);
                    Copy(text[at++]);
                    break;
                case (byte)',':
                    Copy(text[at++]);
                    NewLine(level);
                    break;
                case (byte)':':
                    Copy(": "u8);
                    at++;
                    break;
                case (byte)'"':
                    at = CopyString(text, at);
                    break;
                default:
                    at = CopyScalar(text, at);
                    break;
            }
        }
    }

    /// <summary>Starts a line at a level.</summary>
    public void NewLine(int level)
    {
        var line = Room(1 + (level * Indent));
        line[0] = (byte)'\n';
        line[1..].Fill((byte)' ');
    }

    /// <summary>Writes bytes as they stand.</summary>
    public void Copy(scoped ReadOnlySpan<byte> bytes) => bytes.CopyTo(Room(bytes.Length));

    /// <summary>Writes a number.</summary>
    /// <param name="number">0 and up.</param>
    public void Number(long number)
    {
        var digits = Room(PlainInteger.LengthMax);
        used -= digits.Length - PlainInteger.Write(digits, number);
    }

    /// <summary>Takes room for some bytes, all of which the caller writes.</summary>
    public Span<byte> Room(int length)
    {
        if (room.Length - used < length)
        {
            End();
            room = writer.GetSpan(length);
        }

        used += length;
        return room.Slice(used - length, length);
    }

    /// <summary>Gives the writer what was written so far.</summary>
    public void End()
    {
        writer.Advance(used);
        room = [];
        used = 0;
    }

    private void Copy(byte one) => Room(1)[0] = one;

    private int CopyString(scoped ReadOnlySpan<byte> text, int start)
    {
        Copy(text[start]);
        for (var at = start + 1; ;)
        {
            var rest = text[at..];
            if (rest.IsEmpty)
            {
                throw new ArgumentException("A string has no end.", nameof(text));
            }

            var block = Room(Math.Min(rest.Length, BlockLength));
            var plain = CopyPlain(rest[..block.Length], block);
            used -= block.Length - plain;
            at += plain;
            if (plain == block.Length)
            {
                continue;
            }

            if (text[at] == '"')
            {
                Copy(text[at]);
                return at + 1;
            }

            Copy(text.Slice(at, 2));
            at += 2;
        }
    }

    // Up to the first quote or backslash: how much that is. Copies a few bytes more, since it looks for the end while it copies; they do not count as written.
    private static int CopyPlain(scoped ReadOnlySpan<byte> text, scoped Span<byte> block)
    {
        ref var from = ref MemoryMarshal.GetReference(text);
        ref var to = ref MemoryMarshal.GetReference(block);
        var at = 0;
        for (; text.Length - at >= Vector128<byte>.Count; at += Vector128<byte>.Count)
        {
            var chunk = Vector128.LoadUnsafe(ref from, (nuint)at);
            chunk.StoreUnsafe(ref to, (nuint)at);
            var ends = Vector128.Equals(chunk, Vector128.Create((byte)'"')) | Vector128.Equals(chunk, Vector128.Create((byte)'\\'));
            if (ends != Vector128<byte>.Zero)
            {
                return at + BitOperations.TrailingZeroCount(ends.ExtractMostSignificantBits());
            }
        }

        for (; at < text.Length && text[at] is not ((byte)'"' or (byte)'\\'); at++)
        {
            block[at] = text[at];
        }

        return at;
    }

    private int CopyScalar(scoped ReadOnlySpan<byte> text, int start)
    {
        var end = start;
        while (end < text.Length && text[end] is not ((byte)',' or (byte)']' or (byte)'}'))
        {
            end++;
        }

        Copy(text[start..end]);
        return end;
    }
}
