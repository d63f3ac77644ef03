using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Tests;

public sealed class WritingTests
{
    [Theory]
    [InlineData("{\"id\":1}\n{\"id\":2}\n", "{\"id\":1}\n{\"id\":2}\n{\"id\":3,\"a\":\"é\"}\n")]
    [InlineData("{\"id\":1}\n{\"id\":2}", "{\"id\":1}\n{\"id\":2}\n{\"id\":3,\"a\":\"é\"}")]
    [InlineData("{\"id\":1}\r\n{\"id\":2}", "{\"id\":1}\r\n{\"id\":2}\r\n{\"id\":3,\"a\":\"é\"}")]
    [InlineData("{\"id\": 1}\n{\"id\": 2}\n\n", "{\"id\": 1}\n{\"id\": 2}\n\n{\"id\": 3, \"a\": \"é\"}\n")]
    [InlineData("{\"id\": 1, \"a\": \"\\u00fc\"}\n{\"id\": 2}\n", "{\"id\": 1, \"a\": \"\\u00fc\"}\n{\"id\": 2}\n{\"id\": 3, \"a\": \"\\u00e9\"}\n")]
    [InlineData("{\"id\": 1, \"a\": \"\\u0001\\\\u00fc\"}\n{\"id\": 2}\n", "{\"id\": 1, \"a\": \"\\u0001\\\\u00fc\"}\n{\"id\": 2}\n{\"id\": 3, \"a\": \"é\"}\n")]
    [InlineData("", "{\"id\":3,\"a\":\"é\"}\n")]
    [InlineData("\uFEFF", "\uFEFF{\"id\":3,\"a\":\"é\"}\n")]
    [InlineData("[]\n", "[\n  {\n    \"id\": 3,\n    \"a\": \"é\"\n  }\n]\n")]
    [InlineData("[{\"id\":1}]", "[{\"id\":1},{\"id\":3,\"a\":\"é\"}]")]
    [InlineData("[{\"id\": 1}, {\"id\": 2}]", "[{\"id\": 1}, {\"id\": 2}, {\"id\": 3, \"a\": \"é\"}]")]
    [InlineData("[{\"id\": 1}]", "[{\"id\": 1}, {\"id\": 3, \"a\": \"é\"}]")]
    [InlineData("[\n{\"id\":1},\n{\"id\":2}\n]\n", "[\n{\"id\":1},\n{\"id\":2},\n{\"id\":3,\"a\":\"é\"}\n]\n")]
    [InlineData("[\n  {\"id\": 1}\n]", "[\n  {\"id\": 1},\n  {\"id\": 3, \"a\": \"é\"}\n]")]
    [InlineData("[\r\n\t{\r\n\t\t\"id\": 1\r\n\t}\r\n]", "[\r\n\t{\r\n\t\t\"id\": 1\r\n\t},\r\n\t{\r\n\t\t\"id\": 3,\r\n\t\t\"a\": \"é\"\r\n\t}\r\n]")]
    public void An_added_entry_stands_at_the_end_in_the_style_of_the_file(string before, string after) =>
        Files.Read(before).After(Files.Set(3, "{\"id\":3,\"a\":\"é\"}")).ShouldBe(after);

    [Theory]
    [InlineData("{\"id\":1}\n\n{\"id\":2}\n{\"id\":3}\n", 1, "\n{\"id\":2}\n{\"id\":3}\n")]
    [InlineData("{\"id\":1}\n{\"id\":2}\n{\"id\":3}", 3, "{\"id\":1}\n{\"id\":2}")]
    [InlineData("{\"id\":1}\r\n{\"id\":3}", 3, "{\"id\":1}")]
    [InlineData("[{\"id\":1}, {\"id\":2} , {\"id\":3}]", 1, "[{\"id\":2} , {\"id\":3}]")]
    [InlineData("[{\"id\":1}, {\"id\":2} , {\"id\":3}]", 2, "[{\"id\":1} , {\"id\":3}]")]
    [InlineData("[{\"id\":1}, {\"id\":2} , {\"id\":3}]", 3, "[{\"id\":1}, {\"id\":2}]")]
    [InlineData("[\n  {\"id\":1}\n]\n", 1, "[]\n")]
    [InlineData("[\n  {\"id\":1},\n  {\"id\":2},\n  {\"id\":1}\n]\n", 1, "[\n  {\"id\":2}\n]\n")]
    [InlineData("{\n  \"notes\": [\n    {\"id\": 1}\n  ],\n  \"a\": 1\n}", 1, "{\n  \"notes\": [],\n  \"a\": 1\n}")]
    public void A_deleted_entry_goes_with_its_separator(string before, int id, string after)
    {
        var key = before[0] == '{' && before.Contains("notes") ? Files.Id(id).In("/notes") : Files.Id(id);
        Files.Read(before).After(Files.Delete(key)).ShouldBe(after);
    }

