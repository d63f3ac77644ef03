using System.Text;
using CsCheck;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Formats;

namespace MemoryBackup.Generators;

/// <summary>Generates values, files in all formats and styles, and changes.</summary>
internal static class FileGen
{
    public static readonly Gen<string> Text = Gen.OneOf("", "a", "b", "Ada", "knows", "é", "日本", "😀", "a\\b", "q\"q", "x/y~z", "\n\t", "\u0001", "\u2028", "NaN");

    private static readonly Gen<string> Scalar = Gen.OneOf(
        Gen.OneOf("null", "true", "false", "0", "-0", "1", "1.0", "1e400", "12345678901234567890", "0.10", "1E5", "-2.5e-3"),
        Text.Select(text => JsonText.String(text).ToString()));

    private static readonly Gen<string> Name = Gen.OneOf("a", "b", "c", "é", "k/l", "~", "", "entityType", "observations").Select(name => JsonText.String(name).ToString());

    public static readonly Gen<string> Value = Gen.Recursive<string>((depth, self) =>
        depth > 4 ? Scalar : Gen.Frequency(
            (4, Scalar),
            (1, self.Array[0, 3].Select(items => $"[{string.Join(',', items)}]")),
            (1, Gen.Select(Name, self).Array[0, 3].Select(members => $"{{{string.Join(',', members.DistinctBy(member => member.Item1).Select(member => $"{member.Item1}:{member.Item2}"))}}}"))));

    private static readonly Gen<string> Deep = Gen.Int[1, 100].Select(levels => new string('[', levels) + new string(']', levels));

    /// <summary>Canonical objects, as entries of an array or of lines.</summary>
    public static readonly Gen<string> Item =
        Gen.Select(
            Gen.Frequency(
                (6, Gen.Int[0, 6].Select(id => $"\"id\":{id},")),
                (1, Gen.OneOf("\"id\":\"1\",", "\"id\":null,", "\"id\":1.5,", "\"id\":[1],", "\"email\":\"a@b\",")),
                (3, Text.Select(name => $"\"type\":\"entity\",\"name\":{JsonText.String(name)},")),
                (2, Gen.Select(Text, Text).Select((from, to) => $"\"type\":\"relation\",\"from\":{JsonText.String(from)},\"to\":{JsonText.String(to)},\"relationType\":\"r\",")),
                (1, Gen.Const(""))),
            Gen.Select(Name, Gen.Frequency((12, Value), (1, Deep))).Array[0, 3],
            (key, members) => "{" + (key + string.Join(',', members.DistinctBy(member => member.Item1).Select(member => $"{member.Item1}:{member.Item2}"))).TrimEnd(',') + "}");

    /// <summary>Anything that a line or an array may hold.</summary>
    public static readonly Gen<string> AnyItem = Gen.Frequency((6, Item), (1, Value));

    private static readonly Gen<string> Collection = Item.Array[0, 4].Select(items => $"[{string.Join(',', items)}]");

    private static readonly Gen<string> DocumentText =
        Gen.Select(Gen.Select(Name, Gen.Frequency((2, Value), (3, Collection), (1, Collection.Select(inner => $"{{\"in\":{inner}}}")))).Array[0, 5],
            members => $"{{{string.Join(',', members.DistinctBy(member => member.Item1).Select(member => $"{member.Item1}:{member.Item2}"))}}}");

    private static readonly Gen<string> GraphText =
        Gen.Select(
            Gen.Select(Text, Gen.OneOf("", ",\"type\":\"entity\"", ",\"type\":\"person\"", ",\"id\":1", ",\"_crdt_metadata\":{}"), Value)
                .Select((name, extra, value) => $"{{\"name\":{JsonText.String(name)}{extra},\"observations\":{value}}}").Array[0, 4],
            Gen.Select(Text, Text, Gen.OneOf("", ",\"type\":\"relation\"")).Select((from, to, extra) => $"{{\"from\":{JsonText.String(from)},\"to\":{JsonText.String(to)},\"relationType\":\"r\"{extra}}}").Array[0, 4],
            Gen.OneOf("", ",\"version\":1", ",\"notes\":[{\"id\":1}],\"x\":{\"y\":[]}", ",\"_crdt_metadata\":{\"host\":\"h\"}"),
            (entities, relations, rest) => $"{{\"entities\":[{string.Join(',', entities)}],\"relations\":[{string.Join(',', relations)}]{rest}}}");

    private static readonly Gen<Dress> Dresses = Gen.Select(
        Gen.OneOf<string?>(null, "  ", "    ", "\t"), Gen.Bool, Gen.OneOf("\n", "\r\n"), Gen.Bool, Gen.Bool, Gen.Bool,
        (unit, python, newline, ascii, mark, final) => new Dress(unit, python, newline, ascii, mark, final));

