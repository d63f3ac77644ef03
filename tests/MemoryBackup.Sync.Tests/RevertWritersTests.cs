using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>Who the writer is, what is refused, what is only told, and what is durable.</summary>
public sealed class RevertWritersTests : IDisposable
{
    private readonly Party party = new();

    public void Dispose() => party.Dispose();

    [Fact]
    public async Task Who_is_not_known_is_refused_with_those_who_are()
    {
        await WrongAsync();
        foreach (var request in new RevertRequest[] { new() { Writer = "mallory\u001b" }, new() { Replica = "eve" }, new() { Actor = "eve" }, new() { Actor = "eve-aaaaaaaaaa.1" }, new() { Writer = "ada", Actor = Actor("eve") } })
        {
            var unknown = await Should.ThrowAsync<MemoryBackupException>(() => party.Ada.RevertAsync(request));
            unknown.ExitCode.ShouldBe(ExitCode.Usage);
            unknown.Message.ShouldStartWith("No writer known here is ");
            unknown.Message.ShouldNotContain("\u001b");
            unknown.Remedy!.ShouldContain($"eve ({Actor("eve")})");
        }

        (await Should.ThrowAsync<MemoryBackupException>(() => party.Ada.RevertAsync(new()))).ExitCode.ShouldBe(ExitCode.Usage);
        (await Should.ThrowAsync<MemoryBackupException>(() => party.Ada.RevertAsync(new() { Writer = "eve", Since = party.Now.AddHours(1) }))).ExitCode.ShouldBe(ExitCode.Usage);
        (await Should.ThrowAsync<MemoryBackupException>(() => party.Ada.RevertAsync(new() { Writer = "eve", Since = party.Now, Until = party.Now.AddHours(-1) }))).ExitCode.ShouldBe(ExitCode.Usage);
        (await Should.ThrowAsync<MemoryBackupException>(() => party.Ada.RevertAsync(new() { Writer = "eve", Entry = "nobody" }))).ExitCode.ShouldBe(ExitCode.InvalidData);
    }

