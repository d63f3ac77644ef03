using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

public sealed class RetireTests : IDisposable
{
    private readonly World world = new();
    private readonly Machine ada;
    private readonly Machine job;

    public RetireTests() => (ada, job) = (world.Machine("ada"), world.Machine("job"));

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task What_was_not_seen_for_long_is_taken_over_with_its_deletes()
    {
        ada.Lines = ["""{"id":"a","t":1}""", """{"id":"gone"}"""];
        await ada.SyncAsync();
        await job.SyncAsync();
        job.Lines = ["""{"id":"a","t":2}""", """{"id":"j"}"""];
        var replica = (await job.SyncAsync()).Replica;
        await ada.SyncAsync();
        ada.Time = new LaterTime(TimeSpan.FromDays(10));
        (await ada.RetireAsync(new() { Unseen = TimeSpan.FromDays(11) })).Retired.ShouldBeEmpty();
        var dry = await ada.RetireAsync(new() { Unseen = TimeSpan.FromDays(9), DryRun = true });
        (dry.Retired.ShouldHaveSingleItem().Replica, dry.Publication, dry.Retired[0].RefDeleted).ShouldBe((replica, 1, null));
        var report = await ada.RetireAsync(new() { Unseen = TimeSpan.FromDays(9) });
        var retired = report.Retired.ShouldHaveSingleItem();
        (retired.Replica, retired.Host, retired.Entries, retired.RefDeleted, report.Publication, report.ExitCode).ShouldBe((replica, "job", 2, true, 2, ExitCode.Done));
        (DateTimeOffset.UtcNow - retired.LastSeen).ShouldBeLessThan(TimeSpan.FromMinutes(10));

        // Once more: nothing is left to do, and that is no failure.
        var again = await ada.RetireAsync(new() { Replicas = [replica], Unseen = TimeSpan.FromDays(9) });
        (again.Retired.Count, again.Already.Single(), again.Publication, again.ExitCode).ShouldBe((0, new(replica, report.Replica), 2, ExitCode.Done));
        var status = (await ada.StatusAsync()).Replicas.Single(known => known.Replica == replica);
        (status.Adopter, status.LastSeen, status.Entries).ShouldBe((report.Replica, null, 2));

        var late = world.Machine("late");
        await late.SyncAsync();
        late.Lines.Order().ShouldBe(["""{"id":"a","t":2}""", """{"id":"j"}"""]);
        (await late.StatusAsync()).Replicas.Count.ShouldBe(2);
        await ada.SyncAsync();
        ada.Lines.Order().ShouldBe(late.Lines.Order());
        (await late.HistoryAsync("gone")).Events.Select(happened => (happened.Event, happened.Host)).ShouldBe([("deleted", "job"), ("added", "ada")]);
        (await late.MergeAsync()).Replicas.ShouldBe(2);
    }

    [Fact]
    public async Task Who_is_alive_or_unknown_or_oneself_is_refused_by_name()
    {
        job.Lines = ["""{"id":"j"}"""];
        var replica = (await job.SyncAsync()).Replica;
        ada.Lines = ["""{"id":"a"}"""];
        var own = (await ada.SyncAsync()).Replica;
        (await FailsAsync(new() { Replicas = [replica] })).Message.ShouldContain($"{replica} (seen ");
        (await FailsAsync(new() { Unseen = TimeSpan.FromTicks(1) })).Message.ShouldContain("is alive");
        (await FailsAsync(new() { Replicas = [own] })).Message.ShouldBe($"{own} is this very store.");
        var unknown = await FailsAsync(new() { Replicas = ["\u001b[2Jnobody"], Force = true });
        unknown.Message.ShouldNotContain('\u001b');
        unknown.Remedy.ShouldContain(replica);
        (await ada.StatusAsync()).Publication.ShouldBe(1);
        var report = await ada.RetireAsync(new() { Replicas = [replica], Force = true });
        (report.Retired.Single().RefDeleted, report.ExitCode).ShouldBe((true, ExitCode.Done));

        // It was alive indeed, and writes on.
        job.Lines = ["""{"id":"j"}""", """{"id":"j2"}"""];
        (await job.SyncAsync()).Replica.ShouldBe(replica);
        await ada.SyncAsync();
        ada.Lines.Order().ShouldBe(["""{"id":"a"}""", """{"id":"j"}""", """{"id":"j2"}"""]);
        (await ada.StatusAsync()).Replicas.ShouldAllBe(known => known.Adopter == null);
    }

