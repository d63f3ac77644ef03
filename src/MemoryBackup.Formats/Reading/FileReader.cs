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
            JsonCanonical.RequireUtf8(bytes.Span);
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
