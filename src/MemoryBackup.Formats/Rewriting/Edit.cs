using System.Buffers;

namespace MemoryBackup.Formats.Rewriting;

/// <summary>Bytes of a file that give way to others.</summary>
/// <param name="Start">The first of them.</param>
/// <param name="End">The first one after them.</param>
/// <param name="Text">What takes their place.</param>
/// <param name="More">Writes what comes after it: of what may be much, nothing is held.</param>
internal readonly record struct Edit(int Start, int End, ReadOnlyMemory<byte> Text, Action<IBufferWriter<byte>>? More = null)
{
    /// <summary>Writes a part of a file with its edits, which must be sorted, inside it and apart from one another.</summary>
    public static void Apply(ReadOnlySpan<byte> utf8, int start, int end, IEnumerable<Edit> edits, IBufferWriter<byte> writer)
    {
        foreach (var edit in edits)
        {
            writer.Write(utf8[start..edit.Start]);
            writer.Write(edit.Text.Span);
            edit.More?.Invoke(writer);
            start = edit.End;
        }

        writer.Write(utf8[start..end]);
    }
}