    [Fact]
    public async Task With_the_remote_out_of_reach_nothing_is_done_unless_it_is_to_be_left_alone()
    {
        job.Lines = ["""{"id":"j"}"""];
        var replica = (await job.SyncAsync()).Replica;
        ada.Lines = ["""{"id":"a"}"""];
        await ada.SyncAsync();
        ada.Time = new LaterTime(TimeSpan.FromDays(10));
        Directory.Move(world.Remote!, world.Remote + ".away");
        var failed = await ada.RetireAsync(new() { Replicas = [replica] });
        (failed.Retired.Count, failed.Publication, failed.ExitCode).ShouldBe((0, 1, ExitCode.RemotePending));
        var offline = await ada.RetireAsync(new() { Replicas = [replica], Offline = true });
        (offline.Retired.Single().RefDeleted, offline.Publication, offline.ExitCode).ShouldBe((null, 2, ExitCode.Done));
        Directory.Move(world.Remote + ".away", world.Remote!);
        await ada.SyncAsync();
        var late = world.Machine("late");
        await late.SyncAsync();
        (await late.StatusAsync()).Replicas.Single(known => known.Replica == replica).Adopter.ShouldBe(offline.Replica);
        late.Lines.Order().ShouldBe(["""{"id":"a"}""", """{"id":"j"}"""]);
    }

    [Fact]
    public async Task With_several_remotes_the_ref_goes_at_each_and_one_that_is_down_stops_it()
    {
        var second = world.NewRemote("second");
        foreach (var machine in new[] { ada, job })
        {
            machine.Remote = null;
            await machine.AddRemoteAsync("one", world.Remote!);
            await machine.AddRemoteAsync("two", second);
        }

        job.Lines = ["""{"id":"j"}"""];
        var replica = (await job.SyncAsync()).Replica;
        ada.Lines = ["""{"id":"a"}"""];
        await ada.SyncAsync();
        ada.Time = new LaterTime(TimeSpan.FromDays(10));
        Directory.Move(second, second + ".away");
        (await ada.RetireAsync(new() { Replicas = [replica] })).Retired.ShouldBeEmpty();
        Directory.Move(second + ".away", second);
        var report = await ada.RetireAsync(new() { Replicas = [replica] });
        (report.Retired.Single().RefDeleted, report.ExitCode).ShouldBe((true, ExitCode.Done));
        var status = await ada.StatusAsync();
        status.Remotes.ShouldAllBe(remote => remote.Pending == 0 && remote.Lacks.Count == 0);
        status.Replicas.Single(known => known.Replica == replica).At.ShouldBe(["one", "two"]);

        // Alive after all and with nothing new, it is told that both have it.
        (await job.SyncAsync()).Remotes.ShouldAllBe(remote => remote.Confirmed && !remote.Pushed);
        (await job.StatusAsync()).Remotes.ShouldAllBe(remote => remote.Pending == 0);
        (await job.BackupAsync()).Remotes.ShouldAllBe(remote => remote.Confirmed && !remote.Pushed);
        (await ada.SyncAsync()).Remotes.ShouldAllBe(remote => remote.Confirmed && !remote.Pushed);
    }

    [Fact]
    public async Task A_store_without_anything_of_its_own_can_take_over_and_the_past_stays()
    {
        job.Lines = ["""{"id":"j","t":1}"""];
        var replica = (await job.SyncAsync()).Replica;
        job.Lines = ["""{"id":"j","t":2}"""];
        await job.SyncAsync();
        ada.Time = new LaterTime(TimeSpan.FromDays(10));
        var report = await ada.RetireAsync(new() { Replicas = [replica] });
        (report.Publication, report.Retired.Single().RefDeleted).ShouldBe((2, true));
        var late = world.Machine("late");
        await late.MergeAsync();
        late.Time = new LaterTime(TimeSpan.FromDays(11));
        (await late.HistoryAsync("j")).Events.Select(happened => (happened.Event, happened.Version)).ShouldBe([("changed", 2), ("added", 1)]);
        var restored = await late.RestoreAsync(new() { Entry = "j" });
        System.Text.Encoding.UTF8.GetString(restored.Content.Span).ShouldContain("\"t\":1");
        var then = await late.RestoreAsync(new() { Time = DateTimeOffset.UtcNow + TimeSpan.FromDays(1) });
        System.Text.Encoding.UTF8.GetString(then.Content.Span).ShouldContain("\"t\":2");
        then.Sources.Single().Replica.ShouldBe(replica);
    }

