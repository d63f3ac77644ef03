using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Tests;

public sealed class ReadingTests
{
    private const string Ada = """{"type":"entity","name":"Ada","entityType":"person","observations":["x"]}""";

    [Fact]
    public void The_same_memory_has_the_same_keys_and_says_the_same_in_every_format()
    {
        const string knows = """{"type":"relation","from":"Ada","to":"Bob","relationType":"knows"}""";
        var lines = Files.Read($"{Ada}\n{knows}\n");
        var array = Files.Read($"[\n{Ada},\n{knows}]");
        var graph = Files.Read("""
            {"entities":[{"name":"Ada","entityType":"person","observations":["x"]}],
             "relations":[{"from":"Ada","to":"Bob","relationType":"knows"}]}
            """);
        lines.Keys().ShouldBe(["""["entity","Ada"]""", """["relation","Ada","knows","Bob"]"""]);
        array.Keys().ShouldBe(lines.Keys());
        graph.Keys().ShouldBe(["""["document"]""", .. lines.Keys()]);
        array.Values().ShouldBe(lines.Values());
        graph.Values().ShouldBe(["""{"entities":[],"relations":[]}""", .. lines.Values()]);
        graph.Entries.Select(entry => entry.Line).ShouldBe([1, 1, 2]);
    }

