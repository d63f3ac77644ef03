namespace MemoryBackup.Crdt.Tests;

public class NameTests
{
    [Theory]
    [InlineData("host-abcdefghij.0", "host-abcdefghij", 0)]
    [InlineData("a.2147483647", "a", int.MaxValue)]
    [InlineData("my.host.lan-x.12", "my.host.lan-x", 12)]
    public void An_actor_is_read_back_from_its_text(string text, string replica, int number)
    {
        Actor.TryParse(text, out var actor).ShouldBeTrue();
        actor.ShouldBe(new Actor(replica, number));
        actor.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a.")]
    [InlineData(".1")]
    [InlineData("a.01")]
    [InlineData("a.-1")]
    [InlineData("a.+1")]
    [InlineData("a. 1")]
    [InlineData("a.1 ")]
    [InlineData("a.1\0")]
    [InlineData("a.٣")]
    [InlineData("a.2147483648")]
    [InlineData("a.99999999999999999999")]
    public void An_actor_has_one_text(string text) => Actor.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("a.1:1", 1)]
    [InlineData("a.1:9223372036854775806", long.MaxValue - 1)]
    public void A_dot_is_read_back_from_its_text(string text, long sequence)
    {
        Dot.TryParse(text, out var dot).ShouldBeTrue();
        dot.ShouldBe(new Dot(new Actor("a", 1), sequence));
        dot.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.1")]
    [InlineData("a.1:")]
    [InlineData(":1")]
    [InlineData("a:1")]
    [InlineData("a.1:0")]
    [InlineData("a.1:01")]
    [InlineData("a.1:-1")]
    [InlineData("a.1:1\0")]
    [InlineData("a.1:1:")]
    [InlineData("a.1\0:1")]
    [InlineData("a.1:9223372036854775808")]
    public void A_dot_has_one_text(string text) => Dot.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void A_dot_whose_removal_could_not_be_written_is_no_dot()
    {
        Dot.TryParse($"a.1:{long.MaxValue}", out _).ShouldBeFalse();
        DotSet.TryParse([new(new Actor("a", 1), $"{long.MaxValue}")], out _).ShouldBeFalse();
    }

    [Fact]
    public void Dots_are_in_the_order_of_replica_number_and_sequence()
    {
        Dot[] sorted =
        [
            new(new Actor("B", 9), 9), new(new Actor("a", 2), 1), new(new Actor("a", 2), 10), new(new Actor("a", 10), 1), new(new Actor("b", 0), 1),
        ];

        sorted.Reverse().Order().ShouldBe(sorted);
    }
}