    private static readonly Gen<string> Lines = Gen.Select(AnyItem.Array[0, 6], Gen.OneOf(0, 1, 2).Array[6], Dresses, (items, blanks, dress) =>
        dress.Finish(string.Join("", items.Select((item, i) => string.Concat(Enumerable.Repeat(dress.Newline, i == 0 ? 0 : 1 + blanks[i] / 2)) + (dress with { Unit = null }).Put(item)))));

    /// <summary>Files with the format that they are read as.</summary>
    public static readonly Gen<MemoryFile> File = Gen.OneOf(
        Lines.Select(text => (text, MemoryFormat.JsonLines)),
        Gen.Select(AnyItem.Array[0, 6], Dresses, (items, dress) => (dress.Finish(dress.Put($"[{string.Join(',', items)}]")), MemoryFormat.JsonArray)),
        Gen.Select(Item.Array[0, 6], Dresses, (items, dress) => (dress.Finish(
            $"[{dress.Newline}{string.Join("," + dress.Newline, items.Select(item => (dress with { Unit = null }).Put(item)))}{dress.Newline}]"), MemoryFormat.JsonArray)),
        Gen.Select(DocumentText, Dresses, (text, dress) => (dress.Finish(dress.Put(text)), MemoryFormat.JsonDocument)),
        Gen.Select(GraphText, Dresses, (text, dress) => (dress.Finish(dress.Put(text)), MemoryFormat.GraphDocument)))
        .Select(file => MemoryFile.Read(Encoding.UTF8.GetBytes(file.Item1), new FormatOptions { Expected = file.Item2 }));

    private static readonly Gen<EntryKey> NewKey = Gen.Select(Gen.OneOf(
        Gen.Int[0, 8].Select(id => EntryKey.ByField("id", JsonText.Parse($"{id}"))),
        Text.Select(EntryKey.Entity),
        Gen.Select(Text, Text).Select((from, to) => EntryKey.Relation(from, "r", to)),
        Gen.Const(EntryKey.Document)), Gen.OneOf("", "", "", "/a", "/b", "/a/in", "/k~1l/in", "/new", "/new/deep", "/entities", "x", "/~2"), (key, pointer) =>
            pointer.Length == 0 || key == EntryKey.Document ? key : key.In(pointer));

    /// <summary>Changes of entries that a file has, and of others.</summary>
    public static Gen<EntryChange[]> Changes(MemoryFile file)
    {
        var existing = file.Entries.Count == 0 ? NewKey : Gen.OneOf<EntryKey>([.. file.Entries.Select(entry => entry.Key)]);
        var keyed = Gen.Select(Gen.OneOf(existing, NewKey), Gen.Frequency((3, Item), (1, DocumentText)), Gen.Int[0, 9], (key, value, kind) => kind switch
        {
            < 3 => new EntryChange(key, null),
            < 8 => new EntryChange(key, Fitting(key, value)),
            _ => new EntryChange(key, JsonText.Parse(value)),
        });
        var byValue = Gen.OneOf(Value, Item).Select(value => new EntryChange(EntryKey.ByValue(JsonText.Parse(value)), JsonText.Parse(value)));
        return Gen.Frequency((5, keyed), (1, byValue)).Array[0, 5].Select(changes => changes.DistinctBy(change => change.Key).ToArray());
    }

    // The value with the members that the key wants.
    private static JsonText Fitting(EntryKey key, string value)
    {
        var own = key.TryGetCollection(out _, out var inner) ? inner : key;
        var items = System.Text.Json.JsonDocument.Parse(own.Text).RootElement.EnumerateArray().Select(item => item.GetRawText()).ToArray();
        var members = System.Text.Json.JsonDocument.Parse(value, new() { MaxDepth = 600 }).RootElement.EnumerateObject()
            .Where(member => member.Name is not ("id" or "type" or "name" or "from" or "to" or "relationType"))
            .Select(member => $"{JsonText.String(member.Name)}:{member.Value.GetRawText()}");
        string[] wanted = items[0] switch
        {
            "\"id\"" => [$"\"id\":{items[1]}"],
            "\"entity\"" => ["\"type\":\"entity\"", $"\"name\":{items[1]}"],
            "\"relation\"" => ["\"type\":\"relation\"", $"\"from\":{items[1]}", $"\"relationType\":{items[2]}", $"\"to\":{items[3]}"],
            _ => [],
        };
        return JsonText.Parse($"{{{string.Join(',', wanted.Concat(members))}}}");
    }
}
