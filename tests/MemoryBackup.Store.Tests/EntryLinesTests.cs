using System.Text;
using MemoryBackup.Store.History;

namespace MemoryBackup.Store.Tests;

/// <summary>Looking for the names of versions in a file of the past, which is searched and never believed.</summary>
public sealed class EntryLinesTests
{
    [Fact]
    public void Each_line_is_handed_over_with_the_version_that_it_names() => Walk(
        """
        {"_crdt_metadata":{"key":["id",1],"unique_id":"ada-aaaaaaaaaa.1:1"},"id":1}
        {"_crdt_metadata":{"key":["id",2],"unique_id":"ada-aaaaaaaaaa.1:2"},"id":2}
        {"_crdt_metadata":{"key":["id",3],"unique_id":"bob-bbbbbbbbbb.0:9223372036854775806"},"id":3}
        """).ShouldBe(["ada-aaaaaaaaaa.1:1", "ada-aaaaaaaaaa.1:2", "bob-bbbbbbbbbb.0:9223372036854775806"]);

    [Fact]
    public void What_names_no_version_is_passed_over_and_the_next_line_is_read() => Walk(
        """
        {}
        {"unique_id":""}
        {"unique_id":"ada-aaaaaaaaaa.1"}
        {"unique_id":"ada-aaaaaaaaaa:1"}
        {"unique_id":"ada-aaaaaaaaaa.x:1"}
        {"unique_id":"ada-aaaaaaaaaa.1:x"}
        {"unique_id":"ada-aaaaaaaaaa.1:1
        {"unique_id":"ada-aaaaaaaaaa.1:99999999999999999999"}

        {"unique_id":"ada-aaaaaaaaaa.1:7"}
        """).ShouldBe(["ada-aaaaaaaaaa.1:7"]);

    [Fact]
    public void A_name_in_what_the_entry_says_does_not_stand_for_the_version_s() => Walk(
        """{"_crdt_metadata":{"key":["id","\"unique_id\":\"evil-aaaaaaaaaa.1:1\""],"unique_id":"ada-aaaaaaaaaa.1:1"},"unique_id":"evil-aaaaaaaaaa.1:2"}""").ShouldBe(["ada-aaaaaaaaaa.1:1"]);

    private static List<string> Walk(string text)
    {
        var found = new List<string>();
        EntryLines.Walk(Encoding.UTF8.GetBytes(text), (line, dot) => found.Add(dot.ToString()));
        return found;
    }
}
