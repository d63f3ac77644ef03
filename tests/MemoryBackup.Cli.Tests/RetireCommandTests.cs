using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Tests;

public sealed class RetireCommandTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task What_is_asked_for_is_handed_on()
    {
        await cli.Run("retire", "a-aaaaaaaaaa", "b-bbbbbbbbbb", "--unseen", "12w", "--force", "--dry-run", "--offline");
        var asked = cli.Session.Retire!;
        asked.Replicas.ShouldBe(["a-aaaaaaaaaa", "b-bbbbbbbbbb"]);
        (asked.Unseen, asked.Force, asked.DryRun, asked.Offline).ShouldBe((TimeSpan.FromDays(84), true, true, true));
        await cli.Run("retire", "--unseen", "36h");
        asked = cli.Session.Retire!;
        asked.Replicas.ShouldBeEmpty();
        (asked.Unseen, asked.Force, asked.DryRun, asked.Offline).ShouldBe((TimeSpan.FromHours(36), false, false, false));
        await cli.Run("retire", "--unseen", "1y");
        cli.Session.Retire!.Unseen.ShouldBe(TimeSpan.FromDays(365));
        await cli.Run("retire", "a-aaaaaaaaaa");
        cli.Session.Retire!.Unseen.ShouldBeNull();
    }

    [Theory]
    [InlineData("retire needs the name of a replica, or --unseen DURATION.")]
    [InlineData("retire needs the name of a replica, or --unseen DURATION.", "--force", "--dry-run")]
    [InlineData("--unseen is '0d', but must be a duration such as 36h, 90d, 12w or 1y", "--unseen", "0d")]
    [InlineData("--unseen is '-1d', but must be", "--unseen=-1d")]
    [InlineData("--unseen is '90', but must be", "--unseen", "90")]
    [InlineData("--unseen is 'd', but must be", "--unseen", "d")]
    [InlineData("--unseen is '', but must be", "--unseen", "")]
    [InlineData("--unseen is '1.5d', but must be", "--unseen", "1.5d")]
    [InlineData("--unseen is '90D', but must be", "--unseen", "90D")]
    [InlineData("--unseen is ' 9d', but must be", "--unseen", " 9d")]
    [InlineData("--unseen is '1001y', but must be", "--unseen", "1001y")]
    [InlineData("--unseen is '99999999999999999999d', but must be", "--unseen", "99999999999999999999d")]
    [InlineData(@"--unseen is '\u001b[2Jd', but must be", "--unseen", "\u001b[2Jd")]
    public async Task What_makes_no_sense_is_refused(string message, params string[] arguments)
    {
        (await cli.Run(["retire", .. arguments])).ShouldBe(2);
        cli.Err.ShouldContain(message);
        cli.Err.ShouldContain("memory-backup retire --help");
        cli.Out.ShouldBe("");
        cli.Session.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_says_what_was_taken_over()
    {
        await cli.Run("retire", "--unseen", "90d");
        cli.OutLines.ShouldBe(
        [
            "Retired 2 replicas, with 13 entries. Sent to origin.",
            "  job-1-aaaaaaaaaa   job-1      last seen 2026-11-24T20:15:00Z  12 entries",
            @"  job-10-bbbbbbbbbb  job\u001b  last seen 2026-11-24T20:15:00Z  1 entry, and what it had of job-0-cccccccccc; its ref is still at the remote",
            "job-2-dddddddddd was retired before; build-7-eeeeeeeeee has what it left.",
        ]);
        await cli.Run("retire", "--unseen", "90d", "--dry-run");
        cli.OutLines[0].ShouldBe("Would have retired 2 replicas, with 13 entries. Nothing was written.");
        await cli.Run("retire", "--unseen", "90d", "--quiet");
        cli.Out.ShouldBe("");
    }

    [Fact]
    public async Task Nothing_to_do_is_said_and_is_no_failure()
    {
        cli.Session.Retired = cli.Session.Retired with { Retired = [], Already = [], Remotes = [new() { Remote = "origin", Confirmed = true }] };
        (await cli.Run("retire", "--unseen", "90d")).ShouldBe(0);
        cli.OutLines.ShouldBe(["Nothing to retire. origin is up to date."]);
        (await cli.Run("retire", "--unseen", "90d", "--dry-run")).ShouldBe(0);
        cli.OutLines.ShouldBe(["Nothing to retire."]);
    }

    [Fact]
    public async Task A_remote_that_is_out_of_reach_is_told_with_what_can_be_done()
    {
        cli.Session.Retired = cli.Session.Retired with { Retired = [], Already = [], Remotes = [Infra.Reports.Pending()], ExitCode = ExitCode.RemotePending };
        (await cli.Run("retire", "--unseen", "90d")).ShouldBe(5);
        cli.OutLines[0].ShouldBe("Retired nothing: whether a replica is gone, only the remote tells. With --offline, what is known here is taken over.");
        cli.Out.ShouldContain("connection refused");
    }

    [Fact]
    public async Task JSON_has_every_part()
    {
        await cli.Run("retire", "--unseen", "90d", "--json");
        Members(cli.Json).ShouldBe(Properties<RetireReport>("command", "exit_name", "elapsed_ms"), ignoreOrder: true);
        var retired = cli.Json.GetProperty("retired");
        Members(retired[0]).ShouldBe(Properties<RetiredReplica>(), ignoreOrder: true);
        retired[1].GetProperty("host").GetString().ShouldBe("job\u001b");
        retired[1].GetProperty("taken_along")[0].GetString().ShouldBe("job-0-cccccccccc");
        retired[1].GetProperty("ref_deleted").GetBoolean().ShouldBeFalse();
        Members(cli.Json.GetProperty("already")[0]).ShouldBe(Properties<RetiredBefore>(), ignoreOrder: true);
    }

    private static IEnumerable<string> Members(System.Text.Json.JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    private static IEnumerable<string> Properties<T>(params string[] more) => typeof(T).GetProperties()
        .Where(property => property.Name is not "Elapsed")
        .Select(property => Logging.FieldName.Of(property.Name))
        .Concat(more);
}
