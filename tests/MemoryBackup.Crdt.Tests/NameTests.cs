using CsCheck;

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

    [Fact]
    public void Dots_are_compared_as_their_texts_are()
    {
        var dots = Gen.Select(
            Gen.OneOf("ab-aaaaaaaaaa", "ab-aaaaaaaaab", "ab", "a", "abc", "ab-", "ab_x"),
            Gen.OneOf(0, 1, 2, 9, 10, 12, 100, int.MaxValue),
            Gen.Frequency((3, Gen.OneOf(1L, 2, 9, 10, 11, 12, 19, 20, 90, 99, 100, 101, 999_999, 1_000_000, long.MaxValue - 1, long.MaxValue / 10)), (1, Gen.Long[1, long.MaxValue - 1])))
            .Select((replica, number, sequence) => new Dot(new Actor(replica, number), sequence));
        Gen.Select(dots, dots).Sample(
            (left, right) => Math.Sign(Dot.CompareTexts(left, right)) == Math.Sign(string.CompareOrdinal(left.ToString(), right.ToString())), iter: 50_000);
    }

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
