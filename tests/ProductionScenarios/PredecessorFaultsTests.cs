using System.Text.Json;
using ProductionScenarios.Infra;

namespace ProductionScenarios;

/// <summary>What the script that this program replaces got wrong, one scenario each, in the script's own form of the command line where it has one.</summary>
public sealed class PredecessorFaultsTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_stale_copy_that_is_backed_up_again_does_not_beat_a_newer_edit()
    {
        await world.InitRemoteAsync();
        var (ada, bob) = (await CloneAsync("ada"), await CloneAsync("bob"));
        ada.Write("""[{"id":"1","text":"old"}]""");
        (await BackupAsync(ada)).ShouldExitWith(0);
        (await bob.RunAsync("sync", "memory.json", "--repo", Repository(bob))).ShouldExitWith(0);
        bob.Write(File.ReadAllText(bob.File).Replace("old", "new", StringComparison.Ordinal));
        (await BackupAsync(bob)).ShouldExitWith(0);

        // The script stamped ada's untouched copy anew, and it won.
        (await BackupAsync(ada)).ShouldExitWith(0);
        (await MergeAsync(ada)).Single().GetProperty("text").GetString().ShouldBe("new");
    }

    [Fact]
    public async Task A_deleted_entry_does_not_come_back_at_the_next_merge()
    {
        await world.InitRemoteAsync();
        var (ada, bob) = (await CloneAsync("ada"), await CloneAsync("bob"));
        ada.Write("""[{"id":"1"},{"id":"2"}]""");
        (await BackupAsync(ada)).ShouldExitWith(0);
        (await bob.RunAsync("sync", "memory.json", "--repo", Repository(bob))).ShouldExitWith(0);
        ada.Write("""[{"id":"2"}]""");
        (await BackupAsync(ada)).ShouldExitWith(0);
        (await BackupAsync(bob)).ShouldExitWith(0);
        (await MergeAsync(bob)).Single().GetProperty("id").GetString().ShouldBe("2");
    }

    [Fact]
    public async Task Entries_without_id_stay_apart()
    {
        await world.InitRemoteAsync();
        var ada = await CloneAsync("ada");
        ada.Write("""[{"text":"one"},{"text":"two"},{"text":"three"}]""");
        (await BackupAsync(ada)).ShouldExitWith(0);
        (await MergeAsync(ada)).Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("memory.json", """[{"id":"1","text":"x"}]""", 1)]
    [InlineData("memory.json", """{"version":1,"notes":[{"id":"1","text":"x"}]}""", 2)]
    [InlineData("memory.jsonl", """{"id":"1","text":"x"}""", 1)]
    [InlineData("memory.jsonl", """{"type":"entity","name":"Ada","entityType":"person","observations":["x"]}""", 1)]
    [InlineData("memory.json", """{"entities":[{"name":"Ada","entityType":"person","observations":["x"]}],"relations":[]}""", 2)]
    public async Task Every_format_of_memory_is_read(string name, string content, int entries)
    {
        var host = new Host(world, "ada") { FileName = name };
        host.Write(content);
        (await host.RunAsync("backup", name)).ShouldExitWith(0);
        (await host.RunAsync("merge")).ShouldExitWith(0).Json.GetArrayLength().ShouldBe(entries);
    }

    [Fact]
    public async Task Of_two_edits_of_one_entry_both_stay()
    {
        await world.InitRemoteAsync();
        var (ada, bob) = (await CloneAsync("ada"), await CloneAsync("bob"));
        ada.Write("""[{"id":"1","title":"t","text":"x"}]""");
        (await BackupAsync(ada)).ShouldExitWith(0);
        (await bob.RunAsync("sync", "memory.json", "--repo", Repository(bob))).ShouldExitWith(0);
        ada.Write("""[{"id":"1","title":"by ada","text":"x"}]""");
        bob.Write("""[{"id":"1","title":"t","text":"by bob"}]""");
        (await BackupAsync(ada)).ShouldExitWith(0);
        (await BackupAsync(bob)).ShouldExitWith(0);
        var entry = (await MergeAsync(ada)).Single();
        entry.GetProperty("title").GetString().ShouldBe("by ada");
        entry.GetProperty("text").GetString().ShouldBe("by bob");
    }

    [Fact]
    public async Task A_timestamp_from_the_far_future_does_not_win_for_ever()
    {
        await world.InitRemoteAsync();
        var (ada, bob) = (await CloneAsync("ada"), await CloneAsync("bob"));
        ada.Write("""[{"id":"1","text":"from the future","updated_at":"2093-01-01T00:00:00Z"}]""");
        (await BackupAsync(ada)).ShouldExitWith(0).Error.ShouldContain("out of range or ahead of this clock");
        (await bob.RunAsync("sync", "memory.json", "--repo", Repository(bob))).ShouldExitWith(0);
        bob.Write("""[{"id":"1","text":"now","updated_at":"2093-01-01T00:00:00Z"}]""");
        (await BackupAsync(bob)).ShouldExitWith(0);
        (await MergeAsync(ada)).Single().GetProperty("text").GetString().ShouldBe("now");
    }

    [Fact]
    public async Task The_memory_file_is_exchanged_whole_and_never_written_in_place()
    {
        await world.InitRemoteAsync();
        var (ada, bob) = (await world.HostAsync("ada"), await world.HostAsync("bob"));
        ada.Lines = [.. Enumerable.Range(0, 2_000).Select(i => $$"""{"id":"{{i}}","text":"entry {{i}}"}""")];
        bob.Lines = ["""{"id":"bob"}"""];
        (await ada.SyncAsync()).ShouldExitWith(0);

        // Whoever holds the old file open goes on reading the old file, whole.
        await using var open = File.OpenRead(bob.File);
        (await bob.SyncAsync()).ShouldExitWith(0);
        using var reader = new StreamReader(open);
        (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldBe("""{"id":"bob"}""" + "\n");
        bob.Lines.Length.ShouldBe(2_001);
    }

    [Fact]
    public async Task Invalid_JSON_exits_with_3_and_touches_nothing()
    {
        await world.InitRemoteAsync();
        var ada = await CloneAsync("ada");
        ada.Write("""[{"id":"1"}]""");
        (await BackupAsync(ada)).ShouldExitWith(0);
        var refs = (await world.GitAsync("-C", world.Remote, "for-each-ref")).Output;
        ada.Write("""[{"id":"1"},""");
        (await BackupAsync(ada)).ShouldExitWith(3).Error.ShouldContain("Invalid JSON in ");
        File.ReadAllText(ada.File).ShouldBe("""[{"id":"1"},""");
        (await world.GitAsync("-C", world.Remote, "for-each-ref")).Output.ShouldBe(refs);
    }

    [Fact]
    public async Task An_emptied_file_does_not_wipe_the_backup()
    {
        await world.InitRemoteAsync();
        var ada = await CloneAsync("ada");
        ada.Write("""[{"id":"1"},{"id":"2"},{"id":"3"}]""");
        (await BackupAsync(ada)).ShouldExitWith(0);
        ada.Write("[]");
        (await BackupAsync(ada)).ShouldExitWith(3).Error.ShouldContain("--accept-deletes");
        (await MergeAsync(ada)).Count.ShouldBe(3);
        (await ada.RunAsync("--backup", "--file", ada.File, "--host", "ada", "--repo", Repository(ada), "--accept-deletes")).ShouldExitWith(0);
        (await MergeAsync(ada)).ShouldBeEmpty();
    }

    private static string Repository(Host host) => Path.Combine(host.Home, "repository");

    // An operator's clone of the shared repository, as the script used it.
    private async Task<Host> CloneAsync(string name)
    {
        var host = new Host(world, name) { FileName = "memory.json" };
        (await world.GitAsync("clone", "--quiet", world.Remote, Repository(host))).ShouldExitWith(0);
        return host;
    }

    private static Task<Outcome> BackupAsync(Host host) =>
        host.RunAsync("--backup", "--file", host.File, "--host", host.Name, "--repo", Repository(host));

    private static async Task<IReadOnlyList<JsonElement>> MergeAsync(Host host)
    {
        var output = Path.Combine(host.Home, "merged.json");
        (await host.RunAsync("--merge", "--output", output, "--repo", Repository(host))).ShouldExitWith(0);
        return [.. JsonDocument.Parse(await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken)).RootElement.EnumerateArray()];
    }
}
