using System.Text.Json;
using MemoryBackup.Sync;

namespace MemoryBackup.Cli.Tests;

public sealed class CompactCommandTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public void Dispose() => cli.Dispose();

    [Theory]
    [InlineData("36h", 36)]
    [InlineData("90d", 90 * 24)]
    [InlineData("12w", 12 * 7 * 24)]
    [InlineData("1y", 365 * 24)]
    public async Task A_retention_is_a_duration(string keep, int hours)
    {
        (await cli.Run("compact", "--keep", keep, "--dry-run", "--offline")).ShouldBe(0, cli.Err);
        cli.Session.Compact.ShouldBe(new CompactOptions { Keep = TimeSpan.FromHours(hours), DryRun = true, Offline = true });
    }

    [Fact]
    public async Task Without_one_it_is_ninety_days()
    {
        (await cli.Run("compact")).ShouldBe(0);
        cli.Session.Compact.ShouldBe(new CompactOptions { Keep = TimeSpan.FromDays(90) });
    }

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("90")]
    [InlineData("1.5d")]
    [InlineData("3m")]
    [InlineData("90 d")]
    [InlineData("1001y")]
    [InlineData("99999999999999999999d")]
    [InlineData("\u001b[31md")]
    public async Task Anything_else_is_wrong_usage(string keep)
    {
        (await cli.Run("compact", "--keep", keep)).ShouldBe(2);
        cli.Err.ShouldContain("must be a duration such as 36h, 90d, 12w or 1y");
        cli.Err.ShouldNotContain("\u001b");
        cli.Session.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_text_says_how_much_went_and_where_history_begins()
    {
        (await cli.Run("compact")).ShouldBe(0);
        cli.OutLines[0].ShouldBe("Took out 1,000 of 1,200 publications, about 4.8 MiB. History begins at 2026-08-25T20:15:00Z. Sent to origin.");
        cli.Session.Compacted = cli.Session.Compacted with { DryRun = true, Bytes = 900 };
        (await cli.Run("compact", "--dry-run")).ShouldBe(0);
        cli.OutLines[0].ShouldBe("Would take out 1,000 of 1,200 publications, about 900 bytes. History would begin at 2026-08-25T20:15:00Z. Nothing was done.");
        cli.Session.Compacted = cli.Session.Compacted with { DryRun = false, Removed = 0, Remotes = [] };
        (await cli.Run("compact")).ShouldBe(0);
        cli.OutLines[0].ShouldBe("Nothing that happened before 2026-08-26T20:15:00Z could go: 1,200 publications, the oldest of 2026-08-25T20:15:00Z. Kept in this store; it has no remote.");
    }

    [Fact]
    public async Task JSON_has_every_part()
    {
        (await cli.Run("compact", "--json")).ShouldBe(0);
        using var json = JsonDocument.Parse(cli.Out);
        json.RootElement.EnumerateObject().Select(member => member.Name).ShouldBe(
        [
            "command", "space", "replica", "host", "dry_run", "since", "publications", "removed", "bytes", "begins", "publication", "warnings", "remotes", "exit_code", "exit_name", "elapsed_ms",
        ]);
        json.RootElement.GetProperty("begins").GetString().ShouldBe("2026-08-25T20:15:00Z");
    }
}
