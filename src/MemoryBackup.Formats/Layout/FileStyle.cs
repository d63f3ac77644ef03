using MemoryBackup.Formats.Reading;

namespace MemoryBackup.Formats.Layout;

/// <summary>The style of a file, found out only where something is to be written.</summary>
internal sealed class FileStyle
{
    private const string UnitOfNewFile = "  ";

    private const int ItemsMax = 16;

    private readonly ReadOnlyMemory<byte> bytes;
    private readonly FileContents contents;
    private readonly Lazy<bool> escapesNonAscii;
    private readonly Lazy<StyleSample?> document;

    public FileStyle(MemoryFile file)
    {
        bytes = file.Bytes;
        contents = file.Contents;
        Newline = bytes.Span.IndexOf((byte)'\n') is var at and > 0 && bytes.Span[at - 1] == '\r' ? "\r\n" : "\n";
        escapesNonAscii = new(() => EscapesNonAscii(bytes.Span));
        document = new(() => file.Format is MemoryFormat.JsonDocument or MemoryFormat.GraphDocument && contents.Entries.Count > 0
            ? new StyleSample().Look(bytes.Span, contents.Entries.PlaceAt(0).Start, contents.Entries.PlaceAt(0).End)
            : null);
    }

    public string Newline { get; }

    /// <summary>The style of lines.</summary>
    public ValueStyle Lines() => Sample(0, contents.Entries.Count).Style(Newline, null, escapesNonAscii.Value) with { Unit = null, ExpandsArrays = false };

    /// <summary>The style of what is in no collection.</summary>
    public ValueStyle Document() =>
        (document.Value ?? new StyleSample()).Style(Newline, UnitOfNewFile, escapesNonAscii.Value);

    /// <summary>The style of the items of an array.</summary>
    public ValueStyle Items(EntryArray array)
    {
        var open = array.Place.Start;
        var unit = array.Count == 0
            ? UnitOfNewFile
            : bytes.Span[open..contents.Entries.PlaceAt(array.First).Start].Contains((byte)'\n')
                ? Unit(Indentation.Of(bytes.Span, open), Indentation.Of(bytes.Span, contents.Entries.PlaceAt(array.First).Start))
                : null;
        return Sample(array.First, array.Count).Style(Newline, unit, escapesNonAscii.Value, document.Value);
    }

    private StyleSample Sample(int first, int count)
    {
        var sample = new StyleSample();
        for (var i = first; i < first + Math.Min(count, ItemsMax) && !sample.IsComplete; i++)
        {
            sample.Look(bytes.Span, contents.Entries.PlaceAt(i).Start, contents.Entries.PlaceAt(i).End);
        }

        return sample;
    }

    private static string Unit(string outer, string inner) =>
        inner.Length > outer.Length && inner.StartsWith(outer, StringComparison.Ordinal) ? inner[outer.Length..] : UnitOfNewFile;

    // As json.dumps of Python does it unless told otherwise; a file without any such character does not tell.
    private static bool EscapesNonAscii(ReadOnlySpan<byte> utf8)
    {
        if (!System.Text.Ascii.IsValid(utf8))
        {
            return false;
        }

        for (var at = 0; utf8[at..].IndexOf((byte)'\\') is var next and not -1; at += 2)
        {
            at += next;
            if (utf8[at + 1] == 'u' && !utf8[(at + 2)..].StartsWith("00"u8))
            {
                return true;
            }

            if (utf8[at + 1] == 'u' && utf8[at + 4] >= '8')
            {
                return true;
            }
        }

        return false;
    }
}
