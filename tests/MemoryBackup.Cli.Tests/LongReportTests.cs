using MemoryBackup.Store.History;
using MemoryBackup.Store.Verifying;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Tests;

/// <summary>Reports with more than fits on a screen, and reports with hardly anything in them.</summary>
public sealed class LongReportTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task A_long_list_is_cut_and_says_how_much_is_left_out()
    {
        cli.Session.Run = Infra.Reports.Nothing() with
        {
            Conflicts = [.. Enumerable.Range(0, 1023).Select(n => Infra.Reports.AgeOfAda with { Key = $"k{n}" }), Infra.Reports.AgeOfAda with { Shown = null }],
            Unplaced = [.. Enumerable.Range(0, 22).Select(n => $"u{n}")],
        };
        await cli.Run("sync", "m.json");
        cli.OutLines.Count(line => line.StartsWith("  k", StringComparison.Ordinal)).ShouldBe(20);
        cli.OutLines[^2].ShouldBe("  and 1,004 more");
        cli.OutLines[^1].ShouldEndWith("u18, u19 and 2 more");
        cli.Session.Run = Infra.Reports.Nothing() with { Conflicts = [Infra.Reports.AgeOfAda with { Shown = null }] };
        await cli.Run("sync", "m.json");
        cli.OutLines[^1].ShouldStartWith("  Ada /age: shows nothing, also 41 (by ");
        await cli.Run("sync", "m.json", "--json");
        cli.Json.GetProperty("conflicts")[0].GetProperty("shown").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task A_restore_lists_twenty_entries_and_beforehand_all_of_them()
    {
        var many = Enumerable.Range(0, 25).Select(n => new RestoreChange($"k{n}", $"""["id","k{n}"]""", "added", null, "1", [])).ToList();
        cli.Session.Restore = cli.Session.Restore with { Changes = many, Kept = [] };
        await cli.Run("restore", "--at", "2d", "--into-memory");
        (cli.OutLines.Length, cli.OutLines[^1]).ShouldBe((22, "  and 5 more"));
        await cli.Run("restore", "--at", "2d", "--into-memory", "--dry-run");
        cli.OutLines.Length.ShouldBe(26);
        var elements = Enumerable.Range(0, 22).Select(n => new ElementChange(n == 0 ? "" : $"/f{n}", "1", "2")).ToList();
        cli.Session.Restore = cli.Session.Restore with { Changes = [new("k", """["id","k"]""", "changed", "{}", "{}", elements)] };
        await cli.Run("restore", "--at", "2d", "--into-memory");
        (cli.OutLines[2], cli.OutLines[^1]).ShouldBe(("    (entry): 1 -> 2", "    and 2 more"));
    }

    [Fact]
    public async Task A_revert_that_could_not_do_everything_names_the_first_of_many()
    {
        cli.Session.Revert = cli.Session.Revert with
        {
            Writers = [.. Enumerable.Range(0, 6).Select(n => new RevertedWriter($"r{n}", "h", 1, 0))],
            Changes = [],
            NotTakenBack = [.. Enumerable.Range(0, 21).Select(n => new NotTakenBack($"k{n}", $"""["id","k{n}"]""", "history does not have it"))],
        };
        await cli.Run("revert", "--replica", "build-7-k3", "--since", "2d");
        cli.OutLines[0].ShouldBe("6 writes by r0, r1, r2, r3 and 2 more: nothing of it is to be changed.");
        cli.OutLines[^1].ShouldBe("  and 1 more");
        await cli.Run("revert", "--replica", "build-7-k3", "--since", "2d", "--dry-run");
        cli.OutLines[^1].ShouldBe("  k20: history does not have it.");
    }

    [Fact]
    public async Task An_import_names_twenty_of_what_it_found()
    {
        cli.Session.Import = cli.Session.Import with { Found = [.. Enumerable.Range(0, 21).Select(n => new ImportFound("memory-file", $"f{n}.json", "/old", 1, false))] };
        Directory.CreateDirectory(Path.Combine(cli.Folder, "old"));
        await cli.Run("import", "old");
        (cli.OutLines.Count(line => line.EndsWith("1 entry", StringComparison.Ordinal)), cli.OutLines.Count(line => line == "  and 1 more")).ShouldBe((20, 1), cli.Out + cli.Err);
    }

    [Fact]
    public async Task A_remote_that_lacks_and_refuses_many_is_told_with_the_first_twenty()
    {
        var many = Enumerable.Range(0, 22).Select(n => $"r{n}").ToList();
        cli.Session.RemoteList = cli.Session.RemoteList with
        {
            Remotes =
            [
                new RemoteStatus
                {
                    Remote = "origin", Url = "/srv/m.git", Lacks = many, Pending = 2, Failure = "refused",
                    Rejected = [.. many.Select(name => new RejectedStatus(name, "", "too large", default, 5))],
                },
            ],
        };
        await cli.Run("remote");
        cli.OutLines[0].ShouldBe("origin  /srv/m.git  2 publications pending  never confirmed anything  never fetched");
        cli.OutLines[1].ShouldBe("  failing: refused");
        cli.OutLines[2].ShouldEndWith("r18, r19 and 2 more");
        cli.OutLines[^1].ShouldBe("    and 2 more");
        cli.OutLines.Length.ShouldBe(25);
    }

    [Fact]
    public async Task A_history_without_events_and_one_that_was_shortened_say_so()
    {
        cli.Session.HistoryAnswer = cli.Session.HistoryAnswer with
        {
            Events = [],
            Found = 0,
            Begins = [new HistoryBeginning("desk-a2b3c4d5e6", 1200, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))],
        };
        await cli.Run("history");
        cli.OutLines.ShouldBe(["Nothing happened.", "The history of desk-a2b3c4d5e6 begins at 2026-01-02T03:04:05Z, with publication 1,200; what was before is gone."]);
    }

    [Theory]
    [InlineData(512, "512 bytes")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(5L << 20, "5.0 MiB")]
    public async Task What_compact_takes_out_is_told_in_a_unit_that_fits(long bytes, string shown)
    {
        cli.Session.Compacted = cli.Session.Compacted with { Bytes = bytes };
        await cli.Run("compact", "--keep", "90d");
        cli.OutLines[0].ShouldStartWith($"Took out 1,000 of 1,200 publications, about {shown}.");
        await cli.Run("compact", "--keep", "90d", "-q");
        cli.OutLines.ShouldBe(["Warning: Maintenance did not end."]);
        cli.Session.Compacted = cli.Session.Compacted with { Publications = 0, Removed = 0 };
        await cli.Run("compact", "--keep", "90d", "--offline");
        cli.OutLines[0].ShouldBe("Nothing was published by this store yet. Not sent: offline.");
    }

    [Fact]
    public async Task A_store_that_recorded_nothing_has_a_page_of_status_too()
    {
        cli.Session.Status = cli.Session.Status with
        {
            Replica = null,
            Entries = 0,
            Files = [],
            Remotes = [],
            Conflicts = [],
            Replicas = [new("a-aaaaaaaaaa", "a", false, 1, 0, null, null, [], null)],
            Forgotten = [new("0123456789abcdef0123456789abcdef", new DateTimeOffset(2026, 11, 24, 20, 15, 0, TimeSpan.Zero), 1, ["a-aaaaaaaaaa"])],
        };
        await cli.Run("status");
        cli.OutLines[..6].ShouldBe(
        [
            "Space default in /the/default/store.git: 0 entries.",
            "Nothing was recorded here yet.",
            "Replicas",
            "  a-aaaaaaaaaa  a  publication 1  0 versions  never seen  at no remote",
            "Requests to forget",
            "  0123456789ab  2026-11-24T20:15:00Z  done by 1 of 2 replicas  not yet by a-aaaaaaaaaa",
        ]);
    }

    [Fact]
    public async Task A_merge_says_what_it_would_do_and_quietly_nothing()
    {
        cli.Session.Merge = cli.Session.Merge with { DryRun = true, Imported = [], Conflicts = [Infra.Reports.AgeOfAda] };
        await cli.Run("merge", "-o", "all.json", "--dry-run", "--offline");
        cli.OutLines[0].ShouldBe("all.json: would have merged 2 entries of 3 replicas. Nothing was written. Without fetching: offline.");
        cli.OutLines[1].ShouldBe("1 conflict:");
        await cli.Run("merge", "-o", "all.json", "--dry-run", "-q");
        cli.Out.ShouldBe("");
    }

    [Fact]
    public async Task A_restore_into_a_file_says_what_of_when()
    {
        cli.Session.Restore = cli.Session.Restore with { At = null, Entry = "Ada", UniqueId = "desk-a2b3c4d5e6.1:9", IntoMemory = false, Changes = [], Kept = [] };
        await cli.Run("restore", "--entry", "Ada", "--version", "1", "-o", "then.json", "--offline");
        cli.OutLines.ShouldBe(["then.json: Ada, version desk-a2b3c4d5e6.1:9: wrote 3 entries. Without fetching: offline."]);
        cli.Session.Restore = cli.Session.Restore with { Content = "{\"id\":1}\n\n{\"id\":2}"u8.ToArray() };
        await cli.Run("restore", "--entry", "Ada", "--version", "1", "--json");
        cli.Json.GetProperty("memory").GetRawText().ShouldBe("""[{"id":1},{"id":2}]""");
    }

    [Fact]
    public async Task A_warning_of_verify_has_its_own_word_and_quietly_no_sum()
    {
        cli.Session.Verify = Infra.Reports.Verify(new Finding(Severity.Warning, FindingCode.PublishedRefBehind, FindingPlace.Store, "It lags.", "", "")) with { Quick = true };
        await cli.Run("verify", "--quick");
        cli.OutLines.ShouldBe(["warning published-ref-behind: It lags.", "Space default in /the/default/store.git: 2 replicas, 1,234 versions, 1 file: 1 warning. Not every object was read (--quick)."]);
        await cli.Run("verify", "--quick", "-q");
        cli.OutLines.ShouldBe(["warning published-ref-behind: It lags."]);
        await cli.Run("verify", "--quick", "--json");
        var json = cli.Json;
        (json.GetProperty("findings")[0].GetProperty("severity").GetString(), json.GetProperty("seed").ValueKind).ShouldBe(("warning", System.Text.Json.JsonValueKind.Null));
    }

    [Fact]
    public async Task That_a_law_broke_is_not_followed_by_how_often_it_held()
    {
        cli.Session.Verify = Infra.Reports.Verify(new Finding(Severity.Error, FindingCode.JoinDependsOnOrder, FindingPlace.Store, "It depends.", "", "")) with { Orders = 3, Seed = 7 };
        await cli.Run("verify", "--laws");
        cli.OutLines[^1].ShouldEndWith(": 1 error.");
    }

    [Fact]
    public async Task Two_sides_that_are_the_same_have_no_difference()
    {
        cli.Session.DiffAnswer = cli.Session.DiffAnswer with { Added = [], Removed = [], Changed = [], Warnings = [] };
        await cli.Run("diff", "--from", "2d");
        cli.OutLines.ShouldBe(["From 2026-11-23T20:15:00Z (2 entries) to replica build-7-k3 (2 entries): no difference."]);
    }

    [Fact]
    public async Task The_version_is_one_line_or_one_object()
    {
        (await cli.Run("--version", "--json")).ShouldBe(0);
        cli.Json.GetProperty("name").GetString().ShouldBe("memory-backup");
        var version = cli.Json.GetProperty("version").GetString();
        (await cli.Run("--version")).ShouldBe(0);
        cli.OutLines.ShouldBe([$"memory-backup {version}"]);
    }
}
