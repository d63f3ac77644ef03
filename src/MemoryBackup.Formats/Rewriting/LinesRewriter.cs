using System.Buffers;
using System.Text;
using MemoryBackup.Formats.Layout;
using MemoryBackup.Formats.Reading;

namespace MemoryBackup.Formats.Rewriting;

/// <summary>Changes, deletes and adds lines.</summary>
internal static class LinesRewriter
{
    public static void Write(MemoryFile file, ChangePlan plan, IFileOutput writer)
    {
        var utf8 = file.Bytes.Span;
        var style = new FileStyle(file);
        var lines = style.Lines();
        Edit.Apply(utf8, 0, utf8.Length, Edits(file, plan, lines), writer);

        // The MCP server splits at newlines and writes none at the end: no line may be glued to another, and none be empty.
        var hasFinalNewline = utf8.Length == file.Contents.Start || utf8[^1] == '\n';
        var newline = Encoding.ASCII.GetBytes(style.Newline);
        foreach (var addition in plan.AdditionsTo(""))
        {
            if (writer.Written > file.Contents.Start && writer.Last != '\n')
            {
                writer.Write(newline);
            }

            new ValueWriter(writer, lines, file.Bytes).Write(addition.Value, "");
        }

        if (plan.AdditionCount > 0 && hasFinalNewline)
        {
            writer.Write(newline);
        }
    }

    private static List<Edit> Edits(MemoryFile file, ChangePlan plan, ValueStyle style)
    {
        var edits = new List<Edit>();
        var utf8 = file.Bytes.Span;
        foreach (var i in plan.Dropped.Concat(plan.Replaced.Keys).Order())
        {
            var place = file.Entries.PlaceAt(i);
            if (plan.Replaced.TryGetValue(i, out var value))
            {
                var text = new ArrayBufferWriter<byte>();
                new ValueWriter(text, style, file.Bytes).Write(value, "", place);
                edits.Add(new Edit(place.Start, place.End, text.WrittenMemory));
                continue;
            }

            var line = WholeLine(utf8, place, file.Contents.Start);
            if (edits is [.., { Text.IsEmpty: true } before] && before.End == line.Start)
            {
                edits[^1] = before with { End = line.End };
            }
            else
            {
                edits.Add(new Edit(line.Start, line.End, default));
            }
        }

        // Where the file has no final newline, the line that becomes the last loses its own.
        if (edits is [.., { Text.IsEmpty: true } last] && last.End == utf8.Length && utf8[^1] != '\n' && last.Start > file.Contents.Start)
        {
            var start = last.Start - (last.Start > 1 && utf8[last.Start - 2] == '\r' ? 2 : 1);
            edits[^1] = last with { Start = start };
        }

        return edits;
    }

    private static Place WholeLine(ReadOnlySpan<byte> utf8, Place place, int fileStart)
    {
        var start = Math.Max(fileStart, utf8[..place.Start].LastIndexOf((byte)'\n') + 1);
        var newline = utf8[place.End..].IndexOf((byte)'\n');
        return new Place(start, newline < 0 ? utf8.Length : place.End + newline + 1);
    }
}
