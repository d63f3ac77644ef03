using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Reading;

/// <summary>Reads a file that is one array.</summary>
internal static class ArrayReader
{
    public static EntryArray Read(ReadOnlyMemory<byte> bytes, int start, EntryCollector collector, FormatOptions options)
    {
        var scanner = NewScanner(bytes.Span, options);
        scanner.Restart(start, bytes.Length);
        scanner.Read();
        var open = scanner.Start;
        var end = 0;
        using var later = TryGuess(bytes.Span, open, options) is { } guess ? new LaterHalf(guess, bytes, options, own => end = ReadRest(bytes.Span, guess, own, options)) : null;
        while (scanner.Read() && scanner.Depth > 0)
        {
            // Only what is an item by all that comes before it is one. Else the guess was wrong, and nobody looks at what was read from there.
            if (scanner.Start == later?.Start && later.TryTake(collector))
            {
                return new EntryArray("", GraphRole.None, new Place(open, end), 0, collector.Count);
            }

            collector.Take(ref scanner);
        }

        return new EntryArray("", GraphRole.None, new Place(open, End(ref scanner)), 0, collector.Count);
    }

    // From the item that starts there to the end of the file; gives the end of the array.
    private static int ReadRest(ReadOnlySpan<byte> utf8, int start, EntryCollector collector, FormatOptions options)
    {
        var scanner = NewScanner(utf8, options);
        scanner.RestartInArray(start, utf8.Length);
        while (scanner.Read() && scanner.Depth > 0)
        {
            collector.Take(ref scanner);
        }

        return End(ref scanner);
    }

    private static int End(ref JsonScanner scanner)
    {
        var end = scanner.End;
        scanner.Read();
        return end;
    }

    // The array itself is no part of an entry, which may be as deep here as on a line of its own.
    private static JsonScanner NewScanner(ReadOnlySpan<byte> utf8, FormatOptions options) => new(utf8, options.DepthMax + 1);

    // Where an item in the middle probably starts: what stands like the first one, on a line of its own.
    private static int? TryGuess(ReadOnlySpan<byte> utf8, int open, FormatOptions options)
    {
        if (LaterHalf.Middle(utf8.Length, options) is not { } middle)
        {
            return null;
        }

        var indent = utf8[(open + 1)..].IndexOfAnyExcept(" \t\r\n"u8);
        var line = indent < 0 ? [] : utf8.Slice(open + 1, indent + 1);
        return line.Contains((byte)'\n') && utf8[middle..].IndexOf(line) is var at and >= 0 ? middle + at + line.Length - 1 : null;
    }
}
