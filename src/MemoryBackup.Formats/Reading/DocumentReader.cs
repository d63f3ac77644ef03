using System.Text;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Reading;

/// <summary>
/// Reads a document: arrays that hold objects and nothing else, and are reached through objects only, are collections of
/// entries; the rest is the document entry.
/// </summary>
internal sealed class DocumentReader(ReadOnlyMemory<byte> bytes, EntryCollector collector, FormatOptions options, bool isGraph)
{
    private readonly List<EntryArray> arrays = [];
    private readonly List<EntryArray> emptyArrays = [];
    private readonly List<Place> path = [];
    private ItemMembers members;

    /// <summary>Whether empty arrays are of interest; they cost memory, and only whoever adds entries asks for them.</summary>
    public bool KeepsEmptyArrays { get; init; }

    public IReadOnlyList<EntryArray> EmptyArrays => emptyArrays;

    /// <summary>Reads the document and gives its collections.</summary>
    public IReadOnlyList<EntryArray> Read(int start)
    {
        var scanner = new JsonScanner(bytes.Span, options.DepthMax);
        scanner.Restart(start, bytes.Length);
        scanner.Read();
        var open = scanner.Start;
        var document = collector.Reserve(open);
        ReadObject(ref scanner);
        var place = new Place(open, scanner.End);
        scanner.Read();
        collector.Fill(document, place, arrays, members);
        return arrays;
    }

    private void ReadObject(ref JsonScanner scanner)
    {
        while (scanner.Read() && scanner.Token == JsonToken.Name)
        {
            var name = new Place(scanner.Start, scanner.End);
            var isMetadata = path.Count == 0 && scanner.Says("_crdt_metadata"u8);
            scanner.Read();
            if (isMetadata)
            {
                var value = scanner.Start;
                scanner.SkipValue();
                members.Metadata = new Place(name.Start, scanner.End);
                members.MetadataValue = new Place(value, scanner.End);
                continue;
            }

            path.Add(name);
            if (scanner.Token == JsonToken.ObjectStart)
            {
                ReadObject(ref scanner);
            }
            else if (scanner.Token == JsonToken.ArrayStart)
            {
                ReadArray(ref scanner);
            }

            path.RemoveAt(path.Count - 1);
        }
    }

    private void ReadArray(ref JsonScanner scanner)
    {
        var open = scanner.Start;
        var depth = scanner.Depth;

        // An item may be as deep as one that stands on a line of its own.
        scanner.DepthMax = depth + options.DepthMax;
        scanner.Read();
        if (scanner.Token == JsonToken.ObjectStart)
        {
            ReadItems(ref scanner, open, depth);
            scanner.DepthMax = options.DepthMax;
            return;
        }

        scanner.DepthMax = options.DepthMax;
        if (scanner.Depth > scanner.DepthMax)
        {
            RequireDepth(open, scanner.End, depth);
        }

        if (scanner.Token == JsonToken.ArrayEnd && KeepsEmptyArrays)
        {
            var pointer = Pointer();
            emptyArrays.Add(new EntryArray(pointer, Role(pointer), new Place(open, scanner.End), 0, 0));
        }

        SkipRest(ref scanner, depth);
    }

    private void ReadItems(ref JsonScanner scanner, int open, int depth)
    {
        var pointer = Pointer();
        var role = Role(pointer);
        var first = collector.Count;
        while (scanner.Token == JsonToken.ObjectStart)
        {
            collector.Take(ref scanner, role, role == GraphRole.None ? pointer : null);
            scanner.Read();
        }

        if (scanner.Depth < depth)
        {
            arrays.Add(new EntryArray(pointer, role, new Place(open, scanner.End), first, collector.Count - first));
            return;
        }

        collector.RollBack(first);
        SkipRest(ref scanner, depth);
        RequireDepth(open, scanner.End, depth);
    }

    // What may be an item is allowed to be deeper than what turns out to be a part of the document.
    private void RequireDepth(int open, int end, int depth)
    {
        var again = new JsonScanner(bytes.Span, options.DepthMax - depth + 1);
        again.Restart(open, end);
        again.Read();
        again.SkipValue();
    }

    private static void SkipRest(ref JsonScanner scanner, int depth)
    {
        while (scanner.Depth >= depth)
        {
            scanner.Read();
        }
    }

    private GraphRole Role(string pointer) => isGraph ? GraphType.RoleAt(pointer) : GraphRole.None;

    private string Pointer()
    {
        var pointer = new StringBuilder();
        foreach (var name in path)
        {
            pointer.Append('/').Append(JsonPointer.Escape(JsonCanonical.Unescape(bytes.Span[name.Start..name.End])));
        }

        return pointer.ToString();
    }
}
