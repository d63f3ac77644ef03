using System.Text;
using MemoryBackup.Formats.Reading;

namespace MemoryBackup.Formats.Layout;

/// <summary>How the items of an array stand in it.</summary>
/// <param name="Style">The style of an item.</param>
/// <param name="Indent">The indentation of the line on which an item starts.</param>
/// <param name="Lead">What stands between the opening bracket and the first item of an array that had none.</param>
/// <param name="Separator">What stands between two items, comma included.</param>
/// <param name="Tail">What stands between the last item and the closing bracket.</param>
internal sealed record ItemLayout(ValueStyle Style, string Indent, string Lead, string Separator, string Tail)
{
    /// <summary>The layout of an array that is in the file.</summary>
    public static ItemLayout Of(MemoryFile file, FileStyle style, EntryArray array)
    {
        var utf8 = file.Bytes.Span;
        var open = array.Place.Start;
        if (array.Count == 0)
        {
            return OfNew(style, Indentation.Of(utf8, open));
        }

        var items = style.Items(array);
        var first = file.Entries.PlaceAt(array.First);
        var indent = Indentation.Of(utf8, first.Start);
        var lead = utf8[(open + 1)..first.Start];
        var separator = array.Count > 1
            ? Encoding.UTF8.GetString(utf8[first.End..file.Entries.PlaceAt(array.First + 1).Start])
            : lead.Contains((byte)'\n') ? "," + style.Newline + indent : items.Comma;
        return new ItemLayout(items, indent, "", separator, "");
    }

    /// <summary>The layout of an array that starts on a line with this indentation and has no items yet.</summary>
    public static ItemLayout OfNew(FileStyle style, string indent)
    {
        var items = style.Document();
        if (items.Unit is null)
        {
            return new ItemLayout(items, indent, "", items.Comma, "");
        }

        var lead = style.Newline + indent + items.Unit;
        return new ItemLayout(items, indent + items.Unit, lead, "," + lead, style.Newline + indent);
    }
}
