using System.Globalization;
using MemoryBackup.Sync.Past;

namespace MemoryBackup.Sync.Tests;

public sealed class TimeExpressionTests
{
    // Half past ten in the morning in Berlin.
    private static readonly Clock Berlin = new("2026-11-24T09:30:15.5Z", "Europe/Berlin");

    [Theory]
    [InlineData("now", "2026-11-24T09:30:15.5Z")]
    [InlineData("today", "2026-11-23T23:00:00Z")]
    [InlineData("yesterday", "2026-11-22T23:00:00Z")]
    [InlineData("Yesterday 18:00", "2026-11-23T17:00:00Z")]
    [InlineData("yesterday  6:05:07", "2026-11-23T05:05:07Z")]
    [InlineData("today 09:00", "2026-11-24T08:00:00Z")]
    [InlineData("09:00", "2026-11-24T08:00:00Z")]
    [InlineData("23:59", "2026-11-24T22:59:00Z")]
    [InlineData("2026-11-20", "2026-11-19T23:00:00Z")]
    [InlineData("2026-11-20 18:00", "2026-11-20T17:00:00Z")]
    [InlineData("2026-11-20T18:00", "2026-11-20T17:00:00Z")]
    [InlineData("2026-11-20t18:00:30.25", "2026-11-20T17:00:30.25Z")]
    [InlineData("2026-07-20 18:00", "2026-07-20T16:00:00Z")]
    [InlineData("2026-11-20T18:00:00Z", "2026-11-20T18:00:00Z")]
    [InlineData("2026-11-20T18:00z", "2026-11-20T18:00:00Z")]
    [InlineData("2026-11-20T18:00:00.1234567Z", "2026-11-20T18:00:00.1234567Z")]
    [InlineData("2026-11-20T18:00:00+05:30", "2026-11-20T12:30:00Z")]
    [InlineData("2026-11-20 18:00:00 -08:00", "2026-11-21T02:00:00Z")]
    [InlineData("2d", "2026-11-22T09:30:15.5Z")]
    [InlineData("2d ago", "2026-11-22T09:30:15.5Z")]
    [InlineData("2 days ago", "2026-11-22T09:30:15.5Z")]
    [InlineData("3h ago", "2026-11-24T06:30:15.5Z")]
    [InlineData("1w", "2026-11-17T09:30:15.5Z")]
    [InlineData("90 minutes ago", "2026-11-24T08:00:15.5Z")]
    [InlineData("1d 2h 3m 4s", "2026-11-23T07:27:11.5Z")]
    [InlineData("1d2h", "2026-11-23T07:30:15.5Z")]
    [InlineData("0s", "2026-11-24T09:30:15.5Z")]
    public void A_moment_is_read(string text, string expected) => Read(text, Berlin).ShouldBe(Utc(expected));

    [Theory]
    [InlineData(1, "s", "sec", "secs", "second", "seconds")]
    [InlineData(60, "m", "min", "mins", "minute", "minutes", "MIN")]
    [InlineData(3_600, "h", "hour", "hours")]
    [InlineData(86_400, "d", "day", "days")]
    [InlineData(604_800, "w", "week", "weeks")]
    public void Every_unit_has_its_words(int seconds, params string[] words) =>
        words.ShouldAllBe(word => Read($"3 {word}", Berlin) == Utc("2026-11-24T09:30:15.5Z").AddSeconds(-3 * seconds) && Read($"3{word} ago", Berlin) == Read($"3 {word}", Berlin));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("ago")]
    [InlineData("tomorrow")]
    [InlineData("2")]
    [InlineData("d")]
    [InlineData("2x")]
    [InlineData("-2d")]
    [InlineData("2.5d")]
    [InlineData("2d ago ago")]
    [InlineData("2026")]
    [InlineData("2026-11")]
    [InlineData("2026-13-01")]
    [InlineData("2026-02-30")]
    [InlineData("20.11.2026")]
    [InlineData("11/20/2026")]
    [InlineData("2026-11-20 25:00")]
    [InlineData("2026-11-20 18")]
    [InlineData("yesterday 24:00")]
    [InlineData("yesterday now")]
    [InlineData("18:00 yesterday")]
    [InlineData("2026-11-20T18:00:00+25:00")]
    [InlineData("99999999999999999999d")]
    [InlineData("9223372036854775807w")]
    [InlineData("999999999d")]
    [InlineData("²d")]
    [InlineData("2026-11-20 18:00:00 and much more of which nothing is a time at all, ever")]
    public void What_is_no_moment_is_told(string text) => Read(text, Berlin).ShouldBeNull();

    [Fact]
    public void A_day_begins_where_its_reader_is()
    {
        Read("today", new Clock("2026-11-24T23:30:00Z", "Asia/Tokyo")).ShouldBe(Utc("2026-11-24T15:00:00Z"));
        Read("today", new Clock("2026-11-24T03:30:00Z", "America/Los_Angeles")).ShouldBe(Utc("2026-11-23T08:00:00Z"));
        Read("yesterday", new Clock("2026-03-01T00:00:00Z", "Etc/UTC")).ShouldBe(Utc("2026-02-28T00:00:00Z"));
    }

    [Fact]
    public void A_time_that_the_clocks_skipped_is_as_much_later() =>
        Read("2026-03-29 02:30", Berlin).ShouldBe(Utc("2026-03-29T01:30:00Z"));

    [Fact]
    public void Of_a_time_that_the_clocks_showed_twice_the_earlier_is_meant() =>
        Read("2026-10-25 02:30", Berlin).ShouldBe(Utc("2026-10-25T00:30:00Z"));

    [Fact]
    public void Days_ago_are_24_hours_each_whatever_the_clocks_did() =>
        Read("1d", new Clock("2026-10-25T12:00:00Z", "Europe/Berlin")).ShouldBe(Utc("2026-10-24T12:00:00Z"));

    [Fact]
    public void The_future_is_read_and_left_to_the_caller() => Read("2999-01-01", Berlin).ShouldBe(Utc("2998-12-31T23:00:00Z"));

    [Fact]
    public void The_ends_of_time_are_no_failure()
    {
        Read("0001-01-01 00:00", new Clock("2026-11-24T00:00:00Z", "Asia/Tokyo")).ShouldBeNull();
        Read("9999-12-31 23:59", new Clock("2026-11-24T00:00:00Z", "America/Los_Angeles")).ShouldBeNull();
        Read("0001-01-01T00:00:00+09:00", Berlin).ShouldBeNull();
    }

    private static DateTimeOffset? Read(string text, TimeProvider time) => TimeExpression.TryRead(text, time);

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private sealed class Clock(string now, string zone) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.FindSystemTimeZoneById(zone);

        public override DateTimeOffset GetUtcNow() => Utc(now);
    }
}
