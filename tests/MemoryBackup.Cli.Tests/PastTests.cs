using System.Text.Json;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Tests;

public sealed class PastTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task History_is_a_line_an_event()
    {
        (await cli.Run("history")).ShouldBe(0);
        cli.OutLines.ShouldBe(
        [
            "2026-11-24T20:15:00Z  build-7  deleted   Bob                       v1",
            "2026-11-24T20:14:00Z  desk     resolved  Ada  desk-a2b3c4d5e6.0:1  v3  /age +/tags#x -/old",
            "1 older event not shown (--limit 0 shows all).",
        ]);
        cli.Session.History.ShouldBe(new HistoryOptions { Limit = 50 });
    }

    [Fact]
    public async Task History_of_an_entry_tells_each_version()
    {
        cli.Session.HistoryAnswer = cli.Session.HistoryAnswer with { Key = "A\u001bda", Found = 2 };
        (await cli.Run("history", "Ada", "--since", "2d", "--host", "desk", "--limit", "0")).ShouldBe(0);
        cli.OutLines.ShouldBe(
        [
            @"A\u001bda",
            "2026-11-24T20:15:00.0000000Z deleted by build-7 (publication 4 of build-7-k3)",
            "  removed desk-a2b3c4d5e6.1:2",
            "  - /age: 7",
            "2026-11-24T20:14:00.0000000Z resolved by desk (version 3, desk-a2b3c4d5e6.0:1)",
            "  on top of desk-a2b3c4d5e6.1:9 and build-7-k3.1:17",
            "  ~ /age: 41 → 42",
            "  + /tags#x",
            "  - /old: null",
            "  /age no longer has the alternative 41 (by build-7-k3.1:17)",
            "1 conflict:",
            "  Ada /age: shows 42, also 41 (by build-7-k3.1:17, 2026-11-24T20:14:00.0000000Z)",
        ]);
        cli.Session.History.ShouldBe(new HistoryOptions { Key = "Ada", Since = new DateTimeOffset(2026, 11, 22, 20, 15, 0, 123, TimeSpan.Zero), Host = "desk" });
    }

    [Fact]
    public async Task The_host_of_the_settings_narrows_nothing()
    {
        cli.Config("""{"host_id":"desk"}""");
        (await cli.Run("history")).ShouldBe(0);
        cli.Session.History!.Host.ShouldBeNull();
    }

    [Fact]
    public async Task JSON_of_history_has_every_part()
    {
        (await cli.Run("history", "--json")).ShouldBe(0);
        Members(cli.Json).ShouldBe(Properties<HistoryReport>("command", "elapsed_ms"), ignoreOrder: true);
        Members(cli.Json.GetProperty("events")[0]).ShouldBe(Properties<HistoryEvent>(), ignoreOrder: true);
        cli.Json.GetProperty("events")[0].GetProperty("unique_id").ValueKind.ShouldBe(JsonValueKind.Null);
        cli.Json.GetProperty("events")[1].GetProperty("elements").GetRawText().ShouldBe(
            """[{"element":"/age","before":41,"after":42},{"element":"/tags#x","after":true},{"element":"/old","before":null}]""");
    }

    [Fact]
    public async Task A_diff_is_a_sentence_and_what_differs()
    {
        (await cli.Run("diff")).ShouldBe(0);
        cli.Session.Diff.ShouldBe(("24h", "now"));
        cli.OutLines.ShouldBe(
        [
            "From 2026-11-23T20:15:00Z (2 entries) to replica build-7-k3 (2 entries): 1 added, 1 changed, 1 removed.",
            "+ Cy",
            "    + /n: 1",
            "- Bob",
            "    - /n: 2",
            "~ Ada",
            "    ~ /age: 41 → 42",
            @"    + /tags#x\u001b",
            "Warning: The state of desk was not here.",
        ]);
        await cli.Run("diff", "--from", "build-7", "--to", "yesterday", "--json");
        cli.Session.Diff.ShouldBe(("build-7", "yesterday"));
        Members(cli.Json).ShouldBe(Properties<DiffReport>("command", "elapsed_ms"), ignoreOrder: true);
        Members(cli.Json.GetProperty("from")).ShouldBe(Properties<DiffSide>(), ignoreOrder: true);
        Members(cli.Json.GetProperty("changed")[0]).ShouldBe(Properties<EntryChange>(), ignoreOrder: true);
    }

    [Fact]
    public async Task Conflicts_are_listed_with_numbers()
    {
        (await cli.Run("conflicts")).ShouldBe(0);
        cli.OutLines.ShouldBe(
        [
            "2 conflicts:",
            "Ada /age",
            "  0:  42         by desk (desk-a2b3c4d5e6.1:9), 2026-11-24T20:15:00.0000000Z, shown",
            @"  1:  ""a\u001b""  by build-7 (build-7-k3.1:17), 2026-11-24T20:14:00.0000000Z",
            "Bob /at/home",
            "  0:  (gone)  shown",
            "  1:  true    by desk (desk-a2b3c4d5e6.1:4), 2026-11-24T20:13:00.0000000Z",
        ]);
        await cli.Run("conflicts", "Ada", "--json");
        cli.Session.ConflictsKey.ShouldBe("Ada");
        Members(cli.Json).ShouldBe(Properties<ConflictsReport>("command"), ignoreOrder: true);
        Members(cli.Json.GetProperty("conflicts")[0]).ShouldBe(Properties<OpenConflict>(), ignoreOrder: true);
        Members(cli.Json.GetProperty("conflicts")[0].GetProperty("values")[0]).ShouldBe(Properties<ConflictChoice>(), ignoreOrder: true);
    }

    [Fact]
    public async Task A_choice_reaches_the_engine()
    {
        (await cli.Run("conflicts", "resolve", "Ada", "/age", "--take", "1", "--dry-run", "--offline")).ShouldBe(0);
        (await cli.Run("conflicts", "resolve", "Ada", "--take", "build-7-k3.1:17")).ShouldBe(0);
        (await cli.Run("conflicts", "resolve", "Ada", "--value", "-5")).ShouldBe(0);
        (await cli.Run("conflicts", "resolve", "--all", "--latest")).ShouldBe(0);
        cli.Session.Resolves.ShouldBe(
        [
            new ResolveOptions { Key = "Ada", Element = "/age", Take = 1, DryRun = true, Offline = true },
            new ResolveOptions { Key = "Ada", TakeWrite = "build-7-k3.1:17" },
            new ResolveOptions { Key = "Ada", Value = JsonText.Parse("-5") },
            new ResolveOptions { Latest = true },
        ]);
        cli.OutLines.ShouldBe(["Ada /age: is 42", "Resolved 1 conflict, 1 left. Sent to origin."]);
        await cli.Run("conflicts", "resolve", "Ada", "--latest", "--json");
        Members(cli.Json).ShouldBe(Properties<ResolveReport>("command", "exit_name", "elapsed_ms"), ignoreOrder: true);
        Members(cli.Json.GetProperty("resolved")[0]).ShouldBe(Properties<SettledConflict>(), ignoreOrder: true);
    }

    [Fact]
    public async Task A_terminal_asks_and_a_pipe_says_what_there_is_to_choose()
    {
        (await cli.Run("conflicts", "resolve", "Ada")).ShouldBe(2);
        cli.Err.ShouldStartWith("memory-backup: Nothing was chosen: give --take N, --value JSON or --latest. Ada /age: 0: 42, 1: ");
        cli.Session.Resolves.ShouldBeEmpty();

        cli.IsTerminal = true;
        Array.ForEach(["x", "2", "1", ""], cli.Typed.Enqueue);
        (await cli.Run("conflicts", "resolve")).ShouldBe(0);
        cli.Session.Resolves.ShouldBe([new ResolveOptions { Key = """["entity","Ada"]""", Element = "/age", TakeWrite = "build-7-k3.1:17" }]);
        cli.Out.ShouldContain("Which one shall stay? 0 to 1, or Enter to leave it:");
    }

    [Theory]
    [InlineData(2, "Nothing was chosen", "conflicts", "resolve")]
    [InlineData(2, "--take, --value and --latest are three ways to choose; give one.", "conflicts", "resolve", "a", "--take", "1", "--latest")]
    [InlineData(2, "--all goes with --latest, and without KEY.", "conflicts", "resolve", "a", "--all", "--latest")]
    [InlineData(2, "--all goes with --latest, and without KEY.", "conflicts", "resolve", "--all", "--take", "1")]
    [InlineData(2, "No entry is named.", "conflicts", "resolve", "--latest")]
    [InlineData(3, "--value is no JSON", "conflicts", "resolve", "a", "--value", "{")]
    [InlineData(2, "--limit is '-1', but must be a whole number, 0 for all.", "history", "--limit", "-1")]
    [InlineData(2, "--since is 'soon', but must be a time such as", "history", "--since", "soon")]
    [InlineData(2, "--since is '2027-01-01', which is in the future.", "history", "--since", "2027-01-01")]
    [InlineData(2, "--from is empty.", "diff", "--from", "")]
    public async Task Wrong_usage_is_told_before_anything_is_done(int code, string message, params string[] arguments)
    {
        (await cli.Run(arguments)).ShouldBe(code);
        cli.Err.ShouldStartWith("memory-backup: " + message);
        cli.Session.Resolves.ShouldBeEmpty();
        cli.Session.History.ShouldBeNull();
    }

    private static IEnumerable<string> Members(JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    private static IEnumerable<string> Properties<T>(params string[] more) => typeof(T).GetProperties()
        .Select(property => MemoryBackup.Cli.Logging.FieldName.Of(property.Name))
        .Where(name => name != "elapsed")
        .Concat(more);
}
