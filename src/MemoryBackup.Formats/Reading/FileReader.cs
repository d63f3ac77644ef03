using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Reading;

/// <summary>Reads a file of any format, and says in terms of the file what is wrong with it.</summary>
internal static class FileReader
{
    public static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static MemoryFile Read(ReadOnlyMemory<byte> bytes, FormatOptions options)
    {
        if (bytes.Length > options.MaxFileBytes)
        {
            throw new MemoryFormatException(
                FormatFault.Limit, $"the file has {bytes.Length:N0} bytes, and the limit is {options.MaxFileBytes:N0}", 1, null);
        }

        try
        {
            RequireUtf8(bytes.Span, options);
            var start = bytes.Span.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
            var format = FormatDetection.Detect(bytes.Span, start, options);
            return new MemoryFile(format, bytes, options, Contents(format, bytes, start, options));
        }
        catch (JsonInvalidException error)
        {
            var (line, column) = LineCounter.Locate(bytes.Span, (int)error.Offset);
            throw new MemoryFormatException(error.IsLimit ? FormatFault.Limit : FormatFault.Invalid, error.Message, line, column);
        }
    }

    // That is looked at as fast as memory is brought in, and so in pieces.
    private static void RequireUtf8(ReadOnlySpan<byte> bytes, FormatOptions options)
    {
        for (int start = 0, end; start < bytes.Length; start = end)
        {
            end = options.Passed is null ? bytes.Length : BetweenCharacters(bytes, (int)Math.Min(start + (long)options.BytesOfPass, bytes.Length));
            JsonCanonical.RequireUtf8(bytes[start..end], start);
            options.Passed?.Invoke();
        }
    }

    // A character has at most three bytes behind its first one: more of that kind are wrong, wherever they are parted.
    private static int BetweenCharacters(ReadOnlySpan<byte> bytes, int end)
    {
        for (var at = end; at > end - 4 && at < bytes.Length; at--)
        {
            if ((bytes[at] & 0xC0) != 0x80)
            {
                return at;
            }
        }

        return end;
    }

    private static FileContents Contents(MemoryFormat format, ReadOnlyMemory<byte> bytes, int start, FormatOptions options)
    {
        var collector = new EntryCollector(bytes, options);
        if (FormatDetection.IsBlank(bytes.Span[start..]))
        {
            return collector.Contents([], start);
        }

        switch (format)
        {
            case MemoryFormat.JsonLines:
                LinesReader.Read(bytes, start, collector, options);
                return collector.Contents([], start);
            case MemoryFormat.JsonArray:
                return collector.Contents([ArrayReader.Read(bytes, start, collector, options)], start);
            default:
                var reader = new DocumentReader(bytes, collector, options, format == MemoryFormat.GraphDocument);
                return collector.Contents(reader.Read(start), start);
        }
    }
}
