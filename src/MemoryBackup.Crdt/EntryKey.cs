using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Crdt;

/// <summary>
/// What identifies an entry inside a space: a canonical JSON array whose first item says which kind of key it is. The same
/// memory has the same keys in every format, so that hosts with different formats can share a space.
/// </summary>
/// <remarks>
/// <c>["id",1]</c>, <c>["field","email","a@b"]</c>, <c>["entity","Ada"]</c>, <c>["relation","Ada","knows","Bob"]</c>,
/// <c>["value","…32 hex digits…"]</c>, <c>["document"]</c>, <c>["file","notes/a.md"]</c>, and for an entry of a collection inside a
/// document <c>["in","/notes","id",1]</c>: the JSON pointer of the collection, then the items of the entry's own key.
/// </remarks>
public readonly record struct EntryKey : IComparable<EntryKey>
{
    private const string InPrefix = "[\"in\",\"";

    private EntryKey(string text) => Text = text;

    /// <summary>The canonical JSON array.</summary>
    public string Text { get; }

    /// <summary>The rest of a document: everything that is in no collection.</summary>
    public static EntryKey Document { get; } = new("""["document"]""");

    /// <summary>An entry named by one of its fields. The JSON type is part of the key: <c>1</c> is not <c>"1"</c>.</summary>
    /// <param name="field">The field, <c>id</c> unless the user named another.</param>
    /// <param name="value">Its value, a string, number or boolean.</param>
    public static EntryKey ByField(string field, JsonText value) =>
        field == "id" ? Of("id", Scalar(value)) : Of("field", Quote(field), Scalar(value));

    /// <summary>A node of a knowledge graph.</summary>
    public static EntryKey Entity(string name) => Of("entity", Quote(name));

    /// <summary>An edge of a knowledge graph.</summary>
    public static EntryKey Relation(string from, string relationType, string to) =>
        Of("relation", Quote(from), Quote(relationType), Quote(to));

    /// <inheritdoc cref="Entity(string)"/>
    /// <param name="name">A canonical string.</param>
    public static EntryKey Entity(JsonText name) => Of("entity", name.ToString());

    /// <inheritdoc cref="Relation(string, string, string)"/>
    /// <remarks>The parts are canonical strings.</remarks>
    public static EntryKey Relation(JsonText from, JsonText relationType, JsonText to) =>
        Of("relation", from.ToString(), relationType.ToString(), to.ToString());

    /// <summary>An entry that nothing names but what it says: 128 bits of the SHA-256 of its normal form.</summary>
    public static EntryKey ByValue(JsonText value) =>
        Of("value", Quote(Convert.ToHexStringLower(SHA256.HashData(JsonNormalForm.Of(value)).AsSpan(0, 16))));

    /// <summary>A file of a folder, by its path below the folder with <c>/</c> between its parts.</summary>
    public static EntryKey File(string path) => Of("file", Quote(path));

    /// <summary>This key inside a collection of a document.</summary>
    /// <param name="pointer">The JSON pointer (RFC 6901) of the collection.</param>
    public EntryKey In(string pointer) => new($"[\"in\",{Quote(pointer)},{Text[1..]}");

    /// <summary>Takes a key that is <see cref="In"/> a collection apart.</summary>
    /// <param name="pointer">The JSON pointer of the collection.</param>
    /// <param name="own">The key that the entry has inside it.</param>
    /// <returns>False if the key is in no collection.</returns>
    public bool TryGetCollection(out string pointer, out EntryKey own)
    {
        (pointer, own) = ("", this);
        if (!Text.StartsWith(InPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        var end = InPrefix.Length;
        while (Text[end] != '"')
        {
            end += Text[end] == '\\' ? 2 : 1;
        }

        pointer = JsonText.FromCanonical(Encoding.UTF8.GetBytes(Text[(InPrefix.Length - 1)..(end + 1)])).AsString();
        own = new EntryKey($"[{Text[(end + 2)..]}");
        return true;
    }

    /// <summary>Reads a key back from its text.</summary>
    /// <exception cref="JsonInvalidException">The text is no key.</exception>
    public static EntryKey Parse(JsonText text)
    {
        if (text.Kind != JsonKind.Array || !IsKey(text.Utf8.Span))
        {
            throw new JsonInvalidException("a key is an array of its kind and the items that the kind has", 0);
        }

        return new EntryKey(text.ToString());
    }

    /// <summary>Takes a text that is known to be a key: read back from a state that was checked.</summary>
    /// <param name="text">What <see cref="Text"/> gave.</param>
    public static EntryKey FromCanonical(string text) => new(text);

    /// <summary>How the key is shown to a person: <c>Ada</c>, <c>Ada -knows-> Bob</c>, <c>notes: 1</c>.</summary>
    public string Display()
    {
        var items = Items();
        var prefix = "";
        if (items is ["in", var pointer, ..])
        {
            prefix = pointer + ": ";
            items = items[2..];
        }

        return prefix + items switch
        {
            ["relation", var from, var type, var to] => $"{from} -{type}-> {to}",
            ["field", var field, var value] => $"{field}={value}",
            ["value", var hash] => $"value:{hash[..Math.Min(12, hash.Length)]}",
            ["document"] => "(document)",
            [_, var only] => only,
            _ => Text,
        };
    }

    /// <summary>The elements of an entry that make its key; none where the key is no part of what the entry says.</summary>
    public IReadOnlyList<string> Identity() => (Items() switch
    {
        ["in", _, .. var own] => own,
        var own => own,
    }) switch
    {
        ["id", ..] => ["/id"],
        ["field", var field, ..] => [ElementPath.Member(ElementPath.Root, field)],
        ["entity", ..] => ["/type", "/name"],
        ["relation", ..] => ["/type", "/from", "/relationType", "/to"],
        _ => [],
    };

    /// <summary>Ordinal order of the text.</summary>
    public int CompareTo(EntryKey other) => string.CompareOrdinal(Text, other.Text);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool IsKey(ReadOnlySpan<byte> array)
    {
        var reader = new Utf8JsonReader(array, new JsonReaderOptions { MaxDepth = JsonCanonical.MaxDepthCeiling });
        reader.Read();
        if (!IsString(ref reader))
        {
            return false;
        }

        if (reader.ValueTextEquals("in"u8) && !(IsString(ref reader) && IsString(ref reader)))
        {
            return false;
        }

        var isKey =
            reader.ValueTextEquals("id"u8) ? IsScalar(ref reader)
            : reader.ValueTextEquals("field"u8) ? IsString(ref reader) && IsScalar(ref reader)
            : reader.ValueTextEquals("relation"u8) ? IsString(ref reader) && IsString(ref reader) && IsString(ref reader)
            : reader.ValueTextEquals("entity"u8) || reader.ValueTextEquals("value"u8) || reader.ValueTextEquals("file"u8) ? IsString(ref reader)
            : reader.ValueTextEquals("document"u8);
        return isKey && reader.Read() && reader.TokenType == JsonTokenType.EndArray;

        static bool IsString(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.String;

        static bool IsScalar(ref Utf8JsonReader reader) =>
            reader.Read() && reader.TokenType is JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False;
    }

    private string[] Items()
    {
        var items = new List<string>();
        var bytes = Encoding.UTF8.GetBytes(Text);
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan));
        }

        return [.. items];
    }

    private static EntryKey Of(string kind, params ReadOnlySpan<string> items) => items.Length == 1
        ? new(string.Concat("[\"", kind, "\",", items[0], "]"))
        : new(string.Concat("[\"", kind, "\",", string.Join(',', items), "]"));

    private static string Quote(string value) => Encoding.UTF8.GetString(JsonCanonical.String(value));

    // 1 and 1.0 are one value, so they are one key: a number goes in by its normal form unless it is a plain integer already.
    private static string Scalar(JsonText value) =>
        value.Kind == JsonKind.Number && value.Utf8.Span.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0
            ? PlainInteger(Encoding.ASCII.GetString(JsonNormalForm.Of(value)))
            : value.ToString();

    private static string PlainInteger(string normal) =>
        normal.IndexOf('e') is var e and > 0 && int.TryParse(normal.AsSpan(e + 1), out var zeros) && zeros is >= 0 and < 32
            ? normal[..e] + new string('0', zeros)
            : normal;
}
