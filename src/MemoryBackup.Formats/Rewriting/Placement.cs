using System.Text;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Formats.Reading;

namespace MemoryBackup.Formats.Rewriting;

/// <summary>Whether an entry can stand in a file: only where reading would give it back under the same key.</summary>
internal static class Placement
{
    /// <summary>The array that an entry belongs to, empty for a whole file; null: there is none in this format.</summary>
    public static string? PointerFor(MemoryFormat format, EntryKey key, JsonText value)
    {
        if (format is MemoryFormat.JsonArray or MemoryFormat.JsonLines)
        {
            return "";
        }

        if (key.TryGetCollection(out var pointer, out _))
        {
            return pointer;
        }

        if (format != MemoryFormat.GraphDocument || value.Kind != JsonKind.Object)
        {
            return null;
        }

        var role = key.Text.StartsWith("[\"entity\",", StringComparison.Ordinal) ? GraphRole.Entity
            : key.Text.StartsWith("[\"relation\",", StringComparison.Ordinal) ? GraphRole.Relation
            : EntryKeys.RoleOf(Members(value, [], int.MaxValue), value.Utf8.Span);
        return role switch
        {
            GraphRole.Entity => GraphType.EntitiesPointer,
            GraphRole.Relation => GraphType.RelationsPointer,
            _ => null,
        };
    }

    /// <summary>Whether the array gives the value back under the key.</summary>
    public static bool Holds(MemoryFile file, string pointer, EntryKey key, JsonText value)
    {
        var options = file.Options;
        if (value.Utf8.Length > options.MaxEntryBytes)
        {
            return false;
        }

        var isCollection = file.Format is MemoryFormat.JsonDocument or MemoryFormat.GraphDocument;
        try
        {
            if (value.Kind != JsonKind.Object)
            {
                RequireDepth(value, options.DepthMax);
                return !isCollection && EntryKey.ByValue(value) == key;
            }

            var role = file.Format == MemoryFormat.GraphDocument ? GraphType.RoleAt(pointer) : GraphRole.None;
            var keyField = options.KeyField is null ? [] : Encoding.UTF8.GetBytes(options.KeyField);
            var members = Members(value, keyField, options.DepthMax);
            var own = EntryKeys.Named(members, value.Utf8, options.KeyField, role) ?? EntryKey.ByValue(value);
            return members.Metadata is null
                && (role == GraphRole.None || members.Type.Token != JsonToken.None)
                && (role != GraphRole.Entity || members.Name.IsString)
                && (isCollection && role == GraphRole.None ? own.In(pointer) : own) == key;
        }
        catch (JsonInvalidException error) when (error.IsLimit)
        {
            return false;
        }
    }

    /// <summary>Whether the value can be that of a document entry: no collection in it, and room for a knowledge graph where there is one.</summary>
    public static bool IsDocument(JsonText value, MemoryFormat format, FormatOptions options)
    {
        if (value.Kind != JsonKind.Object)
        {
            return false;
        }

        try
        {
            var collector = new EntryCollector(value.Utf8, options with { MaxEntries = int.MaxValue, KeyField = null });
            var arrays = new DocumentReader(value.Utf8, collector, options, isGraph: false).Read(0);
            return collector.Count == 1
                && arrays.Count == 0
                && collector.Contents(arrays, 0).Entries[0].Metadata is null
                && (format != MemoryFormat.GraphDocument || DocumentShape.Of(value.Utf8.Span, 0, options).MayBeGraph);
        }
        catch (Exception error) when (error is JsonInvalidException { IsLimit: true } or MemoryFormatException)
        {
            return false;
        }
    }

    private static ItemMembers Members(JsonText value, ReadOnlySpan<byte> keyField, int depthMax)
    {
        var scanner = new JsonScanner(value.Utf8.Span, depthMax);
        scanner.Read();
        return ItemMembers.Scan(ref scanner, keyField);
    }

    private static void RequireDepth(JsonText value, int depthMax)
    {
        var scanner = new JsonScanner(value.Utf8.Span, depthMax);
        while (scanner.Read())
        {
        }
    }
}