    [Theory]
    [InlineData("{\"id\":1}\n{\"id\":9}\n", "{\"id\":1}\n{\"id\":9}\n{\"id\":3}\n{\"id\":2}\n{\"id\":4}\n")]
    [InlineData("[]", "[\n  {\n    \"id\": 3\n  },\n  {\n    \"id\": 2\n  },\n  {\n    \"id\": 4\n  }\n]")]
    [InlineData("[{\"id\":1}]", "[{\"id\":1},{\"id\":3},{\"id\":2},{\"id\":4}]")]
    [InlineData("[\n  {\"id\": 1},\n  {\"id\": 9}\n]\n", "[\n  {\"id\": 1},\n  {\"id\": 9},\n  {\"id\": 3},\n  {\"id\": 2},\n  {\"id\": 4}\n]\n")]
    public void Several_added_entries_stand_in_the_order_given(string before, string after) =>
        Files.Read(before).After(Files.Set(3, "{\"id\":3}"), Files.Set(2, "{\"id\":2}"), Files.Set(4, "{\"id\":4}")).ShouldBe(after);

    [Theory]
    [InlineData("[{\"id\":1}, {\"id\":2},  {\"id\":3} ,{\"id\":4}\t,{\"id\":5}]", "[{\"id\":1},  {\"id\":3,\"a\":1}\t,{\"id\":5}, {\"id\":6}]")]
    [InlineData("{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n\n{\"id\":4}\n{\"id\":5}\n", "{\"id\":1}\n{\"id\":3,\"a\":1}\n\n{\"id\":5}\n{\"id\":6}\n")]
    [InlineData("{\"n\": [{\"id\":1}, {\"id\":2},  {\"id\":3} ,{\"id\":4}\t,{\"id\":5}], \"v\": 1}", "{\"n\": [{\"id\":1},  {\"id\":3, \"a\":1}\t,{\"id\":5}, {\"id\":6}], \"v\": 1}")]
    public void Entries_that_are_deleted_changed_and_added_at_once_leave_the_others_alone(string before, string after)
    {
        EntryKey Key(int id) => before.Contains("\"n\"") ? Files.Id(id).In("/n") : Files.Id(id);
        Files.Read(before).After(
            Files.Set(Key(6), "{\"id\":6}"), Files.Delete(Key(4)), Files.Set(Key(3), "{\"id\":3,\"a\":1}"), Files.Delete(Key(2))).ShouldBe(after);
    }

    [Fact]
    public void An_array_whose_entries_all_go_and_others_come_keeps_its_brackets() =>
        Files.Read("[ {\"id\":1}, {\"id\":2} ]").After(Files.Delete(1), Files.Delete(2), Files.Set(3, "{\"id\":3}"), Files.Set(4, "{\"id\":4}")).ShouldBe("[ {\"id\":3}, {\"id\":4} ]");

    [Fact]
    public void What_stands_before_and_behind_a_changed_document_stays() =>
        Files.Read("\uFEFF\n\t{\"v\": 1, \"notes\": [ {\"id\":1} ]}\n\n").After(Files.Set(EntryKey.Document, "{\"v\":2}"), Files.Set(Files.Id(1).In("/notes"), "{\"id\":1,\"a\":2}"))
            .ShouldBe("\uFEFF\n\t{\"v\": 2, \"notes\": [ {\"id\":1, \"a\":2} ]}\n\n");

    [Fact]
    public void A_collection_that_is_made_anew_has_all_its_entries() =>
        Files.Read("{\"v\": 1}").After(Files.Set(Files.Id(1).In("/a/b"), "{\"id\":1}"), Files.Set(Files.Id(2).In("/a/b"), "{\"id\":2}"))
            .ShouldBe("{\"v\": 1, \"a\": {\"b\": [{\"id\": 1}, {\"id\": 2}]}}");

    [Theory]
    [InlineData("{\"id\":1, \"b\":[1 ,2]}\n{\"id\":2}\n{\"id\":1, \"b\":[1 ,2]}\n", "{\"id\":1, \"b\":[1 ,2]}\n{\"id\":2}\n{\"id\":1, \"b\":[1 ,2], \"c\":\"x\"}\n")]
    [InlineData("[\n  {\n    \"id\": 1,\n    \"b\": [1, 2]\n  }\n]", "[\n  {\n    \"id\": 1,\n    \"b\": [1, 2],\n    \"c\": \"x\"\n  }\n]")]
    public void A_changed_entry_keeps_the_bytes_of_the_members_that_stay_and_only_the_last_occurrence_changes(string before, string after) =>
        Files.Read(before).After(Files.Set(1, "{\"id\":1,\"b\":[1,2],\"c\":\"x\"}")).ShouldBe(after);

