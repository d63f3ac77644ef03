using System.Text.Json;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Tests;

public sealed class RevertCommandTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task What_is_asked_for_is_handed_on()
    {
        await Asks(new() { Writer = "build-7", Since = cli.Time.GetUtcNow().AddDays(-2), DryRun = true, Offline = true }, "--host", "build-7", "--since", "2d", "--dry-run", "--offline");
        await Asks(
            new() { Replica = "build-7-k3", Until = new(2026, 11, 24, 20, 0, 0, TimeSpan.Zero), Entry = "Ada", Checkpoint = "mine", AcceptDeletes = true },
            "--replica", "build-7-k3", "--until", "2026-11-24T20:00:00Z", "--entry", "Ada", "--checkpoint", "mine", "--accept-deletes");
        await Asks(new() { Actor = "build-7-k3.1" }, "--actor", "build-7-k3.1");
    }

    [Fact]
    public async Task The_writer_s_host_is_not_taken_for_this_one()
    {
        cli.Variables["MEMORY_BACKUP_HOST_ID"] = "desk";
        await cli.Run("revert", "--host", "build-7");
        cli.Session.Settings!.Host.ShouldBe("desk");
        cli.Session.RevertRequest!.Writer.ShouldBe("build-7");
        await cli.Run("revert", "--replica", "build-7-k3");
        cli.Session.RevertRequest!.Writer.ShouldBeNull();
    }

    [Theory]
    [InlineData("revert needs --host LABEL, --replica ID or --actor ID")]
    [InlineData("revert needs --host LABEL", "--since", "2d")]
    [InlineData("The name of the entry is empty", "--host", "a", "--entry", "")]
    [InlineData("--since is 'tomorrow', but must be a time such as", "--host", "a", "--since", "tomorrow")]
    [InlineData("--since is '2026-11-24T20:15:01Z', which is in the future", "--host", "a", "--since", "2026-11-24T20:15:01Z")]
    [InlineData(@"--until is '\u001b[2J', but must be", "--host", "a", "--until", "\u001b[2J")]
    [InlineData("--since is later than --until", "--host", "a", "--since", "1d", "--until", "2d")]
    public async Task What_makes_no_sense_is_refused(string message, params string[] arguments)
    {
        (await cli.Run(["revert", .. arguments])).ShouldBe(2);
        cli.Err.ShouldContain(message);
        cli.Out.ShouldBe("");
        cli.Session.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_says_what_changed_and_what_did_not()
    {
        (await cli.Run("revert", "--host", "build-7")).ShouldBe(1);
        cli.OutLines.ShouldBe(
        [
            "4 writes and 1 delete by build-7-k3: taken back: 2 changed, 1 deleted. The memory from before is the checkpoint before-revert-20261124T201500Z. The next sync writes it into the files. Sent to origin.",
            "  changed Ada",
            "    /age: 42 -> 41",
            "  changed Bob: what stood beside what it shows",
            "  deleted Eve: 1",
            "Not taken back, 1 entry:",
            @"  Kim\u001b: history does not have any more what was there before.",
        ]);
        await cli.Run("revert", "--host", "build-7", "--dry-run");
        cli.OutLines[0].ShouldBe("4 writes and 1 delete by build-7-k3: would have taken it back: 2 changed, 1 deleted. Nothing was written.");
        cli.Session.Revert = cli.Session.Revert with { Changes = [], NotTakenBack = [], Checkpoint = null, ExitCode = ExitCode.Done };
        (await cli.Run("revert", "--host", "build-7")).ShouldBe(0);
        cli.OutLines.ShouldBe(["4 writes and 1 delete by build-7-k3: nothing of it is to be changed."]);
    }

    [Fact]
    public async Task JSON_has_every_part()
    {
        (await cli.Run("revert", "--host", "build-7", "--json")).ShouldBe(1);
        cli.Out.ShouldStartWith(
            """
            {"command":"revert","space":"default","replica":"desk-a2b3c4d5e6","host":"desk","dry_run":false,
            "writers":[{"replica":"build-7-k3","host":"build-7","writes":4,"deletes":1}],"since":"2026-11-24T20:15:00Z","until":null,"entry":null,
            "checkpoint":"before-revert-20261124T201500Z","changes":[{"key":"Ada","key_text":"[\"entity\",\"Ada\"]","change":"changed","before":{"age":42},"after":{"age":41},
            """.ReplaceLineEndings(""));
        Members(cli.Json).ShouldBe(Properties<RevertReport>("command", "exit_name", "elapsed_ms"), ignoreOrder: true);
        Members(cli.Json.GetProperty("writers")[0]).ShouldBe(Properties<RevertedWriter>(), ignoreOrder: true);
        Members(cli.Json.GetProperty("not_taken_back")[0]).ShouldBe(Properties<NotTakenBack>(), ignoreOrder: true);
    }

    [Fact]
    public async Task Checkpoints_are_made_listed_and_removed()
    {
        (await cli.Run("checkpoint", "create", "mine")).ShouldBe(0);
        cli.OutLines[0].ShouldBe("mine: names the memory as it is now. To bring it back: memory-backup restore --at mine --into-memory --exact");
        await cli.Run("checkpoint", "delete", "mine", "--dry-run");
        cli.OutLines[0].ShouldBe("mine: would have been removed. Nothing was written.");
        cli.Session.Calls.Select(call => (call.Work, call.File, call.Options.DryRun)).ShouldBe([("checkpoint create", "mine", false), ("checkpoint delete", "mine", true)]);
        await cli.Run("checkpoint");
        cli.OutLines.ShouldBe(["2026-11-24T20:15:00Z  before  3 replicas", "unknown               bad     0 replicas", "Warning: The checkpoint bad is damaged: it is no commit."]);
        await cli.Run("checkpoint", "list", "--json");
        cli.Out.ShouldBe(
            """
            {"command":"checkpoint list","space":"default","dry_run":false,"checkpoints":[{"name":"before","created_at":"2026-11-24T20:15:00Z",
            "commit":"0123456789abcdef0123456789abcdef01234567","replicas":3},{"name":"bad","created_at":null,"commit":null,"replicas":0}],
            "warnings":["The checkpoint bad is damaged: it is no commit."],"elapsed_ms":2}
            """.ReplaceLineEndings("") + "\n");
        cli.Session.Checkpoints = cli.Session.Checkpoints with { Checkpoints = [], Warnings = [] };
        await cli.Run("checkpoint", "list");
        cli.OutLines.ShouldBe(["No checkpoints."]);
        (await cli.Run("checkpoint", "create")).ShouldBe(2);
    }

    private async Task Asks(RevertRequest expected, params string[] arguments)
    {
        await cli.Run(["revert", .. arguments]);
        cli.Session.RevertRequest.ShouldBe(expected, cli.Err);
    }

    private static IEnumerable<string> Members(JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    private static IEnumerable<string> Properties<T>(params string[] more) => typeof(T).GetProperties()
        .Select(property => MemoryBackup.Cli.Logging.FieldName.Of(property.Name))
        .Where(name => name is not "elapsed")
        .Concat(more);
}
