using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Reading;

/// <summary>Makes entries of the values that a reader comes across, and counts them.</summary>
internal sealed class EntryCollector(ReadOnlyMemory<byte> bytes, FormatOptions options)
{
    private readonly FileEntries entries = new();
    private readonly ByteArena arena = new();
    private readonly ValueBlocks? blocks = options.HoldsValues ? null : new ValueBlocks(bytes);
    private readonly LineCounter lines = new(bytes, options);
    private readonly byte[] keyField = options.KeyField is null ? [] : System.Text.Encoding.UTF8.GetBytes(options.KeyField);

    public int Count => entries.Count;

    public FileContents Contents(IReadOnlyList<EntryArray> arrays, int start)
    {
        blocks?.Close();
        return new(entries, arrays, start);
    }

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
        RequireRoom(line);
        entries.Add(Known(pointer is null ? key : key.In(pointer)), value, isBare, line, Metadata(members), place);
    }

    /// <summary>Keeps a place for a document entry, whose value is known only at its end.</summary>
    public int Reserve(int start)
    {
        var line = lines.At(start);
        RequireRoom(line);
        entries.Add(EntryKey.Document, default, isBare: false, line, stripped: null, default);
        return entries.Count - 1;
    }

    /// <summary>Fills the place of a document entry.</summary>
    /// <param name="index">What <see cref="Reserve"/> gave.</param>
    /// <param name="place">The document.</param>
    /// <param name="arrays">The collections, which are empty in the value.</param>
    /// <param name="members">The metadata of the document.</param>
    public void Fill(int index, Place place, IReadOnlyList<EntryArray> arrays, in ItemMembers members)
    {
        var cut = new CanonicalCut(bytes.Span, place.Start, arena.Reserve(place.Length - arrays.Sum(array => array.Place.Length - 2)));
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
        entries.Fill(index, value, Metadata(members), place);
    }

    /// <summary>Forgets the entries of an array that turned out to hold other things as well.</summary>
    public void RollBack(int count) => entries.Cut(count);

    /// <summary>Takes what another one has collected of what follows.</summary>
    public void Append(EntryCollector later)
    {
        later.blocks?.Close();
        if (later.Count > options.MaxEntries - Count)
        {
            throw TooMany(later.entries.LineAt(options.MaxEntries - Count));
        }

        entries.Append(later.entries);
    }

    private void RequireRoom(int line)
    {
        if (Count >= options.MaxEntries)
        {
            throw TooMany(line);
        }
    }

    // The line of the first one that is too many.
    private MemoryFormatException TooMany(int line) =>
        new(FormatFault.Limit, $"the file has more than {options.MaxEntries:N0} entries, which is the limit", line, null);

    private EntryKey Known(EntryKey key) => options.Known?.Invoke(key) ?? key;

    private JsonText Value(Place place, in ItemMembers members, GraphRole role, bool isCanonical)
    {
        var addsType = role != GraphRole.None && members.Type.Token == JsonToken.None;
        var isAsItStands = !addsType && members.Metadata is null;
        if (isAsItStands && isCanonical)
        {
            return JsonText.FromCanonical(bytes[place.Start..place.End]);
        }

        if (isAsItStands && blocks is not null)
        {
            return blocks.Add(place);
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
