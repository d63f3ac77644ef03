using CsCheck;
using MemoryBackup.Crdt.Tests.Infra;

namespace MemoryBackup.Crdt.Tests;

public class DotSetTests
{
    private static readonly Actor A = new("a", 1);
    private static readonly Actor B = new("b", 0);

    private static readonly Gen<Dot[]> Dots =
        Gen.Select(Gen.OneOf(A, B, new Actor("a", 2)), Gen.Long[1, 30]).Select((actor, sequence) => new Dot(actor, sequence)).Array[0, 40];

    [Fact]
    public void Neighbours_are_one_run()
    {
        var set = DotSet.Of(new long[] { 43, 3, 1, 2, 41, 5, 2, 40 }.Select(sequence => new Dot(A, sequence)));

        set.Text(A).ShouldBe("1-3,5,40-41,43");
        set.Count.ShouldBe(7);
    }

    [Fact]
    public void All_up_to_a_number_are_in_it_and_the_greatest_of_each_actor_is_told()
    {
        var set = DotSet.UpTo(new Dictionary<Actor, long> { [A] = 3, [B] = 1 });
        (set.Text(A), set.Text(B), set.Count).ShouldBe(("1-3", "1", 4));
        (set.Greatest(A), set.Greatest(B), set.Greatest(new Actor("c", 0))).ShouldBe((3, 1, 0));
        DotSet.TryParse([new(A, "1,3-4,7-9")], out var gaps).ShouldBeTrue();
        gaps.Greatest(A).ShouldBe(9);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1-41,43")]
    [InlineData("2-3,5,7-9223372036854775806")]
    public void Runs_are_read_back_from_their_text(string text)
    {
        DotSet.TryParse([new(A, text)], out var set).ShouldBeTrue();
        set.Text(A).ShouldBe(text);
        set.Actors.ShouldBe([A]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("1,")]
    [InlineData(",1")]
    [InlineData("-")]
    [InlineData("-1")]
    [InlineData("1-")]
    [InlineData("0")]
    [InlineData("0-2")]
    [InlineData("01")]
    [InlineData("1-02")]
    [InlineData("1-1")]
    [InlineData("2-1")]
    [InlineData("1,2")]
    [InlineData("1-2,3")]
    [InlineData("1-2,2-4")]
    [InlineData("3,1")]
    [InlineData("1--2")]
    [InlineData("1-2-3")]
    [InlineData("1 ,3")]
    [InlineData("1\0")]
    [InlineData("1\0-3")]
    [InlineData("1-9223372036854775807")]
    [InlineData("9223372036854775807")]
    [InlineData("1-99999999999999999999")]
    [InlineData("1e3")]
    [InlineData("١")]
    public void Runs_that_nobody_writes_are_refused(string text)
    {
        DotSet.TryParse([new(A, text)], out var set).ShouldBeFalse();
        set.Count.ShouldBe(0);
    }

    [Fact]
    public void An_actor_stands_once() => DotSet.TryParse([new(A, "1"), new(A, "3")], out _).ShouldBeFalse();

    [Fact]
    public void Runs_as_long_as_can_be_are_counted_joined_and_taken_away_without_walking_them()
    {
        DotSet.TryParse([new(A, "1-9223372036854775806"), new(B, "1-9223372036854775806")], out var all).ShouldBeTrue();
        DotSet.TryParse([new(A, "5")], out var five).ShouldBeTrue();

        all.Count.ShouldBe(long.MaxValue);
        all.Union(five).Text(A).ShouldBe("1-9223372036854775806");
        all.Contains(new Dot(B, long.MaxValue - 1)).ShouldBeTrue();
        five.Except(all).Count.ShouldBe(0);
        all.Except(five).Text(A).ShouldBe("1-4,6-9223372036854775806");
        all.Except(all).Actors.ShouldBeEmpty();
    }

    [Fact]
    public void It_does_what_a_set_of_dots_does() =>
        Gen.Select(Dots, Dots).Sample(
            (left, right) =>
            {
                var (one, other) = (DotSet.Of(left), DotSet.Of(right));
                Same(one, [.. left]);
                Same(one.Union(other), [.. left, .. right]);
                Same(one.Except(other), [.. left.Except(right)]);
                Same(one.Where(dot => dot.Sequence % 3 == 0), [.. left.Where(dot => dot.Sequence % 3 == 0)]);
                Enumerable.Range(0, 32).ShouldAllBe(i => one.Contains(new Dot(A, i)) == left.Contains(new Dot(A, i)));
                one.ContainsAll(other.Dots).ShouldBe(right.All(left.Contains));
                one.ContainsAll(one.Dots.Reverse()).ShouldBeTrue();
            },
            iter: Scale.Times(3_000));

    [Fact]
    public void Its_text_is_read_back_whatever_is_in_it() =>
        Dots.Sample(
            dots =>
            {
                var set = DotSet.Of(dots);
                DotSet.TryParse(set.Actors.Select(actor => KeyValuePair.Create(actor, set.Text(actor))), out var read).ShouldBeTrue();
                Same(read, [.. dots]);
            },
            iter: Scale.Times(2_000));

    private static void Same(DotSet set, HashSet<Dot> expected)
    {
        set.Dots.ShouldBe(expected.Order());
        set.Count.ShouldBe(expected.Count);
        set.Actors.ShouldBe(expected.Select(dot => dot.Actor).Distinct().Order());
    }
}
