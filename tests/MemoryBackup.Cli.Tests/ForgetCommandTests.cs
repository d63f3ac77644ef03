using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Tests;

public sealed class ForgetCommandTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task With_consent_it_is_done_at_once()
    {
        (await cli.Run("forget", "api-key", "old", "--yes", "--offline")).ShouldBe(0, cli.Err);
        var options = cli.Session.Forgets.ShouldHaveSingleItem();
        options.Keys.ShouldBe(["api-key", "old"]);
        (options.DryRun, options.Offline).ShouldBe((false, true));
        cli.OutLines.ShouldBe(
        [
            @"a\u001bpi-key: 4 versions by build-7-k3, desk-a2b3c4d5e6, request 0123456789abcdef0123456789abcdef",
            "old: 1 version by desk-a2b3c4d5e6, deleted before, request fedcba9876543210fedcba9876543210",
            "Erased 2 entries from this store, history included. Not sent: offline.",
            "Not carried out yet by build-7-k3: with their next run; memory-backup status tells.",
            "Files that still have it, until a sync takes it out of them: /home/desk/memory.jsonl",
            "Former contents of files, which go when no program has them open any more: /home/desk/.memory.jsonl.memory-backup-1",
            "Other refs of this repository that lead to the former history; delete or fetch them anew, then run git gc --prune=now: refs/remotes/origin/memory/default/desk-a2b3c4d5e6",
            "Out of reach: files on machines that only back up, other clones and backups, and what a remote keeps until it tidies up: git gc --prune=now in the remote repository, after the others did their part.",
            "Warning: Something is left.",
        ]);
    }

    [Fact]
    public async Task Nobody_is_asked_where_nobody_can_answer()
    {
        (await cli.Run("forget", "api-key")).ShouldBe(2);
        cli.Err.ShouldContain("--yes");
        cli.Session.Calls.ShouldBeEmpty();
        cli.IsTerminal = true;
        cli.Typed.Enqueue("yes");
        (await cli.Run("forget", "api-key", "--json")).ShouldBe(2);
        cli.Session.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("yes", true)]
    [InlineData("y", false)]
    [InlineData("", false)]
    [InlineData("no", false)]
    public async Task On_a_terminal_the_plan_is_shown_and_only_a_yes_counts(string answer, bool isDone)
    {
        cli.IsTerminal = true;
        cli.Typed.Enqueue(answer);
        (await cli.Run("forget", "api-key")).ShouldBe(0, cli.Err);
        cli.Session.Forgets.Select(options => options.DryRun).ShouldBe(isDone ? [true, false] : [true]);
        cli.Out.ShouldContain("Would erase 2 entries, history included, and ask 1 other replica to do the same. Nothing was done.");
        cli.Out.ShouldContain("This cannot be undone.");
    }

    [Fact]
    public async Task A_dry_run_asks_nothing()
    {
        (await cli.Run("forget", "api-key", "--dry-run")).ShouldBe(0);
        cli.Session.Forgets.ShouldHaveSingleItem().DryRun.ShouldBeTrue();
        cli.OutLines.ShouldContain("Files that would still have it, until a sync takes it out of them: /home/desk/memory.jsonl");
    }

    [Theory]
    [InlineData("forget")]
    [InlineData("forget", "")]
    public async Task An_entry_has_to_be_named(params string[] words)
    {
        (await cli.Run([.. words, "--yes"])).ShouldBe(2);
        cli.Session.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task JSON_has_every_part()
    {
        (await cli.Run("forget", "api-key", "--yes", "--json")).ShouldBe(0);
        cli.Json.EnumerateObject().Select(member => member.Name).ShouldBe(
        [
            "command", "space", "replica", "host", "dry_run", "forgotten", "waiting", "files", "displaced", "other_refs", "publication", "warnings", "remotes", "exit_code", "exit_name", "elapsed_ms",
        ]);
        cli.Json.GetProperty("forgotten")[0].EnumerateObject().Select(member => member.Name).ShouldBe(["key", "request", "versions", "written_by", "is_live"]);
    }

    [Fact]
    public async Task Status_tells_how_far_each_request_has_come()
    {
        cli.Session.Status = cli.Session.Status with
        {
            Forgotten =
            [
                new ForgetStatus("0123456789abcdef0123456789abcdef", new DateTimeOffset(2026, 11, 24, 20, 0, 0, TimeSpan.Zero), 1, ["desk-a2b3c4d5e6"]),
                new ForgetStatus("fedcba9876543210fedcba9876543210", new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero), 2, []),
            ],
        };
        (await cli.Run("status")).ShouldBe(0);
        cli.OutLines.ShouldContain("Requests to forget");
        cli.OutLines.ShouldContain("  0123456789ab  2026-11-24T20:00:00Z  done by 1 of 2 replicas  not yet by desk-a2b3c4d5e6 (last seen 2026-11-24T20:15:00Z)");
        cli.OutLines.ShouldContain("  fedcba987654  2026-11-20T20:00:00Z  done by 2 of 2 replicas");
        cli.Out.ShouldContain("memory-backup retire");
        (await cli.Run("status", "--json")).ShouldBe(0);
        cli.Json.GetProperty("forgotten")[0].EnumerateObject().Select(member => member.Name).ShouldBe(["request", "requested_at", "done", "waiting"]);
    }
}
