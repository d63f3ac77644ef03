using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Tests;

public sealed class DetectionTests
{
    [Theory]
    [InlineData("[]", MemoryFormat.JsonArray)]
    [InlineData(" \r\n [1]", MemoryFormat.JsonArray)]
    [InlineData("\uFEFF[{\"id\":1}]\n", MemoryFormat.JsonArray)]
    [InlineData("{}", MemoryFormat.JsonDocument)]
    [InlineData("{\n  \"a\": 1\n}\n", MemoryFormat.JsonDocument)]
    [InlineData("{\"id\":1}\n", MemoryFormat.JsonDocument)]
    [InlineData("{\"id\":1}\n{\"id\":2}", MemoryFormat.JsonLines)]
    [InlineData("[1]\n[2]\n", MemoryFormat.JsonLines)]
    [InlineData("{\"type\":\"entity\",\"name\":\"Ada\"}", MemoryFormat.JsonLines)]
    [InlineData("{\"type\":\"relation\"}\n\n", MemoryFormat.JsonLines)]
    [InlineData("{\n\"type\":\"entity\"}", MemoryFormat.JsonDocument)]
    [InlineData("{\"entities\":[],\"relations\":[]}", MemoryFormat.GraphDocument)]
    [InlineData("{\"relations\":[{\"from\":\"a\"}]}", MemoryFormat.GraphDocument)]
    [InlineData("{\"entities\":[{\"name\":\"Ada\"}]}", MemoryFormat.GraphDocument)]
    [InlineData("{\"entities\":[{\"name\":1}]}", MemoryFormat.JsonDocument)]
    [InlineData("{\"entities\":[1]}", MemoryFormat.JsonDocument)]
    [InlineData("{\"entities\":[{\"name\":\"Ada\"}],\"relations\":7}", MemoryFormat.JsonDocument)]
    [InlineData("", MemoryFormat.JsonLines)]
    [InlineData(" \n", MemoryFormat.JsonLines)]
    public void The_bytes_tell_the_format(string text, MemoryFormat format) => Files.Read(text).Format.ShouldBe(format);

    [Theory]
    [InlineData("", MemoryFormat.JsonArray, MemoryFormat.JsonArray)]
    [InlineData("\uFEFF\r\n", MemoryFormat.GraphDocument, MemoryFormat.GraphDocument)]
    [InlineData("{\"id\":1}", MemoryFormat.JsonLines, MemoryFormat.JsonLines)]
    [InlineData("\"a\"", MemoryFormat.JsonLines, MemoryFormat.JsonLines)]
    [InlineData("[1]", MemoryFormat.JsonLines, MemoryFormat.JsonLines)]
    [InlineData("[{\"id\":1}]", MemoryFormat.JsonLines, MemoryFormat.JsonArray)]
    [InlineData("[\n{\"id\":1}\n]", MemoryFormat.JsonLines, MemoryFormat.JsonArray)]
    [InlineData("{}", MemoryFormat.GraphDocument, MemoryFormat.GraphDocument)]
    [InlineData("{\"entities\":[]}", MemoryFormat.JsonDocument, MemoryFormat.JsonDocument)]
    [InlineData("{\"type\":\"entity\"}", MemoryFormat.JsonDocument, MemoryFormat.JsonDocument)]
    [InlineData("{\"id\":1}\n{\"id\":2}", MemoryFormat.JsonDocument, MemoryFormat.JsonLines)]
    [InlineData("[]", MemoryFormat.JsonDocument, MemoryFormat.JsonArray)]
    public void What_is_expected_decides_where_the_bytes_leave_a_choice(string text, MemoryFormat expected, MemoryFormat format) =>
        Files.Read(text, expected).Format.ShouldBe(format);

    [Fact]
    public void An_object_over_several_lines_is_refused_where_lines_are_expected()
    {
        var error = Files.Refused("{\n\"id\":1}\n", new FormatOptions { Expected = MemoryFormat.JsonLines });
        (error.Line, error.Column).ShouldBe((1, 2));
        error.Reason.ShouldEndWith("in JSON Lines every value stands on one line");
    }

    [Fact]
    public void A_new_file_gets_the_format_of_its_name_and_of_what_is_going_to_stand_in_it()
    {
        var entity = EntryKey.Entity("Ada");
        MemoryFile.FormatForNewFile("/x/memory.JSONL", [EntryKey.Document]).ShouldBe(MemoryFormat.JsonLines);
        MemoryFile.FormatForNewFile("memory.ndjson", []).ShouldBe(MemoryFormat.JsonLines);
        MemoryFile.FormatForNewFile("memory.json", [entity, EntryKey.Document]).ShouldBe(MemoryFormat.JsonDocument);
        MemoryFile.FormatForNewFile("memory.json", [EntryKey.ByField("id", JsonText.Parse("1")).In("/notes")]).ShouldBe(MemoryFormat.JsonDocument);
        MemoryFile.FormatForNewFile("memory.json", [entity]).ShouldBe(MemoryFormat.JsonArray);
    }
}
