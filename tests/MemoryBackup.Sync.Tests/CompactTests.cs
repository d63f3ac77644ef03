using System.Diagnostics;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>History made shorter by its owner, and everyone else who must follow.</summary>
public sealed class CompactTests : IDisposable
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(30);
    private readonly World world = new();
    private readonly Machine ada;
    private readonly Machine bob;

    public CompactTests() => (ada, bob) = (world.Machine("ada"), world.Machine("bob"));

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task What_counts_and_the_time_that_is_kept_stay_and_the_rest_goes()
    {
        var report = await GrownAsync();
        report.ExitCode.ShouldBe(ExitCode.Done);
        (report.Publications, report.Removed, report.Publication).ShouldBe((6, 3, 7));
        report.Bytes.ShouldBeGreaterThan(0);
        report.Remotes.Single().Pushed.ShouldBeTrue();
        var log = Log(ada.DataFolder + "/store.git", report.Replica);
        log.Length.ShouldBe(4);
        Log(world.Remote!, report.Replica).ShouldBe(log);

        // The memory of the day when the retention begins is that of the last publication before it.
        (await ada.RestoreAsync(new() { Time = DateTimeOffset.UtcNow.AddDays(71) })).Entries.ShouldBe(4);
        (await ada.SyncAsync()).Recorded.Any.ShouldBeFalse();
        ada.Lines.Length.ShouldBe(6);
    }

    [Fact]
    public async Task Trees_times_and_messages_of_what_is_kept_are_unchanged()
    {
        await GrowAsync();
        var store = ada.DataFolder + "/store.git";
        var replica = (await ada.StatusAsync()).Replica!;
        var before = Log(store, replica, "%T %ct %at %s");
        await ada.CompactAsync(Keep);
        Log(store, replica, "%T %ct %at %s")[1..].ShouldBe(before[..3]);
    }

    [Fact]
    public async Task Nothing_that_is_old_enough_publishes_nothing_and_neither_does_a_second_run()
    {
        ada.Lines = ["""{"id":"1"}"""];
        await ada.SyncAsync();
        var first = await ada.CompactAsync(Keep);
        (first.Removed, first.Publication).ShouldBe((0, 1));
        var report = await GrownAsync();
        var again = await ada.CompactAsync(Keep);
        (again.Removed, again.Publication).ShouldBe((0, report.Publication));

        // A replica at rest: each day another publication grows too old that says what the next one says.
        ada.Time = new LaterTime(TimeSpan.FromDays(1000));
        var once = await ada.CompactAsync(Keep);
        ada.Time = new LaterTime(TimeSpan.FromDays(2000));
        (await ada.CompactAsync(Keep)).Publication.ShouldBe(once.Publication);
    }

    [Fact]
    public async Task A_dry_run_tells_the_same_and_does_nothing()
    {
        await GrowAsync();
        var before = Log(ada.DataFolder + "/store.git", (await ada.StatusAsync()).Replica!);
        var dry = await ada.CompactAsync(Keep, dryRun: true);
        Log(ada.DataFolder + "/store.git", dry.Replica).ShouldBe(before);
        var report = await ada.CompactAsync(Keep);
        (report.Removed, report.Bytes, report.Begins).ShouldBe((dry.Removed, dry.Bytes, dry.Begins));
        report.Publication.ShouldBe(dry.Publication + 1);
    }

    [Fact]
    public async Task A_store_without_publications_has_nothing_to_shorten()
    {
        var report = await ada.CompactAsync(Keep);
        (report.Publications, report.Removed, report.Publication, report.Begins).ShouldBe((0, 0, 0, null));
    }

    [Fact]
    public async Task Others_follow_and_never_bring_the_old_history_back()
    {
        var report = await GrownAsync();
        var tip = Log(world.Remote!, report.Replica);

        // Bob still knows the old history; he backs up without looking, then syncs, and neither puts it back.
        bob.Lines = [.. bob.Lines, """{"id":"bob"}"""];
        (await bob.BackupAsync()).ExitCode.ShouldBe(ExitCode.Done);
        Log(world.Remote!, report.Replica).ShouldBe(tip);
        var synced = await bob.SyncAsync();
        synced.Remotes.Single().Received.ShouldContain(report.Replica);
        synced.Remotes.Single().Rejected.ShouldBeEmpty();
        Log(world.Remote!, report.Replica).ShouldBe(tip);
        await ada.SyncAsync();
        ada.Lines.Order().ShouldBe(bob.Lines.Order());
        (await ada.StatusAsync()).Replica.ShouldBe(report.Replica);
    }

    [Fact]
    public async Task An_old_copy_at_a_second_remote_wins_nowhere_and_is_replaced()
    {
        var second = Path.Combine(world.Folder, "second.git");
        world.Git("init", "--quiet", "--bare", second);
        await GrowAsync();
        bob.Remote = second;
        await bob.SyncAsync();
        bob.Remote = world.Remote;
        var report = await ada.CompactAsync(Keep);
        Log(second, report.Replica).Length.ShouldBe(6);

        // Carol knows the new state and meets the old one.
        var carol = world.Machine("carol");
        await carol.SyncAsync();
        carol.Remote = second;
        var met = await carol.SyncAsync();
        met.ExitCode.ShouldBe(ExitCode.Done);
        met.Remotes.Single().Received.ShouldNotContain(report.Replica);
        met.Remotes.Single().Rejected.ShouldBeEmpty();
        Log(second, report.Replica).ShouldBe(Log(world.Remote!, report.Replica));

        // Bob knows the old one and meets the new one there.
        bob.Remote = second;
        (await bob.SyncAsync()).Remotes.Single().Received.ShouldContain(report.Replica);
        bob.Lines.Order().ShouldBe(ada.Lines.Order());
    }

    [Fact]
    public async Task Times_before_the_kept_ones_are_refused_and_history_says_where_it_begins()
    {
        var report = await GrownAsync();
        await bob.SyncAsync();
        foreach (var machine in (Machine[])[ada, bob])
        {
            machine.Time = new LaterTime(TimeSpan.FromDays(101));
            var at = DateTimeOffset.UtcNow.AddDays(10);
            var restoring = await Should.ThrowAsync<MemoryBackupException>(() => machine.RestoreAsync(new() { Time = at }));
            restoring.ExitCode.ShouldBe(ExitCode.InvalidData);
            restoring.Message.ShouldContain($"{report.Replica} begins at {report.Begins!.Value:yyyy-MM-dd'T'HH:mm:ss'Z'}");
            var comparing = await Should.ThrowAsync<MemoryBackupException>(() => machine.DiffAsync("90d", "now"));
            comparing.Message.ShouldContain("begins at");
            var begin = (await machine.HistoryAsync()).Begins.Single();
            (begin.Replica, begin.Publication).ShouldBe((report.Replica, 4));
            (await machine.DiffAsync("1h", "now")).Changed.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Baselines_and_remembered_states_still_serve_a_stale_writer()
    {
        await GrowAsync();
        var stale = ada.Lines;
        bob.Lines = [.. bob.Lines, """{"id":"b1"}""", """{"id":"b2"}""", """{"id":"b3"}"""];
        await bob.SyncAsync();
        await ada.SyncAsync();
        await ada.CompactAsync(TimeSpan.FromHours(1));
        ada.Lines = [.. stale, """{"id":"a7"}"""];
        var report = await ada.SyncAsync();
        report.Recorded.Deleted.ShouldBeEmpty();
        ada.Lines.ShouldContain("""{"id":"b2"}""");
        ada.Lines.ShouldContain("""{"id":"a7"}""");
    }

    [Fact]
    public async Task A_store_restored_from_before_still_finds_out_and_loses_nothing()
    {
        await GrowAsync();
        var copy = Path.Combine(world.Folder, "copy");
        using (var copying = Process.Start("cp", ["-a", ada.DataFolder, copy]))
        {
            await copying.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        ada.Lines = [.. ada.Lines[1..], """{"id":"later"}"""];
        await ada.SyncAsync();
        var report = await ada.CompactAsync(TimeSpan.FromHours(1));
        Directory.Delete(ada.DataFolder, recursive: true);
        Directory.Move(copy, ada.DataFolder);
        var lines = ada.Lines;
        var found = await ada.SyncAsync();
        found.Warnings.ShouldContain(warning => warning.Contains("lost its name", StringComparison.Ordinal));
        found.Replica.ShouldNotBe(report.Replica);
        ada.Lines.Order().ShouldBe(lines.Order());
        await bob.SyncAsync();
        bob.Lines.Order().ShouldBe(lines.Order());
    }

    [Fact]
    public async Task A_remote_that_forbids_rewriting_is_told_and_the_memory_goes_out_once_it_allows_it()
    {
        await GrowAsync();
        world.Git("--git-dir", world.Remote!, "config", "receive.denyNonFastForwards", "true");
        var report = await ada.CompactAsync(Keep);
        report.ExitCode.ShouldBe(ExitCode.RemotePending);
        report.Remotes.Single().Failure!.ShouldContain("does not let");
        report.Remotes.Single().Remedy!.ShouldContain("denyNonFastForwards");
        bob.Lines = [.. bob.Lines, """{"id":"bob"}"""];
        (await bob.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
        world.Git("--git-dir", world.Remote!, "config", "receive.denyNonFastForwards", "false");
        (await ada.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
        Log(world.Remote!, report.Replica).Length.ShouldBe(4);
        ada.Lines.ShouldContain("""{"id":"bob"}""");
    }

    [Fact]
    public async Task Offline_it_goes_out_with_the_next_run()
    {
        await GrowAsync();
        var report = await ada.CompactAsync(Keep, offline: true);
        Log(world.Remote!, report.Replica).Length.ShouldBe(6);
        (await ada.BackupAsync()).ExitCode.ShouldBe(ExitCode.Done);
        Log(world.Remote!, report.Replica).Length.ShouldBe(4);
    }

    private async Task<Reports.CompactReport> GrownAsync()
    {
        await GrowAsync();
        return await ada.CompactAsync(Keep);
    }

    // Six publications, on the days 0, 20, … 100; the last is today.
    private async Task GrowAsync()
    {
        for (var i = 0; i <= 5; i++)
        {
            ada.Time = new LaterTime(TimeSpan.FromDays(20 * i));
            ada.Lines = [.. File.Exists(ada.File) ? ada.Lines.Select(line => line.Replace("\"v\":", "\"v\":1", StringComparison.Ordinal)) : [], $$"""{"id":"{{i}}","v":{{i}}}"""];
            (await ada.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
        }

        await bob.SyncAsync();
    }

    private string[] Log(string repository, string replica, string format = "%H") =>
        world.Git("--git-dir", repository, "log", $"--format={format}", $"refs/heads/memory/default/{replica}").Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
