using CsCheck;
using MemoryBackup.Crdt.Tests.Infra;

namespace MemoryBackup.Crdt.Tests;

public class StampTests
{
    [Theory]
    [InlineData("2026-01-02T03:04:05.6789012Z")]
    [InlineData("1970-01-01T00:00:00.0000000Z")]
    [InlineData("2099-12-31T23:59:59.9999999Z")]
    [InlineData("0001-01-01T00:00:00.0000000Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z")]
    public void A_stamp_is_read_back_from_its_text(string text)
    {
        Stamp.TryParse(text, out var stamp).ShouldBeTrue();
        stamp.ToString().ShouldBe(text);
        Stamp.At(stamp.ToTime()).ShouldBe(stamp);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-01-02")]
    [InlineData("2026-01-02T03:04:05Z")]
    [InlineData("2026-01-02T03:04:05.678901Z")]
    [InlineData("2026-01-02T03:04:05.67890123Z")]
    [InlineData("2026-01-02T03:04:05.6789012")]
    [InlineData("2026-01-02T03:04:05.6789012+00:00")]
    [InlineData("2026-01-02 03:04:05.6789012Z")]
    [InlineData(" 2026-01-02T03:04:05.6789012Z")]
    [InlineData("2026-01-02T03:04:05.6789012Z ")]
    [InlineData("2026-01-02T03:04:05.6789012Z\0")]
    [InlineData("2026-02-30T03:04:05.6789012Z")]
    [InlineData("2026-01-02T24:00:00.0000000Z")]
    [InlineData("2026-01-02T03:04:60.0000000Z")]
    [InlineData("2026-01-02t03:04:05.6789012z")]
    [InlineData("-026-01-02T03:04:05.6789012Z")]
    public void A_stamp_has_one_text(string text) => Stamp.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Texts_of_stamps_in_range_are_in_their_order() =>
        Gen.Select(Gen.Long[Stamp.Earliest.Ticks, Stamp.Latest.Ticks], Gen.Long[Stamp.Earliest.Ticks, Stamp.Latest.Ticks]).Sample(
            (left, right) => Math.Sign(string.CompareOrdinal(new Stamp(left).ToString(), new Stamp(right).ToString()))
                == Math.Sign(new Stamp(left).CompareTo(new Stamp(right))),
            iter: Scale.Times(2_000));

    [Fact]
    public void The_range_is_from_1970_up_to_and_without_2100()
    {
        Stamp.Earliest.ToString().ShouldBe("1970-01-01T00:00:00.0000000Z");
        Stamp.Latest.ToString().ShouldBe("2099-12-31T23:59:59.9999999Z");
        Stamp.Earliest.IsInRange.ShouldBeTrue();
        Stamp.Latest.IsInRange.ShouldBeTrue();
        new Stamp(Stamp.Earliest.Ticks - 1).IsInRange.ShouldBeFalse();
        new Stamp(Stamp.Latest.Ticks + 1).IsInRange.ShouldBeFalse();
    }

    [Fact]
    public void A_stamp_out_of_range_ranks_below_every_one_in_range()
    {
        Stamp[] sorted =
        [
            default, new(Stamp.Earliest.Ticks - 1), new(Stamp.Latest.Ticks + 1), new(DateTime.MaxValue.Ticks), Stamp.Earliest, Author.At(0), Stamp.Latest,
        ];

        sorted.Reverse().Order().ShouldBe(sorted);
    }

    [Fact]
    public void After_the_last_tick_comes_the_last_tick()
    {
        Stamp.Latest.Next().ShouldBe(Stamp.Latest);
        new Stamp(Stamp.Latest.Ticks - 1).Next().ShouldBe(Stamp.Latest);
        Stamp.Earliest.Next().Ticks.ShouldBe(Stamp.Earliest.Ticks + 1);
    }

    [Fact]
    public void A_value_with_a_stamp_out_of_range_never_wins()
    {
        var past = new Author("z").Adds("""{"x":1}""", new Stamp(0));
        var future = new Author("y").Adds("""{"x":2}""", new Stamp(DateTime.MaxValue.Ticks));
        var now = new Author("a").Adds("""{"x":3}""", Stamp.Earliest);

        Shown.By(past, future, now).ShouldBe("""{"x":3}""");
        Shown.ConflictsOf(past, future, now).ShouldBe("/x: 3 | 2, 1");
    }
}
