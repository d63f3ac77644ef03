using MemoryBackup.Crdt.Tests.Infra;

namespace MemoryBackup.Crdt.Tests;

public class StampClockTests
{
    private static readonly TimeSpan Drift = TimeSpan.FromMinutes(5);
    private static readonly Stamp Now = Author.At(1_000);

    [Fact]
    public void The_time_of_the_edit_is_its_stamp()
    {
        var clock = Clock();

        clock.Next(Author.At(500), []).ShouldBe(Author.At(500));
        clock.Last.ShouldBe(Author.At(500));
    }

    [Fact]
    public void A_time_before_the_own_last_stamp_comes_a_tick_after_it() =>
        Clock(last: Author.At(800)).Next(Author.At(500), []).ShouldBe(Author.At(800).Next());

    [Fact]
    public void Writes_of_one_time_come_a_tick_after_each_other()
    {
        var clock = Clock();

        clock.Next(Now, []).ShouldBe(Now);
        clock.Next(Now, []).ShouldBe(Now.Next());
        clock.Next(Now, []).ShouldBe(Now.Next().Next());
    }

    [Fact]
    public void A_write_comes_a_tick_after_every_stamp_that_it_replaces_alternatives_too()
    {
        var start = new Author("a").Adds("""{"x":1}""", Author.At(1));
        var early = new Author("b").EditsAt(1_100, """{"x":2}""", start);
        var late = new Author("c").EditsAt(1_200, """{"x":3}""", start);
        var carrying = new Author("d").EditsAt(1_150, """{"x":3,"y":1}""", early, late);

        Clock().Next(Author.At(500), [early]).ShouldBe(Author.At(1_100).Next());
        Clock().Next(Author.At(500), [early, late]).ShouldBe(Author.At(1_200).Next());
        Clock().Next(Author.At(500), [carrying]).ShouldBe(Author.At(1_200).Next());
    }

    [Theory]
    [InlineData(1_300.0000001)]
    [InlineData(99_999)]
    public void A_time_beyond_the_drift_is_not_believed(double second)
    {
        var clock = Clock();

        clock.IsPlausible(Author.At(second)).ShouldBeFalse();
        clock.Next(Author.At(second), []).ShouldBe(Now);
    }

    [Fact]
    public void A_time_up_to_the_drift_is_believed()
    {
        Clock().IsPlausible(Author.At(1_300)).ShouldBeTrue();
        Clock().Next(Author.At(1_300), []).ShouldBe(Author.At(1_300));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void A_time_out_of_range_is_not_believed(long ticks)
    {
        Clock().IsPlausible(new Stamp(ticks)).ShouldBeFalse();
        Clock().Next(new Stamp(ticks), []).ShouldBe(Now);
    }

    [Fact]
    public void A_write_onto_a_stamp_from_the_future_ranks_above_it_and_does_not_carry_the_clock_along()
    {
        var future = new Author("z").Adds("""{"x":1}""", Author.At(50_000));
        var clock = Clock(last: Author.At(900));

        clock.Next(Author.At(950), [future]).ShouldBe(Author.At(50_000).Next());
        clock.Next(Author.At(960), []).ShouldBe(Author.At(960));
    }

    [Fact]
    public void A_replaced_stamp_out_of_range_counts_for_nothing()
    {
        var odd = new Author("z").Adds("""{"x":1}""", new Stamp(DateTime.MaxValue.Ticks));

        Clock().Next(Author.At(950), [odd]).ShouldBe(Author.At(950));
    }

    [Fact]
    public void Onto_the_last_tick_of_the_range_follows_the_last_tick()
    {
        var last = new Author("z").Adds("""{"x":1}""", Stamp.Latest);

        Clock().Next(Author.At(950), [last]).ShouldBe(Stamp.Latest);
        new StampClock(Stamp.Latest, Now, Drift).Next(Now, []).ShouldBe(Stamp.Latest);
    }

    [Fact]
    public void When_the_machine_s_clock_was_set_back_the_own_stamps_still_go_on()
    {
        var clock = Clock(last: Author.At(50_000));

        var first = clock.Next(Now, []);
        var second = clock.Next(Now, []);

        first.ShouldBe(Author.At(50_000).Next());
        second.ShouldBe(first.Next());
        clock.Last.ShouldBe(second);
    }

    [Fact]
    public void A_last_stamp_out_of_range_is_not_gone_on_from()
    {
        var clock = Clock(last: new Stamp(DateTime.MaxValue.Ticks));

        clock.Next(Author.At(950), []).ShouldBe(Author.At(950));
        clock.Last.ShouldBe(Author.At(950));
    }

    [Fact]
    public void A_time_that_is_followed_is_the_one_that_was_given()
    {
        var clock = Clock(last: Author.At(900));

        clock.Next(Author.At(1_100), []).ShouldBe(Author.At(1_100));
        clock.Last.ShouldBe(Author.At(1_100));
    }

    private static StampClock Clock(Stamp last = default) => new(last, Now, Drift);
}
