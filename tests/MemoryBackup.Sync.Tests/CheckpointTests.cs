using MemoryBackup.Sync.Reports;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

public sealed class CheckpointTests : IDisposable
{
    private readonly Party party = new();

    public void Dispose() => party.Dispose();

    [Fact]
    public async Task A_revert_names_the_memory_from_before_and_restore_gives_exactly_that_back()
    {
        await party.WritesAsync(party.Ada, """{"id":"a","t":"good"}""", """{"id":"b","t":"good"}""");
        await party.Eve.SyncAsync();
        await party.WritesAsync(party.Eve, """{"id":"a","t":"bad"}""", """{"id":"c"}""");
        var before = await party.MeetAsync();
        party.Pass();
        var report = await party.Ada.RevertAsync(new() { Writer = "eve" });
        var name = report.Checkpoint.ShouldNotBeNull();
        name.ShouldStartWith("before-revert-20");
        (await party.MeetAsync()).ShouldNotBe(before);
        var diff = await party.Ada.DiffAsync(name, "now");
        (diff.From.Kind, diff.From.Name, diff.From.Entries).ShouldBe(("checkpoint", name, 2));
        (diff.Changed.Single().Key, diff.Added.Single().Key, diff.Removed.Single().Key).ShouldBe(("a", "b", "c"));
        await party.Ada.RestoreAsync(new() { Checkpoint = name, IntoMemory = true, Exact = true });
        (await party.MeetAsync()).ShouldBe(before);
        (await party.Ada.RestoreAsync(new() { Checkpoint = name, IntoMemory = true, Exact = true })).Changes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_checkpoint_keeps_its_states_when_nothing_else_does()
    {
        await party.WritesAsync(party.Bob, """{"id":"b"}""");
        await party.Ada.SyncAsync();
        await party.WritesAsync(party.Ada, """{"id":"a"}""", """{"id":"b"}""");
        var made = (await CreateAsync("kept")).Checkpoints.ShouldHaveSingleItem();
        (made.Name, made.Replicas).ShouldBe(("kept", 2));
        var parents = party.World.Git("-C", Store, "rev-list", "--parents", "-1", made.Commit!).Trim().Split(' ');
        parents.Length.ShouldBe(3);

        // Every other ref is gone, and Git collects what nothing leads to.
        foreach (var name in party.World.Git("-C", Store, "for-each-ref", "--format=%(refname)").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!name.Contains("/checkpoints/", StringComparison.Ordinal))
            {
                party.World.Git("-C", Store, "update-ref", "-d", name);
            }
        }

        party.World.Git("-C", Store, "-c", "gc.reflogExpire=now", "gc", "--quiet", "--prune=now");
        party.Ada.Remote = null;
        var restored = await party.Ada.RestoreAsync(new() { Checkpoint = "kept", Offline = true });
        System.Text.Encoding.UTF8.GetString(restored.Content.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["""{"id":"a"}""", """{"id":"b"}"""], ignoreOrder: true);
        restored.At.ShouldBe(made.CreatedAt);
    }

    [Fact]
    public async Task A_checkpoint_has_the_state_of_a_retired_replica_from_the_one_that_adopted_it()
    {
        await party.WritesAsync(party.Bob, """{"id":"b"}""");
        await party.Eve.SyncAsync();
        await party.WritesAsync(party.Eve, """{"id":"b"}""", """{"id":"e"}""");
        var eve = (await party.Eve.StatusAsync()).Replica!;
        await party.Ada.SyncAsync();
        (await party.Ada.RetireAsync(new() { Replicas = [eve], Force = true })).Retired.Single().Replica.ShouldBe(eve);
        (await CreateAsync("kept")).Checkpoints.Single().Replicas.ShouldBe(3);

        await party.WritesAsync(party.Ada, """{"id":"b","t":"later"}""");
        var restored = await party.Ada.RestoreAsync(new() { Checkpoint = "kept", Offline = true });
        System.Text.Encoding.UTF8.GetString(restored.Content.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["""{"id":"b"}""", """{"id":"e"}"""], ignoreOrder: true);
    }

