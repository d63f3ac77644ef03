using MemoryBackup.Crdt;
using MemoryBackup.Generators;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.History;
using MemoryBackup.Store.Tests.Infra;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Tests;

public sealed class IdentityTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_store_that_was_moved_goes_on_under_a_further_name_and_shows_nothing_twice()
    {
        var ada = world.Station("ada");
        await ada.PutAsync(("a", "{\"t\":1}"), ("b", "{\"t\":1}"));
        await ada.SyncAsync();
        var former = await ada.ReplicaAsync();
        var moved = world.Station("ada", path: Path.Combine(world.Folder, "elsewhere.git"));
        Directory.Move(ada.Path, moved.Path);
        await moved.PutAsync(("a", "{\"t\":2}"));
        await moved.DeleteAsync("b");
        await moved.SyncAsync();
        (await moved.ReplicaAsync()).ShouldNotBe(former);
        (await moved.ReplicaAsync()).ShouldBe(await moved.ReplicaAsync());
        (await moved.ShownAsync()).ShouldBe(Memory(("a", "{\"t\":2}")));
        var bob = world.Station("bob");
        await bob.SyncAsync();
        (await bob.ShownAsync()).ShouldBe(Memory(("a", "{\"t\":2}")));
        await ShouldNameEveryWriteOnce();
    }

    [Fact]
    public async Task A_store_restored_from_an_old_copy_takes_another_name_and_nothing_is_lost_or_back()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("a", "{\"t\":1}"), ("b", "{\"t\":1}"), ("c", "{\"t\":1}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        world.Copy(ada.Path, ada.Path + ".old");
        await ada.PutAsync(("a", "{\"t\":2}"), ("d", "{\"t\":1}"));
        await ada.DeleteAsync("b");
        await ada.SyncAsync();
        await bob.SyncAsync();
        await bob.DeleteAsync("c");
        await bob.SyncAsync();
        var former = await ada.ReplicaAsync();
        Directory.Delete(ada.Path, recursive: true);
        Directory.Move(ada.Path + ".old", ada.Path);
        await ada.PutAsync(("e", "{\"t\":1}"));
        var outcome = await ada.SyncAsync();
        outcome.FormerName.ShouldBe(former);
        await bob.SyncAsync();
        var all = Memory(("a", "{\"t\":2}"), ("d", "{\"t\":1}"), ("e", "{\"t\":1}"));
        (await ada.ShownAsync()).ShouldBe(all);
        (await bob.ShownAsync()).ShouldBe(all);
        (await ada.FileAsync()).ShouldBe(all);

        // An edit after that is an edit, and not a conflict.
        await ada.PutAsync(("a", "{\"t\":3}"), ("e", "{\"t\":2}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        (await bob.ShownAsync())["a"].ShouldBe("{\"t\":3}");
        await ShouldHaveNoConflicts(ada, bob);
        await ShouldNameEveryWriteOnce();
    }

    [Fact]
    public async Task Of_two_copies_that_both_wrote_everything_stays_and_nothing_deleted_comes_back()
    {
        var (ada, twin, bob) = (world.Station("ada"), world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("a", "{\"t\":1}"), ("b", "{\"t\":1}"), ("c", "{\"t\":1}"), ("d", "{\"t\":1}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        var folders = (One: ada.Path + ".one", Two: ada.Path + ".two");
        world.Copy(ada.Path, folders.Two);
        await ada.PutAsync(("a", "{\"t\":\"one\"}"), ("e", "{\"by\":\"one\"}"));
        await ada.DeleteAsync("b");
        await ada.SyncAsync();
        Swap(ada.Path, folders.One, folders.Two);
        await twin.PutAsync(("a", "{\"t\":\"two\"}"), ("f", "{\"by\":\"two\"}"), ("g", "{\"by\":\"two\"}"));
        await twin.PutAsync(("g", "{\"by\":\"two\",\"x\":1}"));
        await twin.DeleteAsync("c");
        (await twin.SyncAsync()).FormerName.ShouldNotBeNull();
        Swap(ada.Path, folders.Two, folders.One);
        (await ada.SyncAsync()).FormerName.ShouldBeNull();
        await bob.SyncAsync();
        var all = Memory(("a", "{\"t\":\"two\"}"), ("d", "{\"t\":1}"), ("e", "{\"by\":\"one\"}"), ("f", "{\"by\":\"two\"}"), ("g", "{\"by\":\"two\",\"x\":1}"));
        (await ada.ShownAsync()).ShouldBe(all);
        (await bob.ShownAsync()).ShouldBe(all);
        await using (var store = await bob.LoadAsync())
        {
            store.All().Face(Station.Key("a"))!.Conflicts.Single().Others.Single().Value.ToString().ShouldBe("\"one\"");
        }

        Swap(ada.Path, folders.One, folders.Two);
        await twin.PutAsync(("f", "{\"by\":\"two, again\"}"));
        await twin.SyncAsync();
        await bob.SyncAsync();
        (await bob.ShownAsync())["f"].ShouldBe("{\"by\":\"two, again\"}");
        await ShouldNameEveryWriteOnce();
    }

    [Fact]
    public async Task An_old_copy_whose_ref_is_gone_from_the_remote_learns_from_others_that_it_is_one()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("a", "{\"t\":1}"), ("b", "{\"t\":1}"));
        await ada.SyncAsync();
        world.Copy(ada.Path, ada.Path + ".old");
        await ada.PutAsync(("a", "{\"t\":2}"), ("c", "{\"t\":1}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await bob.PutAsync(("c", "{\"t\":2}"));
        await bob.SyncAsync();
        var former = await ada.ReplicaAsync();
        world.Git(world.Remote, "update-ref", "-d", World.Published(former));
        Directory.Delete(ada.Path, recursive: true);
        Directory.Move(ada.Path + ".old", ada.Path);
        await ada.PutAsync(("e", "{\"t\":1}"));
        var outcome = await ada.SyncAsync();
        outcome.FormerName.ShouldBe(former);
        outcome.Rejected.ShouldBeEmpty();
        (await ada.ShownAsync()).ShouldBe(Memory(("a", "{\"t\":1}"), ("b", "{\"t\":1}"), ("c", "{\"t\":2}"), ("e", "{\"t\":1}")));
        await bob.SyncAsync();
        await ada.SyncAsync();
        var all = Memory(("a", "{\"t\":2}"), ("b", "{\"t\":1}"), ("c", "{\"t\":2}"), ("e", "{\"t\":1}"));
        (await ada.ShownAsync()).ShouldBe(all);
        (await bob.ShownAsync()).ShouldBe(all);
        await ShouldHaveNoConflicts(ada, bob);
        await ShouldNameEveryWriteOnce();
    }

    [Fact]
    public async Task An_old_copy_that_wrote_without_a_remote_renames_only_what_nobody_can_have()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("a", "{\"t\":1}"));
        await ada.SyncAsync();
        await ada.PutAsync(("b", "{\"t\":1}"));
        await ada.SyncAsync();
        world.Copy(ada.Path, ada.Path + ".old");
        await ada.PutAsync(("a", "{\"t\":2}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await bob.PutAsync(("x", "{}"));
        await bob.SyncAsync();
        world.Git(world.Remote, "update-ref", "-d", World.Published(await ada.ReplicaAsync()));
        Directory.Delete(ada.Path, recursive: true);
        Directory.Move(ada.Path + ".old", ada.Path);
        await ada.PutAsync(("b", "{\"t\":2}"));
        await ada.PutAsync(("e", "{\"t\":1}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await ada.SyncAsync();
        var all = Memory(("a", "{\"t\":2}"), ("b", "{\"t\":2}"), ("e", "{\"t\":1}"), ("x", "{}"));
        (await ada.ShownAsync()).ShouldBe(all);
        (await bob.ShownAsync()).ShouldBe(all);
        await ShouldHaveNoConflicts(ada, bob);
        await ShouldNameEveryWriteOnce();
    }

    [Fact]
    public async Task A_newer_file_over_an_older_store_brings_nothing_back_that_anyone_deleted()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("a", "{\"t\":1}"));
        await ada.SyncAsync();
        world.Copy(ada.Path, ada.Path + ".old");
        await bob.SyncAsync();
        await bob.PutAsync(("from bob", "{\"t\":1}"));
        await bob.SyncAsync();
        await ada.PutAsync(("from ada", "{\"t\":1}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await bob.DeleteAsync("from bob", "from ada");
        await bob.SyncAsync();
        Directory.Delete(ada.Path, recursive: true);
        Directory.Move(ada.Path + ".old", ada.Path);

        // The file has what both wrote, and the old store takes it for news.
        await ada.PutAsync(("from bob", "{\"t\":1}"), ("from ada", "{\"t\":1}"), ("new", "{\"t\":1}"));
        (await ada.SyncAsync()).Twins.ShouldBe(2);
        await bob.SyncAsync();
        var all = Memory(("a", "{\"t\":1}"), ("new", "{\"t\":1}"));
        (await ada.ShownAsync()).ShouldBe(all);
        (await bob.ShownAsync()).ShouldBe(all);
        (await ada.FileAsync()).ShouldBe(all);
        await ShouldNameEveryWriteOnce();
    }

    [Fact]
    public async Task Nor_does_an_entry_that_was_edited_in_the_newer_file_bring_back_its_elements()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("a", "{\"t\":1}"));
        await ada.SyncAsync();
        world.Copy(ada.Path, ada.Path + ".old");
        await ada.PutAsync(("a", "{\"t\":2,\"tags\":[\"x\",\"y\"],\"deep\":{\"u\":1,\"v\":1}}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await bob.PutAsync(("a", "{\"t\":3,\"tags\":[\"x\"],\"deep\":{\"v\":1}}"));
        await bob.SyncAsync();
        Directory.Delete(ada.Path, recursive: true);
        Directory.Move(ada.Path + ".old", ada.Path);
        await ada.PutAsync(("a", "{\"t\":2,\"tags\":[\"x\",\"y\"],\"deep\":{\"u\":1,\"v\":1},\"new\":1}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        var all = Memory(("a", "{\"t\":3,\"tags\":[\"x\"],\"deep\":{\"v\":1},\"new\":1}"));
        (await ada.ShownAsync()).ShouldBe(all);
        (await bob.ShownAsync()).ShouldBe(all);
        await ShouldHaveNoConflicts(ada, bob);
        await ShouldNameEveryWriteOnce();
    }

    [Fact]
    public async Task The_own_ref_replaced_by_garbage_is_told_clearly_and_costs_nothing()
    {
        var ada = world.Station("ada");
        await ada.PutAsync(("a", "{\"t\":1}"));
        await ada.SyncAsync();
        var name = World.Published(await ada.ReplicaAsync());
        var tree = world.Git(world.Remote, "hash-object", "-t", "tree", "-w", "--stdin");
        var garbage = world.Git(world.Remote, "commit-tree", "-m", "garbage", tree);
        world.Git(world.Remote, "update-ref", name, garbage);
        await ada.PutAsync(("b", "{\"t\":1}"));
        var failure = await Should.ThrowAsync<MemoryBackupException>(() => ada.SyncAsync());
        failure.ExitCode.ShouldBe(ExitCode.NameInUse);
        failure.Message.ShouldContain(name);
        failure.Remedy.ShouldContain("saved locally");
        (await ada.ShownAsync()).Count.ShouldBe(2);
        world.Git(world.Remote, "update-ref", "-d", name);
        await ada.SyncAsync();
        world.Git(world.Remote, "show", $"{name}:replica.json").ShouldContain("\"n\": 2");
    }

    [Fact]
    public async Task A_wiped_remote_gets_everything_back()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("a", "{}"));
        await ada.SyncAsync();
        await bob.PutAsync(("b", "{}"));
        await bob.SyncAsync();
        Directory.Delete(world.Remote, recursive: true);
        world.NewRemote("remote.git");
        await bob.SyncAsync();
        world.Git(world.Remote, "for-each-ref", "--format=%(refname)").Split('\n').Length.ShouldBe(2);
        (await bob.ShownAsync()).Count.ShouldBe(2);
        (await ada.SyncAsync()).FormerName.ShouldBeNull();
        (await ada.ShownAsync()).Count.ShouldBe(2);
    }

    private static SortedDictionary<string, string> Memory(params (string Id, string Json)[] entries) =>
        new(entries.ToDictionary(entry => entry.Id, entry => entry.Json), StringComparer.Ordinal);

    private static void Swap(string path, string away, string other)
    {
        Directory.Move(path, away);
        Directory.Move(other, path);
    }

    private static async Task ShouldHaveNoConflicts(params Station[] stations)
    {
        foreach (var station in stations)
        {
            await using var store = await station.LoadAsync();
            store.All().Faces().SelectMany(face => face.Conflicts).ShouldBeEmpty();
        }
    }

    // All refs of the remote and their histories: one dot, one write.
    private async Task ShouldNameEveryWriteOnce()
    {
        var repository = await GitRepository.OpenAsync(world.GitProgram, world.Remote, TestContext.Current.CancellationToken);
        var written = new Dictionary<Dot, Version>();
        foreach (var tip in (await repository.RefsAsync("refs/heads/memory", TestContext.Current.CancellationToken)).Values)
        {
            await VersionHistory.ReadAsync(
                repository,
                [tip],
                [],
                null,
                version => VersionText.Line(written.TryAdd(version.Dot, version) ? version : written[version.Dot]).ShouldBe(VersionText.Line(version)),
                TestContext.Current.CancellationToken);
        }

        written.ShouldNotBeEmpty();
        written.Keys.ShouldAllBe(dot => ReplicaId.IsValid(dot.Actor.Replica));
    }
}
