using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Reading;

/// <summary>Makes entries of the values that a reader comes across, and counts them.</summary>
internal sealed class EntryCollector(ReadOnlyMemory<byte> bytes, FormatOptions options)
{
    private readonly List<FileEntry> entries = [];
    private readonly List<Place> places = [];
    private readonly ByteArena arena = new();
    private readonly LineCounter lines = new(bytes);
    private readonly byte[] keyField = options.KeyField is null ? [] : System.Text.Encoding.UTF8.GetBytes(options.KeyField);

    public int Count => entries.Count;

    public FileContents Contents(IReadOnlyList<EntryArray> arrays, int start) => new(entries, places, arrays, start);

    /// <summary>Takes the value that starts where the scanner stands, and leaves the scanner on its last token.</summary>
    public void Take(ref JsonScanner scanner, GraphRole role = GraphRole.None, string? pointer = null)
    {
        var start = scanner.Start;
        var line = lines.At(start);
        var isBare = scanner.Token != JsonToken.ObjectStart;
        var outerDepthMax = scanner.DepthMax;
        var ownDepth = scanner.Token is JsonToken.ObjectStart or JsonToken.ArrayStart ? scanner.Depth - 1 : scanner.Depth;
        scanner.DepthMax = ownDepth + options.DepthMax;
        var members = default(ItemMembers);
        if (isBare)
        {
            scanner.SkipValue();
        }
        else
        {
            members = ItemMembers.Scan(ref scanner, keyField);
        }

        scanner.DepthMax = outerDepthMax;
        var place = new Place(start, scanner.End);
        var value = Value(place, members, role, isCanonical: scanner.LastUntidy < start);
        RequireSize(value.Utf8.Length, start);
        var key = (isBare ? null : EntryKeys.Named(members, bytes, options.KeyField, role)) ?? EntryKey.ByValue(value);
        Add(new FileEntry(pointer is null ? key : key.In(pointer), value, isBare, line, Metadata(members)), place);
    }

    /// <summary>Keeps a place for a document entry, whose value is known only at its end.</summary>
    public int Reserve(int start)
    {
        Add(new FileEntry(EntryKey.Document, default, false, lines.At(start), null), default);
        return entries.Count - 1;
    }

    /// <summary>Fills the place of a document entry.</summary>
    /// <param name="index">What <see cref="Reserve"/> gave.</param>
    /// <param name="place">The document.</param>
    /// <param name="arrays">The collections, which are empty in the value.</param>
    /// <param name="members">The metadata of the document.</param>
    public void Fill(int index, Place place, IReadOnlyList<EntryArray> arrays, in ItemMembers members)
    {
        var cut = new CanonicalCut(bytes.Span, place.Start, arena.Reserve(place.Length));
        var metadata = members.Metadata;
        foreach (var array in arrays)
        {
            if (metadata is { } before && before.Start < array.Place.Start)
            {
                cut.LeaveOutMember(before);
                metadata = null;
            }

            cut.LeaveOut(array.Place.Start + 1, array.Place.End - 1);
        }

        if (metadata is { } last)
        {
            cut.LeaveOutMember(last);
        }

        cut.CopyUpTo(place.End);
        RequireSize(cut.Written, place.Start);
        var value = JsonText.FromCanonical(arena.Commit(cut.Written));
        entries[index] = entries[index] with { Value = value, Metadata = Metadata(members) };
        places[index] = place;
    }

    /// <summary>Forgets the entries of an array that turned out to hold other things as well.</summary>
    public void RollBack(int count)
    {
        entries.RemoveRange(count, entries.Count - count);
        places.RemoveRange(count, places.Count - count);
    }

    /// <summary>Takes what another one has collected of what follows.</summary>
    public void Append(EntryCollector later)
    {
        foreach (var (entry, place) in later.entries.Zip(later.places))
        {
            Add(entry, place);
        }
    }

    private void Add(FileEntry entry, Place place)
    {
        if (entries.Count >= options.MaxEntries)
        {
            throw new MemoryFormatException(
                FormatFault.Limit, $"the file has more than {options.MaxEntries:N0} entries, which is the limit", entry.Line, null);
        }

        entries.Add(entry);
        places.Add(place);
    }

    private JsonText Value(Place place, in ItemMembers members, GraphRole role, bool isCanonical)
    {
        var addsType = role != GraphRole.None && members.Type.Token == JsonToken.None;
        if (isCanonical && !addsType && members.Metadata is null)
        {
            return JsonText.FromCanonical(bytes[place.Start..place.End]);
        }

        var type = addsType ? GraphType.Member(role) : [];
        var cut = new CanonicalCut(bytes.Span, place.Start, arena.Reserve(place.Length + type.Length + 1));
        if (addsType)
        {
            cut.CopyUpTo(place.Start + 1);
            cut.InsertMember(type);
        }

        if (members.Metadata is { } metadata)
        {
            cut.LeaveOutMember(metadata);
        }

        cut.CopyUpTo(place.End);
        return JsonText.FromCanonical(arena.Commit(cut.Written));
    }

    private JsonText? Metadata(in ItemMembers members)
    {
        if (members.Metadata is null)
        {
            return null;
        }

        var (start, end) = members.MetadataValue;
        return JsonText.FromCanonical(arena.Commit(JsonCanonical.Copy(bytes.Span[start..end], arena.Reserve(end - start))));
    }

    private void RequireSize(int length, int start)
    {
        if (length > options.MaxEntryBytes)
        {
            throw new MemoryFormatException(
                FormatFault.Limit, $"an entry has {length:N0} bytes, and the limit is {options.MaxEntryBytes:N0}", LineCounter.Locate(bytes.Span, start).Line, null);
        }
    }
}