    [Fact]
    public async Task A_store_that_retired_others_can_shorten_its_history_and_keeps_theirs_as_long_as_its_own()
    {
        job.Lines = ["""{"id":"j","t":1}"""];
        var replica = (await job.SyncAsync()).Replica;
        job.Lines = ["""{"id":"j","t":2}"""];
        await job.SyncAsync();
        ada.Lines = ["""{"id":"a"}"""];
        await ada.SyncAsync();
        await RetireAndWriteAsync(10, 20, "b");
        ada.Time = new LaterTime(TimeSpan.FromDays(40));
        (await ada.CompactAsync(TimeSpan.FromDays(35))).Remotes.Single().Confirmed.ShouldBeTrue();
        var late = world.Machine("late");
        late.Time = new LaterTime(TimeSpan.FromDays(41));
        await late.MergeAsync();

        // The publication that adopted it is kept, and what it adopted with it.
        (await late.HistoryAsync("j")).Events.Select(happened => happened.Event).ShouldBe(["changed", "added"]);
        ada.Lines = [.. ada.Lines, """{"id":"c"}"""];
        await ada.SyncAsync();
        ada.Time = new LaterTime(TimeSpan.FromDays(60));
        (await ada.CompactAsync(TimeSpan.FromDays(30))).Remotes.Single().Confirmed.ShouldBeTrue();
        await late.MergeAsync();
        var later = world.Machine("later");
        await later.SyncAsync();
        string[] all = ["""{"id":"a"}""", """{"id":"b"}""", """{"id":"c"}""", """{"id":"j","t":2}"""];
        later.Lines.Order().ShouldBe(all);
        (await later.StatusAsync()).Replicas.Single(known => known.Replica == replica).Adopter.ShouldNotBeNull();
        foreach (var machine in new[] { late, later })
        {
            machine.Time = new LaterTime(TimeSpan.FromDays(61));
            (await machine.RestoreAsync(new() { Time = DateTimeOffset.UtcNow + TimeSpan.FromDays(32) })).Entries.ShouldBe(3);
            (await machine.RestoreAsync(new() { Time = DateTimeOffset.UtcNow + TimeSpan.FromDays(45) })).Entries.ShouldBe(4);
        }

        async Task RetireAndWriteAsync(int retired, int written, string id)
        {
            ada.Time = new LaterTime(TimeSpan.FromDays(retired));
            (await ada.RetireAsync(new() { Replicas = [replica] })).Retired.Count.ShouldBe(1);
            ada.Time = new LaterTime(TimeSpan.FromDays(written));
            await ada.SyncAsync();
            ada.Lines = [.. ada.Lines, $$"""{"id":"{{id}}"}"""];
            await ada.SyncAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_examination_finds_nothing_wrong_and_a_repair_loses_nothing_that_was_taken_over(bool isAdopter)
    {
        job.Lines = ["""{"id":"j"}""", """{"id":"gone"}"""];
        var replica = (await job.SyncAsync()).Replica;
        ada.Lines = ["""{"id":"a"}"""];
        await ada.SyncAsync();
        ada.Lines = ["""{"id":"a"}""", """{"id":"j"}"""];
        await ada.SyncAsync();
        ada.Time = new LaterTime(TimeSpan.FromDays(10));
        (await ada.RetireAsync(new() { Replicas = [replica] })).Retired.Count.ShouldBe(1);
        var late = world.Machine("late");
        await late.SyncAsync();
        late.Lines = [.. late.Lines, """{"id":"l"}"""];
        await late.SyncAsync();
        await ada.SyncAsync();
        var machine = isAdopter ? ada : late;
        var report = await machine.VerifyAsync();
        report.Findings.ShouldBeEmpty();

        // The local state is gone: everything has to come from refs, here and at the remote.
        var store = Path.Combine(machine.DataFolder, "store.git");
        world.Git("--git-dir", store, "update-ref", "-d", "refs/memory-backup/default/local");
        (await machine.VerifyAsync()).Findings.ShouldNotBeEmpty();
        await machine.VerifyAsync(new VerifyOptions { Repair = true });
        await machine.SyncAsync();
        string[] all = ["""{"id":"a"}""", """{"id":"j"}""", """{"id":"l"}"""];
        machine.Lines.Order().ShouldBe(all);
        (await machine.VerifyAsync()).Findings.ShouldBeEmpty();
        var later = world.Machine("later");
        await later.SyncAsync();
        later.Lines.Order().ShouldBe(all);
        (await later.StatusAsync()).Replicas.Single(known => known.Replica == replica).Adopter.ShouldNotBeNull();
    }

    private async Task<MemoryBackupException> FailsAsync(RetireOptions options)
    {
        var failure = await Should.ThrowAsync<MemoryBackupException>(() => ada.RetireAsync(options));
        failure.ExitCode.ShouldBe(ExitCode.Usage);
        failure.Remedy.ShouldStartWith("Nothing was changed. ");
        return failure;
    }
}
