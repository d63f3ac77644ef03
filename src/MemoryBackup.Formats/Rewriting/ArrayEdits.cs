using System.Buffers;
using System.Text;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Formats.Layout;
using MemoryBackup.Formats.Reading;

namespace MemoryBackup.Formats.Rewriting;

/// <summary>Changes the items of an array. An item owns the separator before it, the first one what stands behind the bracket.</summary>
internal sealed class ArrayEdits
{
    private readonly MemoryFile file;
    private readonly ChangePlan plan;
    private readonly FileStyle style;
    private readonly int[] touched;

    public ArrayEdits(MemoryFile file, ChangePlan plan)
    {
        this.file = file;
        this.plan = plan;
        style = new FileStyle(file);
        touched = [.. plan.Dropped.Concat(plan.Replaced.Keys).Order()];
    }

    /// <summary>Whether an entry that is in the array now stays in it.</summary>
    public bool KeepsAny(EntryArray array) =>
        plan.Dropped.Count < array.Count || Enumerable.Range(array.First, array.Count).Any(i => !plan.Dropped.Contains(i));

    /// <summary>The edits of an array, sorted.</summary>
    public List<Edit> Of(EntryArray array)
    {
        var edits = new List<Edit>();
        var added = plan.AdditionsTo(array.Pointer);
        if (added.Count == 0 && !TouchesEntries(array))
        {
            return edits;
        }

        var layout = ItemLayout.Of(file, style, array);
        var entries = file.Entries;
        var (first, end) = (array.First, array.First + array.Count);
        var lastKept = -1;
        for (var i = first; i < end; i++)
        {
            if (plan.Dropped.Contains(i))
            {
                continue;
            }

            if (i > first && lastKept != i - 1)
            {
                edits.Add(lastKept < 0
                    ? new Edit(entries.PlaceAt(first).Start, entries.PlaceAt(i).Start, default)
                    : new Edit(entries.PlaceAt(lastKept).End, entries.PlaceAt(i - 1).End, default));
            }

            if (plan.Replaced.TryGetValue(i, out var value))
            {
                edits.Add(new Edit(entries.PlaceAt(i).Start, entries.PlaceAt(i).End, Replacement(array, layout.Style, entries.PlaceAt(i), value)));
            }

            lastKept = i;
        }

        if (lastKept >= 0)
        {
            edits.Add(new Edit(entries.PlaceAt(lastKept).End, entries.PlaceAt(end - 1).End, added.Count > 0 ? Encoding.UTF8.GetBytes(layout.Separator) : default, WriteAdded));
        }
        else if (added.Count == 0 || array.Count == 0)
        {
            var (before, after) = added.Count == 0 ? ("", "") : (layout.Lead, layout.Tail);
            edits.Add(new Edit(array.Place.Start + 1, array.Place.End - 1, Encoding.UTF8.GetBytes(before), writer =>
            {
                WriteAdded(writer);
                Encoding.UTF8.GetBytes(after, writer);
            }));
        }
        else
        {
            edits.Add(new Edit(entries.PlaceAt(first).Start, entries.PlaceAt(end - 1).End, default, WriteAdded));
        }

        return edits;

        void WriteAdded(IBufferWriter<byte> writer) => Write(array, layout, added, writer);
    }

    /// <summary>Writes an array that the file does not have.</summary>
    public void WriteNew(EntryArray array, string indent, IBufferWriter<byte> writer)
    {
        var layout = ItemLayout.OfNew(style, indent);
        var added = plan.AdditionsTo(array.Pointer);
        Encoding.UTF8.GetBytes(added.Count == 0 ? "[" : "[" + layout.Lead, writer);
        Write(array, layout, added, writer);
        Encoding.UTF8.GetBytes(added.Count == 0 ? "]" : layout.Tail + "]", writer);
    }

    private bool TouchesEntries(EntryArray array)
    {
        var next = Array.BinarySearch(touched, array.First);
        next = next < 0 ? ~next : next;
        return next < touched.Length && touched[next] < array.First + array.Count;
    }

    private ReadOnlyMemory<byte> Replacement(EntryArray array, ValueStyle items, Place place, JsonText value)
    {
        var writer = new ArrayBufferWriter<byte>();
        var hadType = array.Role != GraphRole.None && (ObjectMembers.Of(file.Bytes.Span, place)?.ContainsKey("type") ?? false);
        var written = hadType ? value : WithoutType(array.Role, value);
        new ValueWriter(writer, items, file.Bytes).Write(written, Indentation.Of(file.Bytes.Span, place.Start), place);
        return writer.WrittenMemory;
    }

    private void Write(EntryArray array, ItemLayout layout, IReadOnlyList<Addition> added, IBufferWriter<byte> writer)
    {
        for (var i = 0; i < added.Count; i++)
        {
            Encoding.UTF8.GetBytes(i == 0 ? "" : layout.Separator, writer);
            new ValueWriter(writer, layout.Style, file.Bytes).Write(WithoutType(array.Role, added[i].Value), layout.Indent);
        }
    }

    // Reading adds the type that the array implies.
    private static JsonText WithoutType(GraphRole role, JsonText value)
    {
        if (role == GraphRole.None)
        {
            return value;
        }

        var scanner = new JsonScanner(value.Utf8.Span, int.MaxValue);
        scanner.Read();
        var members = ItemMembers.Scan(ref scanner, []);
        if (EntryKeys.RoleOf(members, value.Utf8.Span) != role)
        {
            return value;
        }

        var kept = new byte[value.Utf8.Length];
        var cut = new CanonicalCut(value.Utf8.Span, 0, kept);
        cut.LeaveOutMember(new Place(members.Type.NameStart, members.Type.Place.End));
        cut.CopyUpTo(value.Utf8.Length);
        return JsonText.FromCanonical(kept.AsMemory(0, cut.Written));
    }
}
