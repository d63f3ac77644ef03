namespace MemoryBackup.Formats.Reading;

/// <summary>Tells the lines of places that are asked for in ascending order.</summary>
/// <param name="bytes">The file.</param>
/// <param name="options">How it is read.</param>
internal sealed class LineCounter(ReadOnlyMemory<byte> bytes, FormatOptions options)
{
    private int counted;
    private int line = 1;

    /// <summary>The line of a place, counted from 1.</summary>
    public int At(int offset)
    {
        // To the second half of a file it is a long way, which is looked at as fast as memory is brought in.
        while (offset - counted > options.BytesOfPass)
        {
            CountUpTo(counted + options.BytesOfPass);
            options.Passed?.Invoke();
        }

        CountUpTo(offset);
        return line;
    }

    private void CountUpTo(int offset)
    {
        line += bytes.Span[counted..offset].Count((byte)'\n');
        counted = offset;
    }

    /// <summary>The line and character of any place, each counted from 1.</summary>
    public static (int Line, int Column) Locate(ReadOnlySpan<byte> bytes, int offset)
    {
        var before = bytes[..Math.Min(offset, bytes.Length)];
        var start = before.LastIndexOf((byte)'\n') + 1;
        var column = 1;
        foreach (var unit in before[start..])
        {
            // Every character has exactly one byte that does not continue another.
            column += (unit & 0xC0) == 0x80 ? 0 : 1;
        }

        // A byte order mark is no character of the first line.
        column -= start == 0 && before.StartsWith(FileReader.ByteOrderMark) ? 1 : 0;
        return (before.Count((byte)'\n') + 1, column);
    }
}
