using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Reading;

/// <summary>Reads JSON Lines: one value a line, blank lines allowed.</summary>
internal static class LinesReader
{
    public static void Read(ReadOnlyMemory<byte> bytes, int start, EntryCollector collector, FormatOptions options)
    {
        var middle = LaterHalf.Middle(bytes.Length, options) is { } about && bytes.Span[about..].IndexOf((byte)'\n') is var more and >= 0 ? about + more + 1 : bytes.Length;
        using var later = middle == bytes.Length ? null : new LaterHalf(middle, bytes, options, own => Read(bytes.Span, middle, bytes.Length, own, options));
        Read(bytes.Span, start, middle, collector, options);
        if (later is not null && !later.TryTake(collector))
        {
            Read(bytes.Span, middle, bytes.Length, collector, options);
        }
    }

    private static void Read(ReadOnlySpan<byte> utf8, int start, int stop, EntryCollector collector, FormatOptions options)
    {
        var scanner = new JsonScanner(utf8, options.DepthMax);
        while (start < stop)
        {
            var length = utf8[start..].IndexOf((byte)'\n');
            var end = length < 0 ? utf8.Length : start + length;
            if (!FormatDetection.IsBlank(utf8[start..end]))
            {
                ReadLine(utf8, start, end, ref scanner, collector);
            }

            start = end + 1;
        }
    }

    private static void ReadLine(ReadOnlySpan<byte> utf8, int start, int end, ref JsonScanner scanner, EntryCollector collector)
    {
        scanner.Restart(start, end);
        try
        {
            scanner.Read();
            collector.Take(ref scanner);
            scanner.Read();
        }
        catch (JsonInvalidException error) when (error.Offset >= end && end < utf8.Length)
        {
            throw new JsonInvalidException(
                $"the line ends before its JSON value does ({error.Message}); in JSON Lines every value stands on one line", error.Offset);
        }
    }
}