    [Fact]
    public async Task Host_replica_and_actor_name_the_same_writer()
    {
        await WrongAsync();
        var byHost = await party.Ada.RevertAsync(new() { Writer = "eve", DryRun = true });
        var replica = byHost.Writers.ShouldHaveSingleItem();
        (replica.Host, replica.Writes, replica.Deletes).ShouldBe(("eve", 2, 1));
        byHost.Changes.Select(change => (change.Key, change.Change)).ShouldBe([("a", "changed"), ("b", "added"), ("c", "deleted")]);
        foreach (var request in new RevertRequest[] { new() { Replica = replica.Replica }, new() { Actor = replica.Replica + ".1" }, new() { Replica = replica.Replica, Writer = "eve" } })
        {
            var same = await party.Ada.RevertAsync(request with { DryRun = true });
            same.Changes.Select(change => (change.Key, change.After)).ShouldBe(byHost.Changes.Select(change => (change.Key, change.After)));
        }

        (await party.Bob.RevertAsync(new() { Writer = "ada", Since = party.Now.AddSeconds(-1), DryRun = true })).Changes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Which_actor_deleted_is_told_or_said_not_to_be()
    {
        await WrongAsync();
        var other = Path.Combine(party.Eve.Home, "other.jsonl");
        await File.WriteAllTextAsync(other, """{"id":"x"}""" + "\n", TestContext.Current.CancellationToken);
        await using (var session = await party.Eve.OpenAsync())
        {
            await session.SyncAsync(other, new RunOptions(), TestContext.Current.CancellationToken);
        }

        // Of the delete in the first file nothing says any more that the second did not make it: it came in one publication with its writes, so it is told.
        (await party.Ada.RevertAsync(new() { Actor = Actor("eve"), DryRun = true })).NotTakenBack.ShouldBeEmpty();
        await party.Eve.SyncAsync();
        await party.WritesAsync(party.Eve, [.. party.Eve.Lines.Where(line => !line.Contains("\"c\""))]);
        var doubtful = await party.Ada.RevertAsync(new() { Actor = Actor("eve") });
        doubtful.ExitCode.ShouldBe(ExitCode.Failed);
        doubtful.NotTakenBack.ShouldHaveSingleItem().Key.ShouldBe("c");
        (await party.Ada.RevertAsync(new() { Writer = "eve" })).NotTakenBack.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dry_run_tells_the_same_and_does_nothing()
    {
        await WrongAsync();
        var before = await party.Ada.StatusAsync();
        var planned = await party.Ada.RevertAsync(new() { Writer = "eve", DryRun = true });
        (await party.Ada.StatusAsync()).Publication.ShouldBe(before.Publication);
        party.World.Git("-C", Path.Combine(party.Ada.DataFolder, "store.git"), "for-each-ref").ShouldNotContain("checkpoints");
        var done = await party.Ada.RevertAsync(new() { Writer = "eve", Checkpoint = "mine" });
        (planned.DryRun, done.DryRun, done.Checkpoint).ShouldBe((true, false, "mine"));
        done.Changes.Select(change => (change.Key, change.Before, change.After)).ShouldBe(planned.Changes.Select(change => (change.Key, change.Before, change.After)));
        (done.Publication, done.Remotes.Single().Pushed).ShouldBe((before.Publication + 1, true));
        (await party.Ada.RevertAsync(new() { Writer = "eve" })).Publication.ShouldBe(done.Publication);
    }

    [Fact]
    public async Task A_mass_deletion_wants_a_word_more()
    {
        await party.WritesAsync(party.Ada, """{"id":"first"}""");
        await party.Eve.SyncAsync();
        await party.WritesAsync(party.Eve, ["""{"id":"first"}""", .. Enumerable.Range(0, 20).Select(i => $$"""{"id":{{i}}}""")]);
        await party.Ada.SyncAsync();
        var refused = await Should.ThrowAsync<MemoryBackupException>(() => party.Ada.RevertAsync(new() { Writer = "eve" }));
        (refused.ExitCode, refused.Message).ShouldBe((ExitCode.InvalidData, "Refused a mass deletion: 20 of 21 entries are the work of that writer alone, and taking it back would delete them."));
        (await party.Ada.RevertAsync(new() { Writer = "eve", DryRun = true })).Changes.Count.ShouldBe(20);
        (await party.Ada.RevertAsync(new() { Writer = "eve", AcceptDeletes = true })).Changes.Count.ShouldBe(20);
        (await party.MeetAsync()).ShouldBe(["""{"id":"first"}"""]);
    }

    [Fact]
    public async Task A_remote_that_is_away_leaves_it_pending_and_what_is_deleted_can_be_added_at_once()
    {
        await WrongAsync();
        var remote = party.Ada.Remote;
        party.Ada.Remote = Path.Combine(party.World.Folder, "nowhere.git");
        (await party.Ada.RevertAsync(new() { Writer = "eve" })).ExitCode.ShouldBe(ExitCode.RemotePending);
        party.Ada.Remote = remote;
        await party.MeetAsync();
        await party.WritesAsync(party.Bob, [.. party.Bob.Lines, """{"id":"c","t":"bob's own"}"""]);
        (await party.MeetAsync()).ShouldBe(["""{"id":"a","t":"good"}""", """{"id":"b","t":"good"}""", """{"id":"c","t":"bob's own"}"""]);
    }

    [Fact]
    public async Task Two_who_take_the_same_back_at_once_agree()
    {
        await WrongAsync();
        await party.Ada.RevertAsync(new() { Writer = "eve", Offline = true });
        await party.Bob.RevertAsync(new() { Writer = "eve", Offline = true });
        (await party.MeetAsync()).ShouldBe(["""{"id":"a","t":"good"}""", """{"id":"b","t":"good"}"""]);
        (await party.Ada.StatusAsync()).Conflicts.ShouldBeEmpty();
    }

    // Eve changes a, deletes b and adds c.
    private async Task WrongAsync()
    {
        await party.WritesAsync(party.Ada, """{"id":"a","t":"good"}""", """{"id":"b","t":"good"}""");
        await party.MeetAsync();
        party.Pass();
        await party.WritesAsync(party.Eve, """{"id":"a","t":"bad"}""", """{"id":"c","t":"bad"}""");
        await party.MeetAsync();
        party.Pass();
    }

    private string Actor(string host) => party.World.Git("-C", party.World.Remote!, "for-each-ref", "--format=%(refname:lstrip=4)", "refs/heads/memory/default").Split('\n')
        .Single(replica => replica.StartsWith(host + "-", StringComparison.Ordinal)) + ".1";
}