    [Theory]
    [InlineData("""{"id":1,"type":"entity","name":"a"}""", """["id",1]""")]
    [InlineData("""{"id":1.0}""", """["id",1]""")]
    [InlineData("""{"id":"1"}""", """["id","1"]""")]
    [InlineData("""{"\u0069d":true}""", """["id",true]""")]
    [InlineData("""{"id":"\u00e9"}""", """["id","é"]""")]
    [InlineData("""{"id":null,"type":"entity","name":"a\"b"}""", """["entity","a\"b"]""")]
    [InlineData("""{"id":[1],"type":"\u0065ntity","name":"\u00e9"}""", """["entity","é"]""")]
    [InlineData("""{"type":"relation","to":"c","from":"a","relationType":"b"}""", """["relation","a","b","c"]""")]
    public void Keys_come_from_the_id_or_from_the_knowledge_graph(string item, string key) =>
        Files.Read($"[{item}]").Keys().ShouldBe([key]);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"type":"entity","name":1}""")]
    [InlineData("""{"type":"relation","from":"a","to":"b"}""")]
    [InlineData("""{"a":{"id":1}}""")]
    [InlineData("1.50")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("[1,[2]]")]
    public void What_nothing_names_is_keyed_by_its_value(string item)
    {
        var entry = Files.Read($"[{item}]").Entries[0];
        entry.Key.ShouldBe(EntryKey.ByValue(JsonText.Parse(item)));
        entry.IsBare.ShouldBe(item[0] != '{');
        entry.Value.ToString().ShouldBe(item);
    }

    [Fact]
    public void A_key_field_goes_before_the_id_where_an_entry_has_it() =>
        Files.Read("""[{"id":1,"email":"a@b"},{"id":2,"email":{}},{"email":7}]""", keyField: "email").Keys()
            .ShouldBe(["""["field","email","a@b"]""", """["id",2]""", """["field","email",7]"""]);

    [Fact]
    public void Arrays_of_objects_in_a_document_are_collections_and_the_rest_is_one_entry()
    {
        var file = Files.Read("""
            {
              "title": "T",
              "notes": [{"id": 1}, {"id": 2, "sub": [{"id": 3}]}],
              "deep/er": {"~": [{"a": 1}], "empty": []},
              "mixed": [{"id": 1}, 2],
              "nested": [[{"id": 1}]]
            }
            """);
        file.Format.ShouldBe(MemoryFormat.JsonDocument);
        file.Keys().ShouldBe(
        [
            """["document"]""", """["in","/notes","id",1]""", """["in","/notes","id",2]""",
            EntryKey.ByValue(JsonText.Parse("""{"a":1}""")).In("/deep~1er/~0").Text,
        ]);
        file.Values().ShouldBe(
        [
            """{"title":"T","notes":[],"deep/er":{"~":[],"empty":[]},"mixed":[{"id":1},2],"nested":[[{"id":1}]]}""",
            """{"id":1}""", """{"id":2,"sub":[{"id":3}]}""", """{"a":1}""",
        ]);
        file.Entries.Select(entry => entry.Line).ShouldBe([1, 3, 3, 4]);
    }

    [Fact]
    public void An_empty_document_has_its_document_entry() => Files.Read("{ }").Values().ShouldBe(["{}"]);

    [Fact]
    public void The_metadata_of_the_script_is_stripped_and_handed_out()
    {
        var file = Files.Read("""
            [{"_crdt_metadata": {"host": "h"}, "id": 1}, {"id": 2, "_crdt_metadata" : 1 , "a": {"_crdt_metadata": 2}}, {"id":3,"\u005fcrdt_metadata":[]}, {"_crdt_metadata":{}}]
            """);
        file.Values().ShouldBe(["""{"id":1}""", """{"id":2,"a":{"_crdt_metadata":2}}""", """{"id":3}""", "{}"]);
        file.Entries.Select(entry => entry.Metadata?.ToString()).ShouldBe(["""{"host":"h"}""", "1", "[]", "{}"]);

        var document = Files.Read("""{"a":[{"id":1}],"_crdt_metadata":[{"id":1}],"b":[{"id":2}]}""");
        document.Values().ShouldBe(["""{"a":[],"b":[]}""", """{"id":1}""", """{"id":2}"""]);
        document.Entries[0].Metadata?.ToString().ShouldBe("""[{"id":1}]""");

        var graph = Files.Read("""{"entities":[{"_crdt_metadata":{},"name":"a"}]}""");
        graph.Values().ShouldBe(["""{"entities":[]}""", """{"type":"entity","name":"a"}"""]);
    }

    [Fact]
    public void What_is_stripped_of_items_that_turn_out_to_be_none_is_nobody_s()
    {
        var file = Files.Read("""{"a":[{"id":1,"_crdt_metadata":1},2],"b":[{"id":3},{"id":4,"_crdt_metadata":4}]}""");
        file.Values().ShouldBe(["""{"a":[{"id":1,"_crdt_metadata":1},2],"b":[]}""", """{"id":3}""", """{"id":4}"""]);
        file.Entries.Select(entry => entry.Metadata?.ToString()).ShouldBe([null, null, "4"]);
    }

    [Fact]
    public void Graph_items_keep_a_type_of_their_own() =>
        Files.Read("""{"entities":[{"name":"a","type":"person"}],"relations":[{}]}""").Values()
            .ShouldBe(["""{"entities":[],"relations":[]}""", """{"name":"a","type":"person"}""", """{"type":"relation"}"""]);

    [Fact]
    public void Blank_lines_and_white_space_are_allowed_in_lines()
    {
        var file = Files.Read("\uFEFF\r\n  {\"id\": 1}\t\r\n\r\n \"bare\"\r\n{\"id\":2}");
        file.Values().ShouldBe(["""{"id":1}""", "\"bare\"", """{"id":2}"""]);
        file.Entries.Select(entry => entry.Line).ShouldBe([2, 4, 5]);
    }

    [Fact]
    public void Duplicates_are_all_there_and_named_with_both_lines()
    {
        var file = Files.Read("{\"id\":1,\"a\":1}\n{\"id\":2}\n{\"id\":1.0,\"a\":2}\n{\"id\":1}\n");
        file.Entries.Count.ShouldBe(4);
        file.Duplicates.ShouldBe([new DuplicateKey(Files.Id(1), 1, 3), new DuplicateKey(Files.Id(1), 3, 4)]);
    }

    [Fact]
    public void Numbers_keep_their_text() =>
        Files.Read("[{\"id\":1,\"n\":[1e400, -0, 1.0, 123456789012345678901234567890]}]").Values()
            .ShouldBe(["""{"id":1,"n":[1e400,-0,1.0,123456789012345678901234567890]}"""]);
}
