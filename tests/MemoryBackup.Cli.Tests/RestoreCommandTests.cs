using System.Text.Json;
using MemoryBackup.Formats;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Tests;

public sealed class RestoreCommandTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task What_is_asked_for_is_handed_on()
    {
        cli.Time.SetLocalTimeZone(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        await Asks(new() { Time = new(2026, 11, 23, 17, 0, 0, TimeSpan.Zero), IntoMemory = true, Exact = true, AcceptDeletes = true, DryRun = true, Offline = true }, "--at", "yesterday 18:00", "--into-memory", "--exact", "--accept-deletes", "--dry-run", "--offline");
        await Asks(new() { Commit = "0123456", Output = Path.Combine(cli.Folder, "a.json") }, "--at", "0123456", "-o", "a.json");
        await Asks(new() { Checkpoint = "before-revert-1", Output = Path.Combine(cli.Folder, "a.json") }, "--at", "before-revert-1", "-o", "a.json");
        await Asks(new() { Entry = "Ada", Version = "desk-a2b3c4d5e6.1:9" }, "--entry", "Ada", "--version", "desk-a2b3c4d5e6.1:9", "-o", "-");
        await Asks(new() { Entry = "-Ada", Time = cli.Time.GetUtcNow().AddDays(-2), Format = MemoryFormat.JsonArray }, "--entry=-Ada", "--at", "2d", "--format", "array");
    }

    [Theory]
    [InlineData("restore needs --at TIME, or --entry KEY.")]
    [InlineData("restore needs --at TIME, or --entry KEY.", "--into-memory")]
    [InlineData("--version goes with --entry.", "--at", "2d", "--version", "1")]
    [InlineData("--version and --at cannot go together", "--entry", "a", "--at", "2d", "--version", "1")]
    [InlineData("--into-memory and --output cannot go together", "--at", "2d", "--into-memory", "-o", "x")]
    [InlineData("--format goes with a file", "--at", "2d", "--into-memory", "--format", "lines")]
    [InlineData("--exact goes with --into-memory", "--at", "2d", "--exact")]
    [InlineData("--exact goes with the whole memory", "--entry", "a", "--into-memory", "--exact")]
    [InlineData("--accept-deletes goes with --exact", "--at", "2d", "--into-memory", "--accept-deletes")]
    [InlineData("The name of the entry is empty", "--entry", "")]
    [InlineData("The name of the output file is empty", "--at", "2d", "-o", "")]
    [InlineData("--format is 'xml', but must be one of lines, array, document, graph.", "--at", "2d", "--format", "xml")]
    [InlineData("--at is 'to morrow', but must be a time such as", "--at", "to morrow")]
    [InlineData("--at is '', but must be", "--at", "")]
    [InlineData(@"--at is '\u001b[2J', but must be", "--at", "\u001b[2J")]
    [InlineData("--at is '2026-11-24T20:15:01Z', which is in the future: 2026-11-24T20:15:01Z.", "--at", "2026-11-24T20:15:01Z")]
    public async Task What_makes_no_sense_is_refused(string message, params string[] arguments)
    {
        (await cli.Run(["restore", .. arguments])).ShouldBe(2);
        cli.Err.ShouldContain(message);
        cli.Err.ShouldContain("memory-backup restore --help");
        cli.Out.ShouldBe("");
        cli.Session.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Into_the_memory_it_says_what_changed()
    {
        await cli.Run("restore", "--at", "2d", "--into-memory");
        cli.OutLines.ShouldBe(
        [
            "Memory as of 2026-11-24T20:15:00Z: restored into the memory: 1 added, 1 changed, 1 deleted. The next sync writes it into the files. Sent to origin.",
            "  changed Ada",
            "    /age: 42 -> 41",
            "    /tags#a: nothing -> true",
            @"  added B\u001bob: {""name"":""B\u001bob""}",
            "  deleted Eve: 1",
            "Kept, since they were added later (--exact deletes them): Kim",
        ]);
        await cli.Run("restore", "--at", "2d", "--into-memory", "--dry-run", "--quiet");
        cli.Out.ShouldBe("");
        cli.Session.Restore = cli.Session.Restore with { Changes = [], Kept = [], At = null, Entry = "Ada", UniqueId = "desk-a2b3c4d5e6.1:9" };
        await cli.Run("restore", "--entry", "Ada", "--into-memory", "--offline");
        cli.OutLines.ShouldBe(["Ada, version desk-a2b3c4d5e6.1:9: nothing to change; the memory says so already. Not sent: offline."]);
    }

    [Fact]
    public async Task A_dry_run_shows_all_of_it()
    {
        var many = Enumerable.Range(0, 30).Select(i => new RestoreChange($"{i}", $"[\"id\",{i}]", "deleted", "1", null, [])).ToList();
        cli.Session.Restore = cli.Session.Restore with { Changes = many, Kept = [] };
        await cli.Run("restore", "--at", "2d", "--into-memory");
        cli.OutLines.Length.ShouldBe(22);
        cli.OutLines[^1].ShouldBe("  and 10 more");
        await cli.Run("restore", "--at", "2d", "--into-memory", "--dry-run");
        cli.OutLines.Length.ShouldBe(31);
        cli.OutLines[0].ShouldBe("Memory as of 2026-11-24T20:15:00Z: would have restored into the memory: 30 deleted. Nothing was written.");
    }

    [Fact]
    public async Task Into_a_file_it_is_one_sentence()
    {
        cli.Session.Restore = cli.Session.Restore with { Changes = [], Kept = [] };
        await cli.Run("restore", "--at", "2d", "-o", "then.jsonl");
        cli.OutLines.ShouldBe(["then.jsonl: Memory as of 2026-11-24T20:15:00Z: wrote 3 entries."]);
    }

    [Fact]
    public async Task Standard_output_has_the_past_and_nothing_else()
    {
        cli.Session.Restore = cli.Session.Restore with { Changes = [], Kept = [], Warnings = ["w"], Unplaced = ["x"], Remotes = [Infra.Reports.Pending()], ExitCode = ExitCode.RemotePending };
        (await cli.Run("restore", "--at", "2d")).ShouldBe(5);
        cli.Out.ShouldBe("{\"id\":1}\n{\"id\":\"zwei\"}\n");
        cli.Err.ShouldContain("Warning: w");
        cli.Err.ShouldContain("Without a place in a file of this format: x");
        cli.Err.ShouldContain("Pending for origin");
    }

    [Fact]
    public async Task What_is_brought_back_cannot_steer_a_terminal()
    {
        cli.IsTerminal = true;
        cli.Session.Restore = cli.Session.Restore with { Changes = [], Kept = [], Content = "\"a\u009bb\u007f\"\n"u8.ToArray() };
        await cli.Run("restore", "--at", "2d");
        cli.Out.ShouldBe("\"a\\u009bb\\u007f\"\n");
        cli.Session.Restore = Infra.Reports.Restore();
        cli.Variables["NO_COLOR"] = "1";
        await cli.Run("restore", "--at", "2d", "--into-memory", "--json");
        cli.Out.Where(character => char.IsControl(character) && character != '\n').ShouldBeEmpty();
    }

    [Fact]
    public async Task JSON_has_every_part()
    {
        await cli.Run("restore", "--at", "2d", "--into-memory", "--json");
        cli.Out.ShouldBe(
            """
            {"command":"restore","space":"default","replica":"desk-a2b3c4d5e6","host":"desk","dry_run":false,"at":"2026-11-24T20:15:00Z",
            "sources":[{"replica":"build-7-k3","host":"build-7","publication":3,"commit":"0123456789abcdef0123456789abcdef01234567","published_at":"2026-11-24T20:15:00Z"}],
            "entry":null,"unique_id":null,"entries":3,"output":null,"format":"JsonLines","into_memory":true,
            "changes":[{"key":"Ada","key_text":"[\"entity\",\"Ada\"]","change":"changed","before":{"age":42},"after":{"age":41,"tags":["a"]},
            "elements":[{"element":"/age","before":42,"after":41},{"element":"/tags#a","before":null,"after":true}]},
            {"key":"B\u001Bob","key_text":"[\"entity\",\"B\\u001bob\"]","change":"added","before":null,"after":{"name":"B\u001Bob"},"elements":[{"element":"/name","before":null,"after":"B\u001Bob"}]},
            {"key":"Eve","key_text":"[\"entity\",\"Eve\"]","change":"deleted","before":1,"after":null,"elements":[{"element":"","before":1,"after":null}]}],
            "kept":["Kim"],"unplaced":[],"publication":8,"warnings":[],
            "remotes":[{"remote":"origin","confirmed":true,"pushed":true,"received":[],"rejected":{},"failure":null,"remedy":null,"exit_code":0,"exit_name":"done"}],
            "exit_code":0,"exit_name":"done","elapsed_ms":4}
            """.ReplaceLineEndings("") + "\n");
        Members(cli.Json).ShouldBe(Properties<RestoreReport>("command", "exit_name", "elapsed_ms"), ignoreOrder: true);
        Members(cli.Json.GetProperty("sources")[0]).ShouldBe(Properties<RestoreSource>(), ignoreOrder: true);
        Members(cli.Json.GetProperty("changes")[0]).ShouldBe(Properties<RestoreChange>(), ignoreOrder: true);
    }

    [Fact]
    public async Task JSON_holds_the_past_unless_it_goes_elsewhere()
    {
        await cli.Run("restore", "--at", "2d", "--json");
        cli.Json.GetProperty("memory").GetRawText().ShouldBe("""[{"id":1},{"id":"zwei"}]""");
        cli.Session.Restore = cli.Session.Restore with { Format = "JsonDocument", Content = "{\"notes\": [1.50]}\n"u8.ToArray() };
        await cli.Run("restore", "--at", "2d", "--json");
        cli.Json.GetProperty("memory").GetRawText().ShouldBe("""{"notes":[1.50]}""");
        await cli.Run("restore", "--at", "2d", "--json", "-o", "then.json");
        cli.Json.TryGetProperty("memory", out _).ShouldBeFalse();
        cli.Json.GetProperty("output").GetString().ShouldBe(Path.Combine(cli.Folder, "then.json"));
    }

    private async Task Asks(RestoreRequest expected, params string[] arguments)
    {
        (await cli.Run(["restore", .. arguments])).ShouldBe(0, cli.Err);
        cli.Session.RestoreRequest.ShouldBe(expected);
    }

    private static IEnumerable<string> Members(JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    private static IEnumerable<string> Properties<T>(params string[] more) => typeof(T).GetProperties()
        .Select(property => MemoryBackup.Cli.Logging.FieldName.Of(property.Name))
        .Where(name => name is not ("elapsed" or "content"))
        .Concat(more);
}
