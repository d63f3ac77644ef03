using System.Text;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>Files that the predecessor committed into the repository are found and taken in (design, section 9).</summary>
public sealed class ScriptFilesTests : IDisposable
{
    private const string Metadata = "\"_crdt_metadata\":{\"host\":\"H\",\"timestamp\":\"T\",\"version\":1,\"unique_id\":\"u\"}";
    private readonly World world = new(remote: false);
    private readonly string repository;
    private readonly Machine ada;

    public ScriptFilesTests()
    {
        repository = Path.Combine(world.Folder, "work");
        Git("init", "--quiet", "-b", "main", repository);
        ada = new Machine(world, "ada") { Repository = repository, MachineId = "ada" };
    }

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task They_are_imported_once_with_their_hosts_and_stamps()
    {
        Commit("old", """[{"id":"a","v":1,M}]""", "2020-01-01T00:00:00Z");
        var report = await ada.MergeAsync();
        report.Imported.ShouldBe(["memory-old.json"]);
        var text = Encoding.UTF8.GetString(report.Json.Span);
        text.ShouldContain("\"host\": \"old\"");
        text.ShouldContain("\"timestamp\": \"2020-01-01T00:00:00.0000000Z\"");
        (await ada.MergeAsync()).Imported.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_changed_one_is_taken_in_as_edits_and_what_it_lacks_stays()
    {
        Commit("old", """[{"id":"a","v":1,M},{"id":"b",M},{"id":"c",M}]""", "2020-01-01T00:00:00Z");
        await ada.MergeAsync();
        Commit("old", """[{"id":"a","v":2,M}]""", "2020-01-02T00:00:00Z");
        var report = await ada.MergeAsync();
        report.Imported.ShouldBe(["memory-old.json"]);
        report.Entries.ShouldBe(3);
        report.Conflicts.ShouldBeEmpty();
        Encoding.UTF8.GetString(report.Json.Span).ShouldContain("\"v\": 2");
    }

    [Fact]
    public async Task An_older_state_on_another_branch_does_not_beat_the_newer_one()
    {
        Commit("old", """[{"id":"a","v":1,M}]""", "2020-01-01T00:00:00Z");
        Git("-C", repository, "update-ref", "refs/remotes/origin/main", "HEAD");
        Git("-C", repository, "remote", "add", "origin", Path.Combine(world.Folder, "nowhere.git"));
        Commit("old", """[{"id":"a","v":2,M}]""", "2020-01-02T00:00:00Z");
        ada.Remote = null;
        var report = await ada.MergeAsync();
        report.Conflicts.ShouldBeEmpty();
        Encoding.UTF8.GetString(report.Json.Span).ShouldContain("\"v\": 2");
    }

    [Fact]
    public async Task Two_hosts_that_the_predecessor_served_are_merged()
    {
        Commit("one", """[{"id":"a","v":1,M},{"id":"x",M}]""", "2020-01-01T00:00:00Z");
        Commit("two", """[{"id":"a","v":2,M},{"id":"y",M}]""", "2020-01-02T00:00:00Z");
        var report = await ada.MergeAsync();
        report.Entries.ShouldBe(3);
        Encoding.UTF8.GetString(report.Json.Span).ShouldContain("\"v\": 2");
        report.Conflicts.Single().Others.Single().Json.ShouldBe("1");
    }

    [Theory]
    [InlineData("2150-01-01T00:00:00Z")]
    [InlineData("1950-01-01T00:00:00Z")]
    public async Task A_stamp_out_of_range_is_kept_reported_and_never_wins(string stamp)
    {
        Commit("bad", """[{"id":"a","v":"bad",M}]""", stamp);
        Commit("good", """[{"id":"a","v":"good",M}]""", "2020-01-01T00:00:00Z");
        var report = await ada.MergeAsync();
        report.Warnings.ShouldContain(warning => warning.Contains("carries the time"));
        Encoding.UTF8.GetString(report.Json.Span).ShouldContain("\"v\": \"good\"");

        // Nor does an edit on top of it, which has a stamp of its own.
        Commit("bad", """[{"id":"a","v":"bad again",M}]""", "2019-01-01T00:00:00Z");
        Encoding.UTF8.GetString((await ada.MergeAsync()).Json.Span).ShouldContain("\"v\": \"good\"");
    }

    [Fact]
    public async Task An_invalid_one_is_reported_and_left_out()
    {
        Commit("broken", "[{", "");
        Commit("deep", $$$$"""[{"id":"d","_crdt_metadata":{"host":{{{{new string('[', 100)}}}}{{{{new string(']', 100)}}}}}}]""", "");
        Commit("good", """[{"id":"a",M}]""", "2020-01-01T00:00:00Z");
        var report = await ada.MergeAsync();
        report.Warnings.ShouldContain(warning => warning.Contains("memory-broken.json") && warning.Contains("left out"));
        report.Imported.ShouldContain("memory-good.json");
        report.ExitCode.ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task A_second_host_does_not_import_them_again()
    {
        using var shared = new World();
        ada.Remote = shared.Remote;
        Commit("old", """[{"id":"a","v":1,M}]""", "2020-01-01T00:00:00Z");
        await ada.MergeAsync();
        var clone = Path.Combine(world.Folder, "clone");
        Git("clone", "--quiet", repository, clone);
        Git("-C", clone, "remote", "remove", "origin");
        var bob = new Machine(world, "bob") { Repository = clone, Remote = shared.Remote };
        var report = await bob.MergeAsync();
        report.Imported.ShouldBeEmpty();
        report.Entries.ShouldBe(1);
    }

    private void Commit(string host, string content, string stamp)
    {
        File.WriteAllText(
            Path.Combine(repository, $"memory-{host}.json"),
            content.Replace("M", Metadata.Replace("\"H\"", $"\"{host}\"").Replace("\"T\"", $"\"{stamp}\"")));
        Git("-C", repository, "add", "-A");
        Git("-C", repository, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", host);
    }

    private void Git(params string[] arguments) => world.Git(arguments);
}
