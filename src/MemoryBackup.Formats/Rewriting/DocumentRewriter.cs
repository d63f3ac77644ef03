using System.Buffers;
using System.Text.Json;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Formats.Layout;
using MemoryBackup.Formats.Reading;

namespace MemoryBackup.Formats.Rewriting;

/// <summary>Changes a document and its collections. Finding places comes first and may give up changes; then the file is written.</summary>
internal sealed class DocumentRewriter
{
    private readonly MemoryFile file;
    private readonly ChangePlan plan;
    private readonly ArrayTree tree = new();
    private readonly List<EntryArray> arrays;
    private readonly Dictionary<string, EntryArray> byPointer;
    private readonly JsonText value;
    private readonly bool writesDocument;
    private ArrayEdits? edits;

    public DocumentRewriter(MemoryFile file, ChangePlan plan)
    {
        this.file = file;
        this.plan = plan;
        arrays = [.. file.Contents.Arrays];
        byPointer = arrays.ToDictionary(array => array.Pointer);
        var wanted = plan.Extended.ToHashSet();
        if (plan.Document is not null || wanted.Any(pointer => !byPointer.ContainsKey(pointer)))
        {
            FindEmptyArrays(wanted);
        }

        if (plan.Document is { } changed && !KeepsWhatStays(changed))
        {
            plan.GiveUpDocument();
        }

        value = plan.Document ?? file.Entries[0].Value;
        using var document = Parse(value);
        PutArrays(document.RootElement, wanted);
        writesDocument = plan.Document is not null
            || plan.Extended.Any(pointer => !byPointer.ContainsKey(pointer));
    }

    private ArrayEdits Edits => edits ??= new ArrayEdits(file, plan);

    public void Write(IBufferWriter<byte> writer)
    {
        var utf8 = file.Bytes.Span;
        if (!writesDocument)
        {
            Edit.Apply(utf8, 0, utf8.Length, arrays.OrderBy(array => array.Place.Start).SelectMany(Edits.Of), writer);
            return;
        }

        var root = file.Entries.PlaceAt(0);
        writer.Write(utf8[..root.Start]);
        new ValueWriter(writer, new FileStyle(file).Document(), file.Bytes)
            .Write(value, Indentation.Of(utf8, root.Start), root, tree);
        writer.Write(utf8[root.End..]);
    }

    // Empty arrays are part of the document, but where one is to be filled its own bytes are edited.
    private void FindEmptyArrays(HashSet<string> wanted)
    {
        var options = file.Options with { MaxEntries = int.MaxValue };
        var reader = new DocumentReader(file.Bytes, new EntryCollector(file.Bytes, options), options, file.Format == MemoryFormat.GraphDocument)
        {
            KeepsEmptyArrays = true,
        };
        reader.Read(file.Contents.Start);
        foreach (var array in reader.EmptyArrays.Where(array => array.Role != GraphRole.None || wanted.Contains(array.Pointer)))
        {
            arrays.Add(array);
            byPointer.Add(array.Pointer, array);
        }
    }

    // A document that has no room for entries which are in the file, and are to stay, is not written: they would be lost.
    private bool KeepsWhatStays(JsonText changed)
    {
        using var document = Parse(changed);
        return arrays.TrueForAll(array => !Edits.KeepsAny(array) || HasRoom(document.RootElement, JsonPointer.Names(array.Pointer)!));
    }

    private void PutArrays(JsonElement document, HashSet<string> wanted)
    {
        foreach (var array in arrays)
        {
            if (array.Role != GraphRole.None || Edits.KeepsAny(array))
            {
                tree.TryPut(JsonPointer.Names(array.Pointer), (writer, _) => WriteOld(array, writer));
                wanted.Remove(array.Pointer);
            }
        }

        foreach (var pointer in plan.Extended.Where(wanted.Contains).ToList())
        {
            var array = byPointer.GetValueOrDefault(pointer)
                ?? new EntryArray(pointer, file.Format == MemoryFormat.GraphDocument ? GraphType.RoleAt(pointer) : GraphRole.None, default, 0, 0);
            if (!IsAllowed(pointer, out var names)
                || !HasRoom(document, names)
                || !tree.TryPut(names, (writer, indent) => WriteNewOrOld(array, indent, writer)))
            {
                plan.GiveUp(pointer);
            }
        }
    }

    private void WriteNewOrOld(EntryArray array, string indent, IBufferWriter<byte> writer)
    {
        if (array.Place.Length > 0)
        {
            WriteOld(array, writer);
        }
        else
        {
            Edits.WriteNew(array, indent, writer);
        }
    }

    private void WriteOld(EntryArray array, IBufferWriter<byte> writer) =>
        Edit.Apply(file.Bytes.Span, array.Place.Start, array.Place.End, Edits.Of(array), writer);

    private bool IsAllowed(string pointer, out string[] names)
    {
        names = JsonPointer.Names(pointer) ?? [];
        return names.Length > 0
            && names.Length < file.Options.DepthMax
            && names[0] != "_crdt_metadata";
    }

    // Everything on the way is an object or missing, and so far there is an empty array or nothing at its end.
    private static bool HasRoom(JsonElement document, string[] names)
    {
        foreach (var name in names)
        {
            if (document.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            if (!document.TryGetProperty(name, out document))
            {
                return true;
            }
        }

        return document.ValueKind == JsonValueKind.Array && document.GetArrayLength() == 0;
    }

    private static JsonDocument Parse(JsonText value) =>
        JsonDocument.Parse(value.Utf8, new JsonDocumentOptions { MaxDepth = 4 * JsonCanonical.MaxDepthCeiling });
}
