using MemoryBackup.Store.History;
using MemoryBackup.Store.Tests.Infra;

namespace MemoryBackup.Store.Tests;

/// <summary>A replica that is gone is taken over whole, its ref goes, and nothing that it wrote or removed changes by that.</summary>
public sealed class RetireTests : IDisposable
{
    private readonly World world = new();
    private readonly Station ada;
    private readonly Station bob;
    private readonly Station carol;

    public RetireTests() => (ada, bob, carol) = (world.Station("ada"), world.Station("bob"), world.Station("carol"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task What_the_retired_replica_removed_stays_removed_for_whoever_comes_later()
    {
        await ada.PutAsync(("a", "{\"t\":1}"), ("gone", "{}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await bob.DeleteAsync("gone");
        await bob.PutAsync(("a", "{\"t\":2}"), ("b", "{}"));
        await bob.SyncAsync();
        await carol.SyncAsync();
        await carol.RetireAsync(await bob.ReplicaAsync());
        await carol.SyncAsync();
        AtRemote().ShouldBe(["ada", "carol"]);

        // Ada has not published since: her own state still lists what Bob deleted and replaced.
        var late = world.Station("late");
        await late.SyncAsync();
        var all = Memory(("a", "{\"t\":2}"), ("b", "{}"));
        (await late.ShownAsync()).ShouldBe(all);
        await ada.SyncAsync();
        (await ada.FileAsync()).ShouldBe(all);
        await ada.PutAsync(("a2", "{}"));
        await ada.SyncAsync();
        await carol.SyncAsync();
        await late.SyncAsync();
        (await late.FileAsync()).ShouldBe(Memory(("a", "{\"t\":2}"), ("a2", "{}"), ("b", "{}")));
        (await carol.FileAsync()).ShouldBe(await late.FileAsync());
        AtRemote().ShouldBe(["ada", "carol"]);
        await ShouldBeTidyAsync(ada, carol, late);
    }

    [Fact]
    public async Task What_was_removed_of_the_retired_replica_stays_removed_through_two_adoptions()
    {
        await bob.PutAsync(("b1", "{}"), ("b2", "{}"), ("b3", "{}"));
        await bob.SyncAsync();
        await ada.SyncAsync();
        await ada.DeleteAsync("b1");
        await ada.SyncAsync();
        await carol.SyncAsync();
        await carol.RetireAsync(await bob.ReplicaAsync());
        await carol.SyncAsync();
        await carol.DeleteAsync("b2");
        await carol.SyncAsync();
        await ada.SyncAsync();

        // Publications of those who remember the removals tidy up; the adopted state lists the dots for ever.
        await ada.PutAsync(("a", "{}"));
        await ada.SyncAsync();
        var dave = world.Station("dave");
        await dave.SyncAsync();
        await dave.RetireAsync(await carol.ReplicaAsync());
        await dave.SyncAsync();
        AtRemote().ShouldBe(["ada", "dave"]);
        await dave.PutAsync(("d", "{}"));
        await dave.SyncAsync();
        await ada.SyncAsync();
        await ada.RetireAsync(await dave.ReplicaAsync());
        await ada.PutAsync(("a2", "{}"));
        await ada.SyncAsync();
        AtRemote().ShouldBe(["ada"]);
        var late = world.Station("late");
        await late.SyncAsync();
        (await late.ShownAsync()).Keys.ShouldBe(["a", "a2", "b3", "d"]);
        (await ada.FileAsync()).ShouldBe(await late.ShownAsync());
        await using var store = await late.LoadAsync();
        store.Known.Count.ShouldBe(4);
        store.Known.Values.Count(state => state.Adopter is null).ShouldBe(1);
        store.Missing().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_ref_stays_until_the_remote_has_the_adopters_state()
    {
        await bob.PutAsync(("b", "{}"));
        await bob.SyncAsync();
        await carol.SyncAsync();
        await carol.RetireAsync(await bob.ReplicaAsync());
        AtRemote().ShouldBe(["bob"]);

        // A remote that takes no state of Carol's keeps Bob's.
        Hook("pre-receive", "while read old new ref; do case $ref in *carol*) exit 1;; esac; done; exit 0");
        await using (var store = await carol.LoadAsync())
        {
            var exchange = carol.Exchange(store);
            await exchange.FetchAsync(Stop);
            await Should.ThrowAsync<Git.GitException>(() => exchange.PushAsync(Stop));
        }

        AtRemote().ShouldBe(["bob"]);
        Hook("pre-receive", "exit 0");
        await carol.SyncAsync();
        AtRemote().ShouldBe(["carol"]);
    }

    [Fact]
    public async Task A_remote_that_lets_nobody_delete_refs_takes_everything_else()
    {
        await bob.PutAsync(("b", "{}"));
        await bob.SyncAsync();
        await carol.SyncAsync();
        await carol.RetireAsync(await bob.ReplicaAsync());
        await carol.PutAsync(("c", "{}"));
        world.Git(world.Remote, "config", "receive.denyDeletes", "true");
        await carol.SyncAsync();
        AtRemote().ShouldBe(["bob", "carol"]);
        await ada.SyncAsync();
        (await ada.ShownAsync()).Keys.ShouldBe(["b", "c"]);
        AtRemote().ShouldBe(["bob", "carol"]);
        world.Git(world.Remote, "config", "receive.denyDeletes", "false");
        await ada.SyncAsync();
        AtRemote().ShouldBe(["carol"]);
    }

    [Fact]
    public async Task A_living_replica_keeps_its_name_and_its_next_publication_wins_over_the_copies()
    {
        await bob.PutAsync(("b", "{\"t\":1}"));
        await bob.SyncAsync();
        await carol.SyncAsync();
        await ada.SyncAsync();
        var name = await bob.ReplicaAsync();
        await carol.RetireAsync(name);
        await carol.SyncAsync();

        // With nothing new to say, it leaves its ref where it is: else one would put it back and the other delete it for ever.
        for (var round = 0; round < 2; round++)
        {
            (await bob.SyncAsync()).FormerName.ShouldBeNull();
            AtRemote().ShouldBe(["carol"]);
            await carol.SyncAsync();
            AtRemote().ShouldBe(["carol"]);
        }

        await bob.PutAsync(("b", "{\"t\":2}"));
        await bob.SyncAsync();
        (await bob.ReplicaAsync()).ShouldBe(name);
        AtRemote().ShouldBe(["bob", "carol"]);
        await carol.SyncAsync();
        await ada.SyncAsync();
        AtRemote().ShouldBe(["bob", "carol"]);
        var all = Memory(("b", "{\"t\":2}"));
        (await carol.FileAsync()).ShouldBe(all);
        (await ada.FileAsync()).ShouldBe(all);
        await using (var store = await carol.LoadAsync())
        {
            store.Own!.Header.Retired.ShouldBe([name]);
        }

        await carol.PutAsync(("c", "{}"));
        await using (var store = await carol.LoadAsync())
        {
            store.Own!.Header.Retired.ShouldBeEmpty();
            store.Own.Adopted.ShouldBeEmpty();
        }

        await carol.SyncAsync();
        await ada.SyncAsync();
        var late = world.Station("late");
        await late.SyncAsync();
        (await late.ShownAsync()).ShouldBe(Memory(("b", "{\"t\":2}"), ("c", "{}")));
        await ShouldBeTidyAsync(ada, bob, carol, late);
    }

    [Fact]
    public async Task Newer_writes_than_the_adopted_ones_are_never_hidden_and_their_ref_is_left_alone()
    {
        await bob.PutAsync(("b1", "{}"), ("b2", "{}"));
        await bob.SyncAsync();
        await carol.SyncAsync();
        await bob.PutAsync(("b3", "{}"));
        await bob.DeleteAsync("b1");
        await bob.SyncAsync();

        // Carol has not heard of that.
        await carol.RetireAsync(await bob.ReplicaAsync());
        await carol.PushAsync();
        AtRemote().ShouldBe(["bob", "carol"]);
        var late = world.Station("late");
        await late.SyncAsync();
        (await late.ShownAsync()).Keys.ShouldBe(["b2", "b3"]);
        await carol.SyncAsync();
        (await carol.FileAsync()).Keys.ShouldBe(["b2", "b3"]);
        AtRemote().ShouldBe(["bob", "carol"]);
    }

    [Fact]
    public async Task What_is_written_between_fetch_and_push_keeps_its_ref()
    {
        await bob.PutAsync(("b1", "{}"));
        await bob.SyncAsync();
        await carol.FetchAsync();
        await carol.RetireAsync(await bob.ReplicaAsync());
        await using (var store = await carol.LoadAsync())
        {
            var exchange = carol.Exchange(store);
            await exchange.FetchAsync(Stop);
            await bob.PutAsync(("b2", "{}"));
            await bob.PushAsync();
            (await exchange.PushAsync(Stop)).Met!.Received.ShouldBe([await bob.ReplicaAsync()]);
        }

        AtRemote().ShouldBe(["bob", "carol"]);
        var late = world.Station("late");
        await late.SyncAsync();
        (await late.ShownAsync()).Keys.ShouldBe(["b1", "b2"]);
    }

    [Fact]
    public async Task Two_that_retire_the_same_one_at_once_agree_and_lose_nothing()
    {
        await bob.PutAsync(("b", "{}"), ("gone", "{}"));
        await bob.SyncAsync();
        await carol.SyncAsync();
        await ada.SyncAsync();
        await ada.DeleteAsync("gone");
        var name = await bob.ReplicaAsync();
        await carol.RetireAsync(name);
        await ada.RetireAsync(name);
        await carol.SyncAsync();
        await ada.SyncAsync();
        await carol.SyncAsync();
        AtRemote().ShouldBe(["ada", "carol"]);
        var all = Memory(("b", "{}"));
        (await ada.FileAsync()).ShouldBe(all);
        (await carol.FileAsync()).ShouldBe(all);

        // Each alone has it.
        await carol.RetireAsync(await ada.ReplicaAsync());
        await carol.SyncAsync();
        AtRemote().ShouldBe(["carol"]);
        var late = world.Station("late");
        await late.SyncAsync();
        (await late.ShownAsync()).ShouldBe(all);
    }

    [Fact]
    public async Task At_another_remote_the_ref_goes_together_with_the_arrival_of_the_adopters_state()
    {
        var second = world.NewRemote("second.git");
        await bob.PutAsync(("b", "{}"), ("gone", "{}"));
        await bob.SyncAsync();
        await bob.SyncAsync(second);
        await ada.SyncAsync();
        await carol.SyncAsync();
        await carol.DeleteAsync("gone");
        await carol.RetireAsync(await bob.ReplicaAsync());
        await carol.SyncAsync();
        AtRemote().ShouldBe(["carol"]);
        AtRemote(second).ShouldBe(["bob"]);
        await ada.SyncAsync();

        // Ada carries it over: she alone speaks to both.
        await ada.SyncAsync(second);
        AtRemote(second).ShouldBe(["carol"]);
        var late = world.Station("late");
        await late.SyncAsync(second);
        (await late.ShownAsync()).ShouldBe(Memory(("b", "{}")));
        (await ada.FileAsync()).ShouldBe(await late.FileAsync());
    }

    [Fact]
    public async Task At_a_remote_where_the_adopters_ref_holds_something_else_nothing_is_deleted()
    {
        var second = world.NewRemote("second.git");
        await bob.PutAsync(("b", "{}"));
        await bob.SyncAsync();
        await bob.SyncAsync(second);
        await carol.FetchAsync();
        await carol.RetireAsync(await bob.ReplicaAsync());
        await carol.SyncAsync();
        world.Forge(second, World.Published(await carol.ReplicaAsync()), World.Published(await bob.ReplicaAsync()), "D replica.json\n");
        await ada.SyncAsync();
        (await ada.SyncAsync(second)).Rejected.Keys.ShouldBe([await carol.ReplicaAsync()]);
        AtRemote(second).ShouldBe(["bob", "carol"]);
        var late = world.Station("late");
        await late.SyncAsync(second);
        (await late.ShownAsync()).Keys.ShouldBe(["b"]);
    }

    [Fact]
    public async Task A_copy_that_its_adopter_dropped_stays_in_use_while_the_newer_state_is_not_here()
    {
        var second = world.NewRemote("second.git");
        await bob.PutAsync(("b", "{\"t\":1}"));
        await bob.SyncAsync();
        await carol.SyncAsync();
        await carol.RetireAsync(await bob.ReplicaAsync());
        await carol.SyncAsync();
        await ada.SyncAsync();

        // Bob comes back at the second remote, Carol hears of it there, drops the copy, and tells the first remote of it.
        await bob.PutAsync(("b2", "{}"));
        await bob.SyncAsync(second);
        await carol.SyncAsync(second);
        await carol.PutAsync(("c", "{}"));
        await carol.SyncAsync();
        world.Git(world.Remote, "update-ref", "-d", World.Published(await bob.ReplicaAsync()));
        await ada.SyncAsync();
        Collect(ada);
        (await ada.FileAsync()).Keys.ShouldBe(["b", "c"]);
        await using (var store = await ada.LoadAsync())
        {
            store.Missing().ShouldBe([await bob.ReplicaAsync()]);
        }

        await ada.PutAsync(("a", "{}"));
        await ada.SyncAsync();
        await ada.SyncAsync(second);
        (await ada.FileAsync()).Keys.ShouldBe(["a", "b", "b2", "c"]);
        await ShouldBeTidyAsync(ada, carol);
    }

    [Fact]
    public async Task An_old_copy_of_a_retired_store_learns_from_the_adopted_state_that_it_is_one()
    {
        await bob.PutAsync(("a", "{\"t\":1}"), ("gone", "{}"));
        await bob.SyncAsync();
        world.Copy(bob.Path, bob.Path + ".old");
        await bob.PutAsync(("a", "{\"t\":2}"), ("b", "{}"));
        await bob.DeleteAsync("gone");
        await bob.SyncAsync();
        await carol.SyncAsync();
        var former = await bob.ReplicaAsync();
        await carol.RetireAsync(former);
        await carol.SyncAsync();
        Directory.Delete(bob.Path, recursive: true);
        Directory.Move(bob.Path + ".old", bob.Path);
        await bob.PutAsync(("late", "{}"));
        var outcome = await bob.SyncAsync();
        outcome.FormerName.ShouldBe(former);
        outcome.Rejected.ShouldBeEmpty();
        await carol.SyncAsync();
        var all = Memory(("a", "{\"t\":2}"), ("b", "{}"), ("late", "{}"));
        (await bob.ShownAsync()).ShouldBe(all);
        (await carol.ShownAsync()).ShouldBe(all);
        AtRemote().ShouldBe(["bob", "carol"]);
        world.Git(world.Remote, "for-each-ref", "--format=%(refname)").ShouldNotContain(former);
        await ShouldBeTidyAsync(bob, carol);
    }

    [Fact]
    public async Task An_adopter_that_loses_its_name_or_is_moved_takes_the_adopted_states_along()
    {
        await bob.PutAsync(("b", "{}"), ("gone", "{}"));
        await bob.SyncAsync();
        await carol.PutAsync(("c", "{}"));
        await carol.SyncAsync();
        world.Copy(carol.Path, carol.Path + ".twin");
        var twin = world.Station("carol", machine: "carol", path: carol.Path + ".twin");
        var former = await carol.ReplicaAsync();

        // Of two copies that both wrote, the one that comes second had adopted Bob's state and not sent that.
        await carol.RetireAsync(await bob.ReplicaAsync());
        world.Git(world.Remote, "update-ref", "-d", World.Published(await bob.ReplicaAsync()));
        Directory.Move(carol.Path, carol.Path + ".aside");
        Directory.Move(twin.Path, carol.Path);
        await carol.PutAsync(("c2", "{}"));
        await carol.PushAsync();
        Directory.Move(carol.Path, twin.Path);
        Directory.Move(carol.Path + ".aside", carol.Path);
        (await carol.SyncAsync()).FormerName.ShouldBe(former);
        Collect(carol);
        var late = world.Station("late");
        await late.SyncAsync();
        (await late.ShownAsync()).Keys.ShouldBe(["b", "c", "c2", "gone"]);

        // Moved, it goes on under a further name; what it adopted stays with the state that has it.
        world.Copy(carol.Path, carol.Path + ".moved");
        var moved = world.Station("carol", machine: "elsewhere", path: carol.Path + ".moved");
        await moved.PutAsync(("m", "{}"));
        await moved.SyncAsync();
        Collect(moved);
        (await moved.ShownAsync()).Keys.ShouldBe(["b", "c", "c2", "gone", "m"]);
        await moved.RetireAsync(await carol.ReplicaAsync(), former);
        await moved.SyncAsync();
        AtRemote().ShouldBe(["carol"]);
        var later = world.Station("later");
        await later.SyncAsync();
        (await later.ShownAsync()).ShouldBe(await moved.ShownAsync());
    }

    [Fact]
    public async Task The_past_of_a_retired_replica_can_be_read_wherever_its_adopter_is_known()
    {
        await bob.PutAsync(("x", "{\"n\":1}"), ("y", "{}"));
        await bob.PutAsync(("x", "{\"n\":2}"));
        await bob.DeleteAsync("y");
        await bob.SyncAsync();
        await ada.SyncAsync();
        await ada.PutAsync(("x", "{\"n\":3}"));
        await ada.SyncAsync();
        var told = await ToldAsync(ada);

        // Adopted by a store that had published nothing, and then again: nothing may depend on whose first parent it is.
        await carol.FetchAsync();
        await carol.RetireAsync(await bob.ReplicaAsync());
        await carol.SyncAsync();
        var dave = world.Station("dave");
        await dave.SyncAsync();
        await dave.RetireAsync(await carol.ReplicaAsync());
        await dave.SyncAsync();
        await ada.SyncAsync();
        AtRemote().ShouldBe(["ada", "dave"]);
        var late = world.Station("late");
        await late.SyncAsync();
        foreach (var station in new[] { ada, dave, late })
        {
            Collect(station);
            (await ToldAsync(station)).ShouldBe(told);
            (await VersionsAsync(station)).ShouldBe(["x {\"n\":1}", "x {\"n\":2}", "x {\"n\":3}", "y {}"]);
            await using var store = await station.LoadAsync();
            var states = await StatesAt.OpenAsync(store, Stop);
            var replica = await bob.ReplicaAsync();
            var first = states.Find("").Where(commit => commit.Replica == replica).ToList();
            first.Count.ShouldBe(3);
            var then = await states.AtAsync(first[^1], Stop);
            then.Memory.Faces().Select(face => $"{face.Key.Display()} {face.Value}").ShouldBe(["x {\"n\":1}", "y {}"]);
            (await states.AtAsync(DateTimeOffset.UtcNow.AddSeconds(2), Stop)).Memory.Faces().Select(face => $"{face.Key.Display()} {face.Value}").ShouldBe(["x {\"n\":3}"]);
        }
    }

    [Fact]
    public async Task Without_its_history_the_adopted_state_itself_still_counts_in_the_past()
    {
        await bob.PutAsync(("x", "{}"));
        await bob.SyncAsync();
        await carol.SyncAsync();
        await carol.RetireAsync(await bob.ReplicaAsync());
        await carol.SyncAsync();

        // The adopter's history is cut off behind its newest publication.
        var name = World.Published(await carol.ReplicaAsync());
        var tree = world.Git(world.Remote, "rev-parse", name + "^{tree}");
        world.Git(world.Remote, "update-ref", name, world.Git(world.Remote, "commit-tree", tree, "-m", "compacted"));
        await ada.SyncAsync();
        await using var store = await ada.LoadAsync();
        (await MemoryPast.ReadAsync(store, Stop)).Versions.Count.ShouldBe(1);
        (await VersionsAsync(ada)).ShouldBe(["x {}"]);
        var states = await StatesAt.OpenAsync(store, Stop);
        (await states.AtAsync(DateTimeOffset.UtcNow.AddSeconds(2), Stop)).Memory.Keys.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Many_at_once_cost_one_publication_and_the_objects_that_are_there_already()
    {
        const int count = 60;
        await ada.PutAsync(("a", "{}"));
        await ada.SyncAsync();
        var names = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var container = world.Station($"job-{i:00}");
            await container.PutAsync(($"j{i:00}", "{}"));
            await container.PushAsync();
            names.Add(await container.ReplicaAsync());
        }

        await ada.SyncAsync();
        var before = Objects(ada);
        await ada.RetireAsync([.. names]);

        // Two commits and their trees, replica.json, line, local.json, and the folder of each replica.
        (Objects(ada) - before).ShouldBeLessThanOrEqualTo(count + 10);
        await ada.SyncAsync();
        AtRemote().ShouldBe(["ada"]);
        world.Git(world.Remote, "fsck", "--strict").ShouldNotContain("error");
        var late = world.Station("late");
        await late.SyncAsync();
        (await late.ShownAsync()).Count.ShouldBe(count + 1);
        await ShouldBeTidyAsync(ada, late);
    }

    [Fact]
    public async Task What_no_reader_would_take_is_not_taken_over()
    {
        await bob.PutAsync(("b1", "{}"), ("b2", "{}"));
        await bob.SyncAsync();
        await carol.PutAsync(("c1", "{}"), ("c2", "{}"));
        await carol.SyncAsync();
        carol.Limits = new StoreLimits { VersionsMax = 3 };
        var before = world.Git(carol.Path, "rev-parse", World.Published(await carol.ReplicaAsync()));
        var failure = await Should.ThrowAsync<MemoryBackupException>(async () => await carol.RetireAsync(await bob.ReplicaAsync()));
        failure.ExitCode.ShouldBe(ExitCode.Limit);
        failure.Message.ShouldContain("4 versions, and the limit is 3");
        world.Git(carol.Path, "rev-parse", World.Published(await carol.ReplicaAsync())).ShouldBe(before);
    }

    private static SortedDictionary<string, string> Memory(params (string Id, string Json)[] entries) =>
        new(entries.ToDictionary(entry => entry.Id, entry => entry.Json), StringComparer.Ordinal);

    // Labels of the replicas that the remote has refs of.
    private List<string> AtRemote(string? remote = null) =>
    [
        .. world.Git(remote ?? world.Remote, "for-each-ref", "--format=%(refname)", "refs/heads/memory").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(name => name["refs/heads/memory/default/".Length..^11]).Order(),
    ];

    private void Hook(string name, string script)
    {
        var path = System.IO.Path.Combine(world.Remote, "hooks", name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private void Collect(params Station[] stations)
    {
        foreach (var station in stations)
        {
            world.Git(station.Path, "reflog", "expire", "--expire=now", "--all");
            world.Git(station.Path, "gc", "--quiet", "--prune=now");
        }
    }

    private int Objects(Station station) => world.Git(station.Path, "rev-list", "--objects", "--all").Split('\n').Length;

    // A store has a ref for each state that stands under a ref of its own, and none for those that others hold.
    private async Task ShouldBeTidyAsync(params Station[] stations)
    {
        foreach (var station in stations)
        {
            await using var store = await station.LoadAsync();
            var refs = world.Git(station.Path, "for-each-ref", "--format=%(refname)", store.Refs.Known).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            refs.Select(name => name[store.Refs.Known.Length..]).ShouldBe(store.Known.Where(known => known.Value.Adopter is null).Select(known => known.Key), ignoreOrder: true);
            store.Missing().ShouldBeEmpty();
        }
    }

    private static async Task<List<string>> ToldAsync(Station station)
    {
        await using var store = await station.LoadAsync();
        var past = await MemoryPast.ReadAsync(store, Stop);
        var writes = past.Writes.Select(write =>
            $"{write.Publication?.Replica} {write.Publication?.Number} wrote {write.Version.Key.Display()} v{write.Version.Number} on {string.Join(',', write.Replaced.Select(version => version.Dot))}");
        var deletes = past.Deletes.Select(delete => $"{delete.Publication.Replica} {delete.Publication.Number} deleted {delete.Key.Display()}");
        return [.. writes.Concat(deletes).Order(StringComparer.Ordinal)];
    }

    private static async Task<List<string>> VersionsAsync(Station station)
    {
        await using var store = await station.LoadAsync();
        var found = new List<string>();
        await VersionHistory.ReadAsync(
            store.Repository, [.. PastMemory.All(store).Select(state => state.Commit)], [], keys: null, version => found.Add($"{version.Key.Display()} {version.Value}"), Stop);
        return [.. found.Order(StringComparer.Ordinal)];
    }
}