    [Fact]
    public void A_changed_entry_has_the_members_in_the_order_given_and_no_metadata() =>
        Files.Read("[{\"id\": 1, \"_crdt_metadata\": {}, \"a\": 1}]").After(Files.Set(1, "{\"a\":2,\"id\":1}")).ShouldBe("[{\"a\": 2, \"id\": 1}]");

    [Fact]
    public void Lists_of_words_stay_on_one_line_where_the_file_has_them_so() =>
        Files.Read("[\n  {\n    \"id\": 1,\n    \"tags\": [\"a\", \"b\"]\n  }\n]")
            .After(Files.Set(2, "{\"id\":2,\"tags\":[\"c\",\"d\"],\"sub\":[{\"x\":1}]}"))
            .ShouldBe("[\n  {\n    \"id\": 1,\n    \"tags\": [\"a\", \"b\"]\n  },\n  {\n    \"id\": 2,\n    \"tags\": [\"c\", \"d\"],\n    \"sub\": [\n      {\n        \"x\": 1\n      }\n    ]\n  }\n]");

    [Fact]
    public void Graph_items_are_written_without_the_type_that_their_array_implies()
    {
        var graph = Files.Read("{\n  \"entities\": [\n    {\"name\": \"Ada\"},\n    {\"type\": \"entity\", \"name\": \"Bob\"}\n  ],\n  \"relations\": []\n}\n");
        graph.After(
            Files.Set(EntryKey.Entity("Ada"), """{"type":"entity","name":"Ada","observations":["x"]}"""),
            Files.Set(EntryKey.Entity("Bob"), """{"type":"entity","name":"Bob","observations":[]}"""),
            Files.Set(EntryKey.Entity("Cy"), """{"type":"entity","name":"Cy"}"""),
            Files.Set(EntryKey.Relation("Ada", "knows", "Bob"), """{"type":"relation","from":"Ada","to":"Bob","relationType":"knows"}"""))
            .ShouldBe("{\n  \"entities\": [\n    {\"name\": \"Ada\", \"observations\": [\"x\"]},\n    {\"type\": \"entity\", \"name\": \"Bob\", \"observations\": []},\n    {\"name\": \"Cy\"}\n  ],\n"
                + "  \"relations\": [\n    {\n      \"from\": \"Ada\",\n      \"to\": \"Bob\",\n      \"relationType\": \"knows\"\n    }\n  ]\n}\n");
    }

    [Fact]
    public void A_missing_collection_is_made_with_the_objects_on_the_way() =>
        Files.Read("{\n  \"a\": [1,   2],\n  \"list\": [ {\"id\" : 1} ]\n}\n")
            .After(Files.Set(Files.Id(7).In("/x/y"), "{\"id\":7}"))
            .ShouldBe("{\n  \"a\": [1,   2],\n  \"list\": [ {\"id\" : 1} ],\n  \"x\": {\n    \"y\": [\n      {\n        \"id\": 7\n      }\n    ]\n  }\n}\n");

    [Fact]
    public void A_changed_document_keeps_its_collections_byte_for_byte()
    {
        var file = Files.Read("{\"a\": 1, \"list\": [ {\"id\" : 1} ], \"b\": 2}");
        file.After(Files.Set(EntryKey.Document, "{\"b\":3,\"list\":[]}")).ShouldBe("{\"b\": 3, \"list\": [ {\"id\" : 1} ]}");
        file.After(Files.Delete(EntryKey.Document)).ShouldBe("{\"list\": [ {\"id\" : 1} ]}");
        file.After(Files.Set(EntryKey.Document, "{\"c\":null}"), Files.Delete(Files.Id(1).In("/list"))).ShouldBe("{\"c\": null}");
    }