    [Fact]
    public async Task Checkpoints_are_listed_removed_and_never_sent()
    {
        await party.WritesAsync(party.Ada, """{"id":"a"}""");
        (await ListAsync()).Checkpoints.ShouldBeEmpty();
        await CreateAsync("one", dryRun: true);
        (await ListAsync()).Checkpoints.ShouldBeEmpty();
        await CreateAsync("one");
        party.Pass();
        await CreateAsync("another.one");
        (await ListAsync()).Checkpoints.Select(checkpoint => checkpoint.Name).ShouldBe(["one", "another.one"]);
        await party.Ada.SyncAsync();
        party.World.Git("-C", party.World.Remote!, "for-each-ref").ShouldNotContain("checkpoints");
        await DeleteAsync("one", dryRun: true);
        (await DeleteAsync("one")).Checkpoints.Single().Name.ShouldBe("one");
        (await ListAsync()).Checkpoints.Single().Name.ShouldBe("another.one");
        var missing = await Should.ThrowAsync<MemoryBackupException>(() => DeleteAsync("one"));
        (missing.ExitCode, missing.Message).ShouldBe((ExitCode.Usage, "There is no checkpoint 'one' here."));
        missing.Remedy!.ShouldContain("There is: another.one.");
        (await Should.ThrowAsync<MemoryBackupException>(() => party.Ada.RestoreAsync(new() { Checkpoint = "one" }))).ExitCode.ShouldBe(ExitCode.Usage);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-x")]
    [InlineData(".x")]
    [InlineData("a..b")]
    [InlineData("a.lock")]
    [InlineData("a.")]
    [InlineData("a/b")]
    [InlineData("é")]
    [InlineData("a\u001bb")]
    [InlineData("2d")]
    [InlineData("yesterday")]
    [InlineData("2026-01-02")]
    [InlineData("0123abc")]
    [InlineData("TAKEN")]
    public async Task A_name_that_is_none_or_means_something_else_is_refused(string name)
    {
        await party.WritesAsync(party.Ada, """{"id":"a"}""");
        await CreateAsync("taken");
        var refused = await Should.ThrowAsync<MemoryBackupException>(() => CreateAsync(name));
        refused.ExitCode.ShouldBe(ExitCode.Usage);
        refused.Message.ShouldNotContain("\u001b");
        (await Should.ThrowAsync<MemoryBackupException>(() => party.Ada.RevertAsync(new() { Writer = "ada", Checkpoint = name }))).ExitCode.ShouldBe(ExitCode.Usage);
        (await ListAsync()).Checkpoints.Count.ShouldBe(1);
        party.Ada.Lines.ShouldBe(["""{"id":"a"}"""]);
    }

    [Fact]
    public async Task A_damaged_checkpoint_harms_nothing_and_can_be_removed()
    {
        await party.WritesAsync(party.Ada, """{"id":"a"}""");
        await CreateAsync("good");
        var refs = party.World.Git("-C", Store, "for-each-ref", "--format=%(objectname) %(refname)", "refs/memory-backup/default/local").Split(' ');
        party.World.Git("-C", Store, "update-ref", "refs/memory-backup/default/checkpoints/bad", refs[0]);
        var list = await ListAsync();
        list.Checkpoints.Select(checkpoint => (checkpoint.Name, checkpoint.CreatedAt is null)).ShouldBe([("good", false), ("bad", true)]);
        list.Warnings.ShouldHaveSingleItem().ShouldContain("The checkpoint bad is damaged");
        (await Should.ThrowAsync<MemoryBackupException>(() => party.Ada.RestoreAsync(new() { Checkpoint = "bad" }))).ExitCode.ShouldBe(ExitCode.Failed);
        await DeleteAsync("bad");
        (await ListAsync()).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_memory_there_is_nothing_to_name()
    {
        party.Ada.Remote = null;
        (await Should.ThrowAsync<MemoryBackupException>(() => CreateAsync("empty"))).ExitCode.ShouldBe(ExitCode.InvalidData);
    }

    private string Store => Path.Combine(party.Ada.DataFolder, "store.git");

    private async Task<CheckpointReport> CreateAsync(string name, bool dryRun = false)
    {
        await using var session = await party.Ada.OpenAsync();
        return await session.CreateCheckpointAsync(name, dryRun, TestContext.Current.CancellationToken);
    }

    private async Task<CheckpointReport> DeleteAsync(string name, bool dryRun = false)
    {
        await using var session = await party.Ada.OpenAsync();
        return await session.DeleteCheckpointAsync(name, dryRun, TestContext.Current.CancellationToken);
    }

    private async Task<CheckpointReport> ListAsync()
    {
        await using var session = await party.Ada.OpenAsync();
        return await session.CheckpointsAsync(TestContext.Current.CancellationToken);
    }
}
