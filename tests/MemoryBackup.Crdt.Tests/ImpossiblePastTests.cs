using MemoryBackup.Crdt.Json;
using MemoryBackup.Crdt.Tests.Infra;

namespace MemoryBackup.Crdt.Tests;

public sealed class ImpossiblePastTests
{
    [Theory]
    [InlineData("{\"a\":1}", "{\"a\":2}")]
    [InlineData("{\"a\":1}", "\"text\"")]
    [InlineData("[1]", "[\"a\",\"b\"]")]
    public void Versions_that_claim_to_have_replaced_each_other_still_show_the_same_to_everyone(string left, string right)
    {
        var (ada, eve) = (Claiming("ada", left, 1, "eve"), Claiming("eve", right, 2, "ada"));
        var face = Face.Of([ada, eve]);
        face.Value.ShouldBe(Face.Of([eve, ada]).Value);
        face.Primary.ShouldBe(eve);
        face.Value.Kind.ShouldBe(eve.Value.Kind);
        _ = face.Conflicts.ToList();
    }

    private static Version Claiming(string replica, string json, int second, string seen) => new()
    {
        Key = Author.Key,
        Dot = new Dot(new Actor(replica, 1), 3),
        Stamp = Author.At(second),
        Host = replica,
        Number = 2,
        Value = JsonText.Parse(json),
        IsBare = json[0] != '{',
        Seen = CausalPast.Of([new(new Actor(replica, 1), 3), new(new Actor(seen, 1), 100)]),
    };
}
