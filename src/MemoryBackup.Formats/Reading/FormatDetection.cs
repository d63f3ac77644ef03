using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Reading;

/// <summary>Tells the format by the bytes; where they leave a choice, by what is expected.</summary>
internal static class FormatDetection
{
    public static bool IsBlank(ReadOnlySpan<byte> utf8) => utf8.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    /// <exception cref="MemoryFormatException">The first byte belongs to no format.</exception>
    /// <exception cref="JsonInvalidException">The bytes that decide are no JSON.</exception>
    public static MemoryFormat Detect(ReadOnlySpan<byte> utf8, int start, FormatOptions options)
    {
        var blank = utf8[start..].IndexOfAnyExcept(" \t\r\n"u8);
        if (blank < 0)
        {
            return options.Expected ?? MemoryFormat.JsonLines;
        }

        var first = start + blank;
        var length = utf8[first..].IndexOf((byte)'\n');
        var end = length < 0 ? utf8.Length : first + length;
        var isOneLine = IsBlank(utf8[end..]);
        return utf8[first] switch
        {
            (byte)'[' => ArrayOrLines(utf8, first, end, isOneLine, options),
            (byte)'{' => isOneLine
                ? OneLine(utf8, first, options)
                : IsExpectedAsLines(options) || IsComplete(utf8, first, end) ? MemoryFormat.JsonLines : Document(utf8, first, options),
            _ when IsExpectedAsLines(options) => MemoryFormat.JsonLines,
            _ => throw new JsonInvalidException("a memory file starts with '[' or '{'", first),
        };
    }

    private static bool IsExpectedAsLines(FormatOptions options) => options.Expected == MemoryFormat.JsonLines;

    // An array on a line is an array, unless other values follow it, or it is expected to be a line and holds what is no entry.
    private static MemoryFormat ArrayOrLines(ReadOnlySpan<byte> utf8, int first, int end, bool isOneLine, FormatOptions options) =>
        isOneLine
            ? IsExpectedAsLines(options) && !HoldsOnlyObjects(utf8, first, options) ? MemoryFormat.JsonLines : MemoryFormat.JsonArray
            : IsComplete(utf8, first, end) ? MemoryFormat.JsonLines : MemoryFormat.JsonArray;

    private static MemoryFormat OneLine(ReadOnlySpan<byte> utf8, int first, FormatOptions options)
    {
        if (options.Expected is MemoryFormat.JsonLines or MemoryFormat.JsonDocument)
        {
            return options.Expected.Value;
        }

        var shape = DocumentShape.Of(utf8, first, options);
        return shape.IsGraphItem && options.Expected != MemoryFormat.GraphDocument ? MemoryFormat.JsonLines : Document(shape, options);
    }

    private static MemoryFormat Document(ReadOnlySpan<byte> utf8, int first, FormatOptions options) =>
        options.Expected == MemoryFormat.JsonDocument ? MemoryFormat.JsonDocument : Document(DocumentShape.Of(utf8, first, options), options);

    private static MemoryFormat Document(DocumentShape shape, FormatOptions options) =>
        shape.IsGraph || (shape.MayBeGraph && options.Expected == MemoryFormat.GraphDocument)
            ? MemoryFormat.GraphDocument
            : MemoryFormat.JsonDocument;

    private static bool IsComplete(ReadOnlySpan<byte> utf8, int first, int end)
    {
        // Only a question: what is wrong in the line is said by whoever reads it.
        var scanner = new JsonScanner(utf8, int.MaxValue);
        scanner.Restart(first, end);
        try
        {
            scanner.Read();
            scanner.SkipValue();
            return true;
        }
        catch (JsonInvalidException)
        {
            return false;
        }
    }

    private static bool HoldsOnlyObjects(ReadOnlySpan<byte> utf8, int first, FormatOptions options)
    {
        var scanner = new JsonScanner(utf8, options.DepthMax + 1);
        scanner.Restart(first, utf8.Length);
        scanner.Read();
        while (scanner.Read() && scanner.Depth > 0)
        {
            if (scanner.Token != JsonToken.ObjectStart)
            {
                return false;
            }

            scanner.SkipValue();
        }

        return true;
    }
}
