using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Tests;

public sealed class ReportTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task A_sync_is_one_sentence()
    {
        await cli.Run("sync", "memory.jsonl");
        cli.OutLines.ShouldBe(["memory.jsonl: recorded 1 added, 2 changed; received 3 added, 1 deleted. 12 entries. Sent to origin."]);
    }

    [Fact]
    public async Task Nothing_new_is_said_as_such()
    {
        cli.Session.Run = Infra.Reports.Nothing() with { EntriesAfter = 1, Remotes = [] };
        await cli.Run("sync", "memory.jsonl");
        cli.OutLines.ShouldBe(["memory.jsonl: nothing new. 1 entry. Kept in this store; it has no remote."]);
        cli.Session.Run = Infra.Reports.Nothing() with { Remotes = [new() { Remote = "origin", Confirmed = true }] };
        await cli.Run("sync", "memory.jsonl");
        cli.OutLines.ShouldBe(["memory.jsonl: nothing new. 12 entries. origin is up to date."]);
        cli.Session.Run = Infra.Reports.Nothing() with { Remotes = [new() { Remote = "nas", Confirmed = true }, new() { Remote = "origin", Confirmed = true }] };
        await cli.Run("sync", "memory.jsonl");
        cli.OutLines.ShouldBe(["memory.jsonl: nothing new. 12 entries. nas, origin are up to date."]);
        await cli.Run("sync", "memory.jsonl", "--offline");
        cli.OutLines.ShouldBe(["memory.jsonl: nothing new. 12 entries. Not sent: offline."]);
    }

    [Fact]
    public async Task A_dry_run_says_what_it_would_do()
    {
        cli.Session.Run = cli.Session.Run with { DryRun = true };
        await cli.Run("sync", "memory.jsonl", "--dry-run");
        cli.OutLines.ShouldBe(["memory.jsonl: would have recorded 1 added, 2 changed; would have received 3 added, 1 deleted. 12 entries. Nothing was written."]);
    }

    [Fact]
    public async Task Everything_that_a_person_must_know_follows_the_sentence()
    {
        cli.Session.Run = Infra.Reports.Nothing() with
        {
            Conflicts = [Infra.Reports.AgeOfAda with { Key = "A\u001bda" }],
            Warnings = ["The clock of build-7 runs ahead."],
            OldCopies = ["x"],
            Unplaced = ["y"],
            KeptForStaleWriter = ["z"],
            Remotes = [Infra.Reports.Pending()],
            ExitCode = ExitCode.RemotePending,
        };
        (await cli.Run("sync", "memory.jsonl")).ShouldBe(5);
        cli.OutLines.ShouldBe(
        [
            "memory.jsonl: nothing new. 12 entries.",
            "1 conflict:",
            @"  A\u001bda /age: shows 42, also 41 (by build-7-k3.1:17, 2026-11-24T20:14:00.0000000Z)",
            "Warning: The clock of build-7 runs ahead.",
            "Old copies of entries that were replaced or deleted, not written (--as-new writes them): x",
            "Without a place in a file of this format: y",
            "Kept, since the program that wrote the file had not loaded them: z",
            "Pending for origin: Git command failed: git push origin: connection refused",
            "  Saved here; it goes out with the next run.",
            "  Check the connection.",
            "Refused evil-aaaaaaaaaa from origin: It claims another's dots. Its last good state stays in use.",
        ]);
    }

    [Fact]
    public async Task Quiet_leaves_only_what_went_wrong()
    {
        cli.Session.Run = cli.Session.Run with { Conflicts = [Infra.Reports.AgeOfAda] };
        await cli.Run("sync", "memory.jsonl", "--quiet");
        cli.Out.ShouldBe("");
    }

    [Fact]
    public async Task A_merge_into_a_file_is_one_sentence()
    {
        await cli.Run("merge", "-o", "all.json");
        cli.OutLines.ShouldBe(["all.json: merged 2 entries of 3 replicas. Took in 1 file of the script."]);
    }

    [Fact]
    public async Task Status_is_a_page()
    {
        await cli.Run("status");
        cli.OutLines.ShouldBe(
        [
            "Space default in /the/default/store.git: 12 entries.",
            "This store is desk-a2b3c4d5e6 (host desk), publication 7.",
            "Files",
            "  /home/ada/memory.jsonl  knowledge graph  12 entries  unchanged",
            "Remotes",
            "  origin  /srv/memory.git  1 publication pending since 2026-11-24T20:15:00Z  confirmed publication 6 at 2026-11-24T20:15:00Z  fetched 2026-11-24T20:15:00Z",
            "    failing since 2026-11-24T20:15:00Z: refused",
            "    lacks the newest of 1 other replica: build-7-k3",
            "    refused 1 ref of it:",
            @"      evil\u001b-aaaaaaaaaa, since 2026-11-24T20:15:00Z (2 hours ago): too large",
            "Replicas",
            "  desk-a2b3c4d5e6  desk     publication 7  12 versions  last seen 2026-11-24T20:15:00Z (just now)    at origin, this store",
            "  build-7-k3       build-7  publication 3  4 versions   last seen 2026-11-24T20:15:00Z (3 days ago)  at no remote; a state was refused: origin: too large",
            "Retired",
            "  job-1-aaaaaaaaaa  job-1  publication 3  12 versions  taken over by build-7-k3  at origin",
            "1 conflict:",
            "  Ada /age: shows 42, also 41 (by build-7-k3.1:17, 2026-11-24T20:14:00.0000000Z)",
        ]);
    }

    [Fact]
    public async Task Colour_is_for_terminals_that_want_it()
    {
        cli.IsTerminal = true;
        await cli.Run("status");
        cli.Out.ShouldContain("\u001b[1mFiles\u001b[0m");
        cli.Variables["NO_COLOR"] = "1";
        await cli.Run("status");
        cli.Out.ShouldNotContain('\u001b');
    }

    [Fact]
    public async Task JSON_of_a_run_has_every_part()
    {
        cli.Session.Run = cli.Session.Run with { Conflicts = [Infra.Reports.AgeOfAda], Warnings = ["w"], OldCopies = ["x"], Unplaced = ["y"], KeptForStaleWriter = ["z"] };
        await cli.Run("sync", "memory.jsonl", "--json");
        cli.Out.ShouldBe(
            """
            {"command":"sync","file":"/home/ada/memory.jsonl","space":"default","replica":"desk-a2b3c4d5e6","host":"desk","dry_run":false,"entries":10,
            "recorded":{"added":["a"],"changed":["b","c"],"deleted":[]},"received":{"added":["d","e","f"],"changed":[],"deleted":["g"]},"entries_after":12,"publication":7,
            "conflicts":[{"key":"Ada","element":"/age","shown":{"value":42,"unique_id":"desk-a2b3c4d5e6.1:9","timestamp":"2026-11-24T20:15:00.0000000Z"},
            "others":[{"value":41,"unique_id":"build-7-k3.1:17","timestamp":"2026-11-24T20:14:00.0000000Z"}]}],"old_copies":["x"],"unplaced":["y"],"kept_for_stale_writer":["z"],"warnings":["w"],
            "remotes":[{"remote":"origin","confirmed":true,"pushed":true,"received":["build-7-k3"],"rejected":{},"failure":null,"remedy":null,"exit_code":0,"exit_name":"done"}],
            "exit_code":0,"exit_name":"done","elapsed_ms":12.5}
            """.ReplaceLineEndings("") + "\n");
        Members(cli.Json).ShouldBe(Properties<RunReport>("command", "exit_name", "elapsed_ms"), ignoreOrder: true);
    }

    [Fact]
    public async Task JSON_of_a_merge_holds_the_memory_unless_a_file_does()
    {
        await cli.Run("merge", "--json");
        cli.Json.GetProperty("memory").GetRawText().ShouldBe("""[{"id":1},{"id":"zwei"}]""");
        Members(cli.Json).ShouldBe(Properties<MergeReport>("command", "exit_name", "elapsed_ms", "memory"), ignoreOrder: true);
        await cli.Run("merge", "--json", "-o", "all.json");
        cli.Json.TryGetProperty("memory", out _).ShouldBeFalse();
        cli.Json.GetProperty("output").GetString().ShouldBe(Path.Combine(cli.Folder, "all.json"));
    }

    [Fact]
    public async Task JSON_of_status_has_every_part()
    {
        await cli.Run("status", "--json");
        Members(cli.Json).ShouldBe(Properties<StatusReport>("command"), ignoreOrder: true);
        Members(cli.Json.GetProperty("files")[0]).ShouldBe(Properties<FileStatus>(), ignoreOrder: true);
        Members(cli.Json.GetProperty("remotes")[0]).ShouldBe(Properties<RemoteStatus>(), ignoreOrder: true);
        Members(cli.Json.GetProperty("remotes")[0].GetProperty("rejected")[0]).ShouldBe(Properties<RejectedStatus>(), ignoreOrder: true);
        Members(cli.Json.GetProperty("replicas")[0]).ShouldBe(Properties<ReplicaStatus>(), ignoreOrder: true);
    }

    [Fact]
    public async Task JSON_of_init_has_every_part()
    {
        await cli.Run("init", "--json");
        Members(cli.Json).ShouldBe(Properties<InitReport>("command", "created", "exit_name"), ignoreOrder: true);
    }

    [Fact]
    public async Task Foreign_text_in_JSON_is_kept_whole_and_harmless_on_a_terminal()
    {
        cli.Session.Run = cli.Session.Run with { OldCopies = ["\u001b[2J\u009b\u202e é"] };
        cli.IsTerminal = true;
        await cli.Run("sync", "memory.jsonl", "--json");
        cli.Out.Where(character => char.IsControl(character) && character != '\n').ShouldBeEmpty();
        cli.Out.ShouldNotContain('\u202e');
        cli.Json.GetProperty("old_copies")[0].GetString().ShouldBe("\u001b[2J\u009b\u202e é");
    }

    [Fact]
    public async Task A_merged_memory_on_a_terminal_cannot_steer_it()
    {
        cli.IsTerminal = true;
        cli.Session.Merge = cli.Session.Merge with { Json = "[\n\"a\u009bb\u007f\"\n]"u8.ToArray() };
        await cli.Run("merge");
        cli.Out.ShouldBe("[\n\"a\\u009bb\\u007f\"\n]\n");
        cli.IsTerminal = false;
        await cli.Run("merge");
        cli.Out.ShouldBe("[\n\"a\u009bb\u007f\"\n]\n");
    }

    private static IEnumerable<string> Members(JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    // A member that the engine's reports gain must not be forgotten here.
    private static IEnumerable<string> Properties<T>(params string[] more) => typeof(T).GetProperties()
        .Select(property => MemoryBackup.Cli.Logging.FieldName.Of(property.Name))
        .Where(name => name is not ("elapsed" or "json"))
        .Concat(more);
}