    [Theory]
    [InlineData("[]", """["document"]""", "{}")]
    [InlineData("[]", """["in","/a","id",1]""", """{"id":1}""")]
    [InlineData("[]", """["field","email","a"]""", """{"email":"a"}""")]
    [InlineData("[]", """["id",1]""", """{"id":2}""")]
    [InlineData("[]", """["id",1]""", """{"id":1,"_crdt_metadata":{}}""")]
    [InlineData("{}", """["id",1]""", """{"id":1}""")]
    [InlineData("{\"a\":5}", """["in","/a","id",1]""", """{"id":1}""")]
    [InlineData("{\"a\":[1]}", """["in","/a","id",1]""", """{"id":1}""")]
    [InlineData("{\"a\":[1]}", """["in","/a/0","id",1]""", """{"id":1}""")]
    [InlineData("{}", """["in","","id",1]""", """{"id":1}""")]
    [InlineData("{}", """["in","/_crdt_metadata","id",1]""", """{"id":1}""")]
    [InlineData("{\"a\":[{\"id\":1}]}", """["document"]""", """{"a":7}""")]
    [InlineData("{}", """["document"]""", """{"a":[{"id":1}]}""")]
    [InlineData("{}", """["document"]""", "1")]
    [InlineData("{\"entities\":[]}", """["id",1]""", """{"id":1}""")]
    [InlineData("{\"entities\":[]}", """["id",1]""", """{"id":1,"type":"entity"}""")]
    [InlineData("{\"entities\":[]}", """["entity","a"]""", """{"name":"a"}""")]
    [InlineData("{\"entities\":[]}", """["document"]""", """{"entities":5}""")]
    public void A_change_that_could_not_be_read_back_is_left_out_and_named(string text, string key, string value)
    {
        var file = Files.Read(text);
        var rewrite = file.With([new EntryChange(EntryKey.Parse(JsonText.Parse(key)), JsonText.Parse(value))]);
        rewrite.Text().ShouldBe(text);
        rewrite.Unplaced.ShouldBe([EntryKey.Parse(JsonText.Parse(key))]);
    }

    [Fact]
    public void Entries_named_by_the_key_field_find_their_place_and_too_deep_or_too_large_ones_do_not()
    {
        var key = EntryKey.ByField("email", JsonText.String("a@b"));
        Files.Read("[]", keyField: "email").After(Files.Set(key, "{\"email\":\"a@b\"}")).ShouldBe("[\n  {\n    \"email\": \"a@b\"\n  }\n]");
        var file = MemoryFile.Read("[]"u8.ToArray(), new FormatOptions { MaxDepth = 2, MaxEntryBytes = 20 });
        var rewrite = file.With(
            [Files.Set(1, "{\"id\":1,\"a\":[[]]}"), Files.Set(2, "{\"id\":2,\"a\":\"0123456789\"}"), Files.Bare("[[[]]]"), Files.Set(3, "{\"id\":3,\"a\":[]}")]);
        rewrite.Unplaced.Count.ShouldBe(3);
        MemoryFile.Read(rewrite.Bytes, new FormatOptions()).Keys().ShouldBe(["[\"id\",3]"]);
    }

    [Fact]
    public void Of_several_changes_of_one_key_the_last_counts() =>
        Files.Read("[{\"id\":1}]").After(Files.Set(1, "{\"id\":1,\"a\":1}"), Files.Delete(1), Files.Set(2, "{\"id\":2}"), Files.Set(2, "{\"id\":2,\"b\":1}"))
            .ShouldBe("[{\"id\":2,\"b\":1}]");

    [Fact]
    public void A_line_that_would_turn_the_file_into_an_array_is_not_left_alone()
    {
        var file = Files.Read("[{\"id\":1}]\n{\"id\":2}\n");
        var rewrite = file.With([Files.Delete(2)]);
        rewrite.Text().ShouldBe("[{\"id\":1}]\n{\"id\":2}\n");
        rewrite.Unplaced.ShouldBe([Files.Id(2)]);
    }

    [Fact]
    public void New_files_look_as_a_person_would_write_them()
    {
        var entity = Files.Set(EntryKey.Entity("Ada"), """{"type":"entity","name":"Ada","observations":["x"]}""");
        MemoryFile.Empty(MemoryFormat.JsonLines).After(entity).ShouldBe("{\"type\":\"entity\",\"name\":\"Ada\",\"observations\":[\"x\"]}\n");
        MemoryFile.Empty(MemoryFormat.GraphDocument).After(entity).ShouldBe(
            "{\n  \"entities\": [\n    {\n      \"name\": \"Ada\",\n      \"observations\": [\n        \"x\"\n      ]\n    }\n  ],\n  \"relations\": []\n}\n");
        MemoryFile.Empty(MemoryFormat.JsonDocument).After(Files.Set(EntryKey.Document, "{\"a\":1}"), Files.Set(Files.Id(1).In("/n"), "{\"id\":1}")).ShouldBe(
            "{\n  \"a\": 1,\n  \"n\": [\n    {\n      \"id\": 1\n    }\n  ]\n}\n");
        Files.Read("\uFEFF \r\n", MemoryFormat.JsonArray).After(Files.Set(1, "{\"id\":1}")).ShouldBe("\uFEFF[\n  {\n    \"id\": 1\n  }\n]\n");
    }

    [Fact]
    public void Deleting_what_is_not_there_changes_nothing() => Files.Read("[1]").After(Files.Delete(EntryKey.Document), Files.Delete(9)).ShouldBe("[1]");
}
