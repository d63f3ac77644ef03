using System.Buffers;

namespace MemoryBackup.Formats.Rewriting;

/// <summary>Bytes of a file that give way to others.</summary>
internal readonly record struct Edit(int Start, int End, ReadOnlyMemory<byte> Text)
{
    /// <summary>Writes a part of a file with its edits, which must be sorted, inside it and apart from one another.</summary>
    public static void Apply(ReadOnlySpan<byte> utf8, int start, int end, IEnumerable<Edit> edits, IBufferWriter<byte> writer)
    {
        foreach (var edit in edits)
        {
            writer.Write(utf8[start..edit.Start]);
            writer.Write(edit.Text.Span);
            start = edit.End;
        }

        writer.Write(utf8[start..end]);
    }
}
