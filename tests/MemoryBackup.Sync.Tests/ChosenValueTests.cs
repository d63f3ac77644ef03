using MemoryBackup.Crdt.Json;
using MemoryBackup.Sync.Resolving;

namespace MemoryBackup.Sync.Tests;

/// <summary>A value that is put into one place of an entry.</summary>
public sealed class ChosenValueTests
{
    [Theory]
    [InlineData("""{"id":"a","t":1}""", "", """{"x":2}""", """{"x":2}""")]
    [InlineData("""{"id":"a","t":1}""", "/t", "2", """{"id":"a","t":2}""")]
    [InlineData("""{"id":"a","t":{"x":1}}""", "/t", "[\"p\"]", """{"id":"a","t":["p"]}""")]
    [InlineData("""{"id":"a","t":{"x":1}}""", "/t/x", "2", """{"id":"a","t":{"x":2}}""")]
    [InlineData("""{"id":"a","t":{}}""", "/t/new", "2", """{"id":"a","t":{"new":2}}""")]
    [InlineData("""{"id":"a","t":["p"]}""", "/t#q", "true", """{"id":"a","t":["p","q"]}""")]
    public void It_replaces_what_stood_there_and_nothing_else(string entry, string path, string value, string expected)
    {
        var changed = ChosenValue.Put(JsonText.Parse(entry), path, JsonText.Parse(value)).ShouldNotBeNull();
        changed.SaysTheSame(JsonText.Parse(expected)).ShouldBeTrue(changed.ToString());
    }

    [Theory]
    [InlineData("""{"id":"a"}""", "/t/x", "2")]
    [InlineData("""{"id":"a","t":"text"}""", "/t/x", "2")]
    [InlineData("""{"id":"a","t":["p"]}""", "/t/x", "2")]
    [InlineData("""{"id":"a","t":{"x":1}}""", "/t#q", "true")]
    [InlineData("""{"id":"a","t":["p"]}""", "/t#q", "2")]
    public void It_has_no_place_where_what_it_stood_in_is_gone_or_of_another_kind(string entry, string path, string value) =>
        ChosenValue.Put(JsonText.Parse(entry), path, JsonText.Parse(value)).ShouldBeNull();
}
