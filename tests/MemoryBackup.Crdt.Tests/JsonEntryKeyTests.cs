using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Crdt.Tests;

public sealed class JsonEntryKeyTests
{
    private static EntryKey Id(string value) => EntryKey.ByField("id", JsonText.Parse(value));

    public static TheoryData<EntryKey, string, string> Keys => new()
    {
        { Id("1"), """["id",1]""", "1" },
        { Id("\"1\""), """["id","1"]""", "1" },
        { EntryKey.ByField("email", JsonText.String("a@b")), """["field","email","a@b"]""", "email=a@b" },
        { EntryKey.Entity("Ada \"é\""), """["entity","Ada \"é\""]""", "Ada \"é\"" },
        { EntryKey.Entity(JsonText.String("Ada")), """["entity","Ada"]""", "Ada" },
        { EntryKey.Relation("Ada", "knows", "Bob"), """["relation","Ada","knows","Bob"]""", "Ada -knows-> Bob" },
        { EntryKey.Relation(JsonText.String("Ada"), JsonText.String("knows"), JsonText.String("Bob")), """["relation","Ada","knows","Bob"]""", "Ada -knows-> Bob" },
        { EntryKey.Document, """["document"]""", "(document)" },
        { EntryKey.File("notes/a.md"), """["file","notes/a.md"]""", "notes/a.md" },
        { Id("1").In("/notes"), """["in","/notes","id",1]""", "/notes: 1" },
        { EntryKey.Relation("a", "b", "c").In("/x~1\"y"), """["in","/x~1\"y","relation","a","b","c"]""", "/x~1\"y: a -b-> c" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_is_a_canonical_array_that_is_read_back_and_shown(EntryKey key, string text, string shown)
    {
        key.Text.ShouldBe(text);
        key.Display().ShouldBe(shown);
        EntryKey.Parse(JsonText.Parse(text)).ShouldBe(key);
        JsonText.Parse(text).ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("1.0", "1")]
    [InlineData("10e-1", "1")]
    [InlineData("1e2", "100")]
    [InlineData("100", "100")]
    [InlineData("-0", "0")]
    [InlineData("-5.0", "-5")]
    [InlineData("1.5", "15e-1")]
    [InlineData("1e40", "1e40")]
    [InlineData("\"1.0\"", "\"1.0\"")]
    [InlineData("true", "true")]
    public void Ids_of_one_value_and_type_are_one_key(string id, string inKey) => Id(id).Text.ShouldBe($"[\"id\",{inKey}]");

    [Fact]
    public void Values_that_say_the_same_are_one_key_and_others_are_not()
    {
        EntryKey.ByValue(JsonText.Parse("""{"a":1,"b":["x","y"]}""")).ShouldBe(EntryKey.ByValue(JsonText.Parse("""{"b":["y","x"],"a":1.0}""")));
        EntryKey.ByValue(JsonText.Parse("1")).ShouldNotBe(EntryKey.ByValue(JsonText.Parse("\"1\"")));
        EntryKey.ByValue(JsonText.Parse("1")).Text.Length.ShouldBe("""["value",""]""".Length + 32);
    }

    [Fact]
    public void A_key_in_a_collection_is_taken_apart()
    {
        var own = EntryKey.Entity("a,\"b");
        own.In("/x~1\"\\y").TryGetCollection(out var pointer, out var inner).ShouldBeTrue();
        (pointer, inner).ShouldBe(("/x~1\"\\y", own));
        own.TryGetCollection(out pointer, out inner).ShouldBeFalse();
        (pointer, inner).ShouldBe(("", own));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("\"id\"")]
    public void What_is_no_key_is_refused(string text) =>
        Should.Throw<JsonInvalidException>(() => EntryKey.Parse(JsonText.Parse(text)));
}
