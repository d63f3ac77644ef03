using MemoryBackup.Sync.Reports;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

public sealed class HistoryTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task An_entry_that_was_deleted_and_added_again_has_all_its_past_on_every_machine()
    {
        var (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        ada.Lines = ["""{"id":"a","n":1}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = ["""{"id":"a","n":2,"tags":["x"]}""", """{"id":"b"}"""];
        await bob.SyncAsync();
        await ada.SyncAsync();
        ada.Lines = ["""{"id":"b"}"""];
        await ada.SyncAsync();
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        ada.Lines = ["""{"id":"b"}""", """{"id":"a","n":3}"""];
        File.SetLastWriteTimeUtc(ada.File, DateTime.UtcNow);
        await ada.SyncAsync();
        await bob.SyncAsync();
        string[] expected =
        [
            "added by ada v1: +/id +/n",
            "deleted by ada v2: -/id -/n -/tags#x",
            "changed by bob v2: /n +/tags#x",
            "added by ada v1: +/id +/n",
        ];
        (await ada.HistoryAsync("a")).Events.Select(Told).ShouldBe(expected);
        (await bob.HistoryAsync("""["id","a"]""")).Events.Select(Told).ShouldBe(expected);
        var deleted = (await bob.HistoryAsync("a")).Events[1];
        deleted.UniqueId.ShouldBeNull();
        deleted.Replaced.ShouldHaveSingleItem().ShouldStartWith("bob-");
        world.Git("--git-dir=" + world.Remote, "log", "--all", "--format=%H").ShouldContain(deleted.Commit!);
        deleted.Elements[1].ShouldBe(new ElementChange("/n", "2", null));
    }

    [Fact]
    public async Task What_is_told_can_be_narrowed()
    {
        var (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        bob.Lines = ["""{"id":"c"}"""];
        await bob.SyncAsync();
        (await bob.HistoryAsync()).Events.Count.ShouldBe(3);
        (await bob.HistoryAsync(options: new HistoryOptions { Host = "bob" })).Events.ShouldHaveSingleItem().Key.ShouldBe("c");
        var limited = await bob.HistoryAsync(options: new HistoryOptions { Limit = 2 });
        (limited.Found, limited.Events.Count).ShouldBe((3, 2));
        limited.Events[0].Key.ShouldBe("c");
        (await bob.HistoryAsync(options: new HistoryOptions { Since = DateTimeOffset.UtcNow.AddMinutes(1) })).Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_is_unknown_or_names_several_entries_is_refused_with_what_there_is()
    {
        var ada = world.Machine("ada");
        ada.Lines = ["""{"id":"1"}""", """{"id":1}""", """{"id":"abc"}"""];
        await ada.SyncAsync();
        var unknown = await Should.ThrowAsync<MemoryBackupException>(() => ada.HistoryAsync("bc"));
        unknown.ExitCode.ShouldBe(ExitCode.InvalidData);
        unknown.Message.ShouldBe("There is no entry 'bc' in the history of this space. There is: abc.");
        var several = await Should.ThrowAsync<MemoryBackupException>(() => ada.HistoryAsync("1"));
        several.ExitCode.ShouldBe(ExitCode.Usage);
        several.Message.ShouldBe("""'1' names 2 entries: ["id","1"], ["id",1].""");
        (await ada.HistoryAsync("""["id",1]""")).Events.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_space_without_a_past_has_none()
    {
        (await world.Machine("ada").HistoryAsync()).Events.ShouldBeEmpty();
        (await world.Machine("ada").DiffAsync("24h", "now")).Added.ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_times_two_machines_and_two_commits_can_be_compared()
    {
        var (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        ada.Lines = ["""{"id":"a","n":1}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        bob.Lines = ["""{"id":"d"}"""];
        await bob.SyncAsync();
        await ada.SyncAsync();
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        var between = DateTimeOffset.UtcNow.ToString("O");
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        ada.Lines = ["""{"id":"a","n":2}""", """{"id":"c"}""", """{"id":"d"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();

        var report = await ada.DiffAsync(between, "now");
        Told(report).ShouldBe("+c -b ~a");
        report.Changed[0].Elements.ShouldBe([new ElementChange("/n", "1", "2")]);
        (report.From.Entries, report.To.Entries).ShouldBe((3, 3));
        Told(await bob.DiffAsync(between, "now")).ShouldBe("+c -b ~a");
        Told(await bob.DiffAsync("now", between)).ShouldBe("+b -c ~a");
        Told(await bob.DiffAsync("2020-01-01", between)).ShouldBe("+a +b +d");

        // What bob had in front of it when it published, and what ada has.
        Told(await ada.DiffAsync("bob", "ada")).ShouldBe("+c -b ~a");
        var commit = (await ada.HistoryAsync("c")).Events.Single().Commit!;
        Told(await ada.DiffAsync(commit + "^", commit)).ShouldBe("+c +d -b ~a");
    }

    [Theory]
    [InlineData("3000-01-01", "future")]
    [InlineData("never", "no time, no replica known here, no commit")]
    [InlineData("HEAD", "no time, no replica known here, no commit")]
    [InlineData("a\nb", "no time, no replica known here, no commit")]
    [InlineData("--all", "no time, no replica known here, no commit")]
    public async Task What_is_no_state_is_refused(string state, string message)
    {
        var ada = world.Machine("ada");
        ada.Lines = ["""{"id":"a"}"""];
        await ada.SyncAsync();
        var error = await Should.ThrowAsync<MemoryBackupException>(() => ada.DiffAsync(state, "now"));
        error.ExitCode.ShouldBe(ExitCode.Usage);
        error.Message.ShouldContain(message);
    }

    private static string Told(HistoryEvent happened) =>
        $"{happened.Event} by {happened.Host} v{happened.Version}: "
        + string.Join(' ', happened.Elements.Select(element => (element.Before is null ? "+" : element.After is null ? "-" : "") + element.Element));

    private static string Told(DiffReport report) => string.Join(
        ' ',
        report.Added.Select(entry => "+" + entry.Key).Concat(report.Removed.Select(entry => "-" + entry.Key)).Concat(report.Changed.Select(entry => "~" + entry.Key)));
}
