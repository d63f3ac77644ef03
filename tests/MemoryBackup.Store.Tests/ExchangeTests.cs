using MemoryBackup.Generators;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.Tests.Infra;

namespace MemoryBackup.Store.Tests;

public sealed class ExchangeTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Twenty_stores_that_push_at_one_moment_all_succeed_at_the_first_try()
    {
        var stations = Enumerable.Range(0, 20).Select(i => world.Station($"host{i}")).ToList();
        foreach (var station in stations)
        {
            await station.PutAsync(("shared", $"{{\"t\":\"{Path.GetFileName(station.Path)}\"}}"), (Path.GetFileName(station.Path), "{}"));
        }

        var outcomes = await Task.WhenAll(stations.Select(station => station.PushAsync()));
        outcomes.ShouldAllBe(outcome => outcome.Pushed && outcome.Met == null);
        await stations[0].SyncAsync();
        (await stations[0].ShownAsync()).Count.ShouldBe(21);
    }

    [Fact]
    public async Task Several_processes_on_one_store_wait_for_each_other_and_lose_nothing()
    {
        var ada = world.Station("ada");
        await ada.PutAsync(("first", "{}"));
        var writers = Enumerable.Range(0, 4).Select(i => world.Writer(ada.Path, $"w{i}", 5)).ToList();
        var waited = false;
        foreach (var writer in writers)
        {
            var output = await writer.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
            writer.ExitCode.ShouldBe(0, await writer.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            waited |= output.Contains("waiting", StringComparison.Ordinal);
            writer.Dispose();
        }

        waited.ShouldBeTrue();
        var shown = await ada.ShownAsync();
        shown.Count.ShouldBe(22);
        shown["shared"].ShouldContain("\"i\":5");
        await using var store = await ada.LoadAsync();
        store.Own!.Header.Publication.Number.ShouldBe(21);
        store.All().Faces().SelectMany(face => face.Conflicts).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_state_that_follows_a_known_one_only_what_changed_is_read()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await bob.PutAsync([.. Enumerable.Range(0, EntryFiles.LinesMax + 10).Select(i => ($"{i}", "{}"))]);
        await bob.PushAsync();
        await ada.FetchAsync();
        var name = await bob.ReplicaAsync();
        await using var store = await ada.LoadAsync();
        var before = store.Known[name];
        await bob.PutAsync(("new", "{}"));
        await bob.PushAsync();
        (await ada.Exchange(store).FetchAsync(TestContext.Current.CancellationToken)).Received.ShouldBe([name]);
        var after = store.Known[name];
        after.Header.Publication.Number.ShouldBe(before.Header.Publication.Number + 1);
        after.Entries.Files[1].ShouldBeSameAs(before.Entries.Files[1]);
        after.Entries.Files[2].Length.ShouldBe(before.Entries.Files[2].Length + 1);
        after.Entries.Versions.Count().ShouldBe(EntryFiles.LinesMax + 11);
        after.Line.SharedWith(before.Line).ShouldBe(before.Line.Length);
    }

    [Fact]
    public async Task A_long_line_arrives_is_gone_on_with_and_cannot_be_cut_short()
    {
        const int commits = 600;
        var ada = world.Station("ada");
        await new LongHistory(20, commits).WriteAsync(await GitRepository.OpenAsync(world.GitProgram, world.Remote, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        await ada.SyncAsync();
        await using var store = await ada.LoadAsync();
        var known = store.Known[LongHistory.Replica];
        known.Line.Length.ShouldBe(commits);
        var good = world.Git(world.Remote, "rev-parse", World.Published(LongHistory.Replica));
        var (header, first, last) = (world.Show(world.Remote, $"{good}:replica.json"), PathOf(1), PathOf(2));
        var token = new string('b', 26);
        var next = header.Replace($"\"n\": {commits}", $"\"n\": {commits + 1}", StringComparison.Ordinal).Replace(known.Header.Publication.Token, token, StringComparison.Ordinal);
        var line = world.Show(world.Remote, $"{good}:{last}") + $"{{\"n\":{commits + 1},\"token\":\"{token}\",\"sequences\":{{}}}}\n";

        // Behind a file that is not full, one that goes on with the next number that a full one would leave.
        var skipped = header.Replace($"\"n\": {commits}", "\"n\": 1025", StringComparison.Ordinal).Replace(known.Header.Publication.Token, token, StringComparison.Ordinal);
        await RefusedAsync("count its publications", World.Put("replica.json", skipped), World.Put(PathOf(3), $"{{\"n\":1025,\"token\":\"{token}\",\"sequences\":{{}}}}\n"));
        await RefusedAsync("no file with the number 1", $"D {first}\n", World.Put("replica.json", next), World.Put(last, line));
        await RefusedAsync("no file with the number 2", World.Put("replica.json", next), $"D {last}\n", World.Put(PathOf(3), line));
        await RefusedAsync("canonical", World.Put("replica.json", next), World.Put(last, line.Replace($"\"n\":{commits}", $"\"n\": {commits}", StringComparison.Ordinal)));

        world.Forge(world.Remote, World.Published(LongHistory.Replica), good, World.Put("replica.json", next), World.Put(last, line));
        var outcome = await ada.Exchange(store).FetchAsync(TestContext.Current.CancellationToken);
        outcome.Rejected.ShouldBeEmpty();
        store.Known[LongHistory.Replica].Line.Length.ShouldBe(commits + 1);

        async Task RefusedAsync(string why, params string[] commands)
        {
            world.Forge(world.Remote, World.Published(LongHistory.Replica), good, commands);
            var refused = await ada.Exchange(store).FetchAsync(TestContext.Current.CancellationToken);
            refused.Rejected.Keys.ShouldBe([LongHistory.Replica], why);
            refused.Rejected[LongHistory.Replica].ShouldContain(why);
            store.Known[LongHistory.Replica].Line.Length.ShouldBe(commits);
        }

        static string PathOf(int file) => NumberedFile.Path("line", LongHistory.Replica, file);
    }

    [Fact]
    public async Task A_lock_that_is_held_too_long_is_told()
    {
        var ada = world.Station("ada");
        await ada.PutAsync(("first", "{}"));
        using var held = await StoreLock.TakeAsync(ada.Path, TimeSpan.Zero, TimeProvider.System, () => { }, TestContext.Current.CancellationToken);
        var waits = 0;
        var failure = await Should.ThrowAsync<MemoryBackupException>(
            () => StoreLock.TakeAsync(ada.Path, TimeSpan.FromMilliseconds(80), TimeProvider.System, () => waits++, TestContext.Current.CancellationToken));
        failure.Message.ShouldContain(ada.Path);
        failure.Remedy.ShouldContain("Nothing was changed");
        waits.ShouldBe(1);
    }

    [Fact]
    public async Task Two_remotes_used_in_turn_carry_what_the_other_one_lacks()
    {
        var second = world.NewRemote("second.git");
        var (ada, bob, carol) = (world.Station("ada"), world.Station("bob"), world.Station("carol"));
        await ada.PutAsync(("a", "{\"t\":1}"), ("gone", "{}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await bob.DeleteAsync("gone");
        await bob.PutAsync(("a", "{\"t\":2}"));

        // Bob goes to the second remote alone: what he built on goes with it.
        await bob.SyncAsync(second);
        await carol.SyncAsync(second);
        (await carol.ShownAsync()).ShouldBe(new SortedDictionary<string, string> { ["a"] = "{\"t\":2}" });
        await carol.PutAsync(("c", "{}"));
        await carol.SyncAsync(second);
        await bob.SyncAsync(second);
        await bob.SyncAsync();
        await ada.SyncAsync();
        (await ada.ShownAsync()).ShouldBe(new SortedDictionary<string, string> { ["a"] = "{\"t\":2}", ["c"] = "{}" });
        world.Git(world.Remote, "for-each-ref", "--format=%(refname)").Split('\n').Length.ShouldBe(3);
        await ada.SyncAsync(second);
        world.Git(second, "for-each-ref", "--format=%(refname) %(objectname)").ShouldBe(world.Git(world.Remote, "for-each-ref", "--format=%(refname) %(objectname)"));
    }

    [Fact]
    public async Task A_state_that_was_known_here_and_is_lost_counts_as_missing()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("a", "{}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await bob.PutAsync(("b", "{}"));
        await using (var store = await bob.LoadAsync())
        {
            store.Missing().ShouldBeEmpty();
        }

        LoseWhatIsKnown(bob.Path);

        // Nobody else is known who could tell, so the own state has to.
        await using (var store = await bob.LoadAsync())
        {
            store.Known.ShouldBeEmpty();
            store.Missing().ShouldBe([await ada.ReplicaAsync()]);
        }

        await bob.SyncAsync();
        await using (var store = await bob.LoadAsync())
        {
            store.Missing().ShouldBeEmpty();
        }

        (await bob.FileAsync()).Keys.ShouldBe(["a", "b"]);
    }

    // Writes the local state anew without the commits of others: what a repair leaves of a store whose objects are gone.
    private void LoseWhatIsKnown(string store)
    {
        const string local = "refs/memory-backup/default/local";
        var json = System.Text.Json.Nodes.JsonNode.Parse(world.Git(store, "show", $"{local}:local.json"))!;
        json["known"] = new System.Text.Json.Nodes.JsonObject();
        var file = Path.Combine(store, "local.json");
        File.WriteAllText(file, $"{json.ToJsonString(new() { WriteIndented = true })}\n");
        world.Git(store, "read-tree", local);
        world.Git(store, "update-index", "--cacheinfo", $"100644,{world.Git(store, "hash-object", "-w", file).Trim()},local.json");
        var tree = world.Git(store, "write-tree").Trim();
        world.Git(store, "update-ref", local, world.Git(store, "-c", "user.name=t", "-c", "user.email=t@t", "commit-tree", tree, "-p", $"{local}^1", "-m", "lost").Trim());
    }

    [Fact]
    public async Task A_tracked_file_that_is_forgotten_does_not_come_back()
    {
        var ada = world.Station("ada");
        await ada.PutAsync(("a", "{}"));
        await using (var store = await ada.LoadAsync())
        {
            store.Local.Files.Count.ShouldBe(1);
            await ada.RememberAsync(store, store.Local with { Files = new Dictionary<string, TrackedFile>() });
        }

        await using (var store = await ada.LoadAsync())
        {
            store.Local.Files.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task While_a_state_that_someone_knows_is_missing_nothing_is_taken_from_the_file_and_removals_are_kept()
    {
        var (ada, bob, carol) = (world.Station("ada"), world.Station("bob"), world.Station("carol"));
        await ada.PutAsync(("a", "{}"), ("b", "{}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await carol.SyncAsync();

        // Ada writes again, and only Bob hears of it: her ref is set back at the remote.
        var name = World.Published(await ada.ReplicaAsync());
        await bob.DeleteAsync("b");
        await ada.PutAsync(("a2", "{}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await bob.PutAsync(("bob", "{}"));
        await bob.SyncAsync();
        world.Git(world.Remote, "update-ref", name, name + "~1");
        await carol.SyncAsync();
        await using (var store = await carol.LoadAsync())
        {
            store.Missing().ShouldBe([await ada.ReplicaAsync()]);
        }

        (await carol.FileAsync()).Keys.ShouldBe(["a", "b", "bob"]);
        await carol.DeleteAsync("a");
        await carol.PutAsync(("carol", "{}"));
        await using (var store = await carol.LoadAsync())
        {
            store.Own!.Header.Removed.Actors.ShouldContain(actor => actor.Replica.StartsWith("ada", StringComparison.Ordinal));
        }

        await ada.SyncAsync();
        await carol.SyncAsync();
        await ada.SyncAsync();
        string[] all = ["a2", "bob", "carol"];
        (await carol.FileAsync()).Keys.ShouldBe(all);
        (await ada.FileAsync()).Keys.ShouldBe(all);
        await bob.SyncAsync();
        (await bob.FileAsync()).Keys.ShouldBe(all);
    }

    [Fact]
    public async Task What_git_collects_between_runs_is_needed_by_nobody()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        for (var round = 0; round < 4; round++)
        {
            await ada.PutAsync(($"a{round}", "{\"t\":1}"), ("shared", $"{{\"ada\":{round}}}"));
            await ada.SyncAsync();
            Collect(ada, bob);
            await bob.SyncAsync();
            await bob.PutAsync(($"a{round}", "{\"t\":2}"), ("shared", $"{{\"bob\":{round}}}"));
            Collect(ada, bob);
            await bob.DeleteAsync($"a{round}");
            await bob.SyncAsync();
            Collect(ada, bob);
            await ada.SyncAsync();
            (await ada.FileAsync()).ShouldBe(await bob.FileAsync());
        }

        (await ada.FileAsync()).Keys.ShouldBe(["shared"]);
    }

    [Fact]
    public async Task Bodies_that_only_a_remembered_state_needs_are_kept_as_long_as_it_is_remembered()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await bob.PutAsync(("b", "{\"t\":0}"));
        await bob.SyncAsync();
        await ada.SyncAsync();
        for (var i = 1; i <= 30; i++)
        {
            await ada.PutAsync(("a", $"{{\"t\":{i}}}"));
            if (i == 3)
            {
                await bob.PutAsync(("b", "{\"t\":3}"));
                await bob.SyncAsync();
                await ada.SyncAsync();
            }

            await using var store = await ada.LoadAsync();
            var needed = store.Local.Files.Values.Single().States.SelectMany(state => state.Dots.Dots).Distinct().ToList();
            needed.ShouldAllBe(dot => store.Find(dot) != null);
            store.Pool.Versions.Select(version => version.Dot).ShouldBeUnique();
            store.Pool.Versions.Select(version => version.Dot).ShouldBeSubsetOf(needed);
        }
    }

    [Fact]
    public async Task What_was_fetched_is_kept_although_nothing_was_written()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("a", "{}"));
        await ada.SyncAsync();
        await using (var store = await bob.LoadAsync())
        {
            await bob.Exchange(store).FetchAsync(TestContext.Current.CancellationToken);
            await store.KeepLearnedAsync("bob", Random.Shared, DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);
        }

        world.Git(bob.Path, "gc", "--prune=now", "--quiet");
        (await bob.ShownAsync()).Keys.ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_run_with_nothing_new_publishes_nothing_and_sends_nothing()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("a", "{}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await ada.SyncAsync();
        var before = world.Git(world.Remote, "for-each-ref") + world.Git(ada.Path, "for-each-ref");
        await ada.SyncAsync();
        await bob.SyncAsync();
        (world.Git(world.Remote, "for-each-ref") + world.Git(ada.Path, "for-each-ref")).ShouldBe(before);
    }

    [Fact]
    public async Task Of_a_repository_of_the_user_nothing_but_our_refs_changes()
    {
        var work = Directory.CreateDirectory(Path.Combine(world.Folder, "project")).FullName;
        world.Git(work, "init", "--quiet", "-b", "main");
        await File.WriteAllTextAsync(Path.Combine(work, "file"), "one\n", TestContext.Current.CancellationToken);
        world.Git(work, "add", "file");
        world.Git(work, "commit", "--quiet", "-m", "one");
        await File.WriteAllTextAsync(Path.Combine(work, "file"), "stashed\n", TestContext.Current.CancellationToken);
        world.Git(work, "stash");
        world.Git(work, "remote", "add", "origin", world.Remote);
        world.Git(work, "fetch", "--quiet", "origin");
        await File.WriteAllTextAsync(Path.Combine(work, "file"), "dirty\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(work, "untracked"), "x\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(work, "staged"), "x\n", TestContext.Current.CancellationToken);
        world.Git(work, "add", "staged");
        var before = Everything(work);
        var ada = world.Station("ada", path: work);
        var bob = world.Station("bob");
        await bob.PutAsync(("b", "{}"));
        await bob.SyncAsync();
        var repository = await GitRepository.OpenAsync(world.GitProgram, work, TestContext.Current.CancellationToken);
        await using (var store = SpaceStore.Load(repository, "default", new StoreIdentity("m", work), "ada", Random.Shared, new StoreLimits()))
        {
            await ada.PutAsync(store, ("a", "{}"));
            var exchange = new Exchange.RemoteExchange(store, "origin", "ada", Random.Shared, TimeProvider.System);
            await exchange.FetchAsync(TestContext.Current.CancellationToken);
            await store.KeepLearnedAsync("ada", Random.Shared, DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);
            (await exchange.PushAsync(TestContext.Current.CancellationToken)).Pushed.ShouldBeTrue();
        }

        Everything(work).ShouldBe(before);
        (await bob.SyncAsync()).Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_branch_of_the_user_that_stands_in_the_way_is_named_and_nothing_is_half_written()
    {
        var ada = world.Station("ada");
        await ada.LoadAsync();
        world.Git(ada.Path, "update-ref", "refs/heads/memory", world.Git(ada.Path, "commit-tree", "-m", "x", world.Git(ada.Path, "hash-object", "-t", "tree", "-w", "--stdin")));
        for (var round = 0; round < 2; round++)
        {
            var failure = await Should.ThrowAsync<MemoryBackupException>(() => ada.PutAsync(("a", "{}")));
            failure.Message.ShouldContain("refs/heads/memory");
            (await ada.ShownAsync()).ShouldBeEmpty();
        }

        world.Git(ada.Path, "update-ref", "-d", "refs/heads/memory");
        await ada.PutAsync(("a", "{}"));
        await ada.SyncAsync();
        (await ada.ShownAsync()).Keys.ShouldBe(["a"]);
    }

    // What a push to a named remote tells Git of it, under refs/remotes, says what the user's own next fetch would say: it stays.
    private string Everything(string work) => string.Join('\n',
        world.Git(work, "status", "--porcelain=v2", "--branch"),
        world.Git(work, "stash", "list"),
        world.Git(work, "ls-files", "--stage"),
        world.Git(work, "symbolic-ref", "HEAD"),
        world.Git(work, "config", "--list", "--local"),
        string.Join('\n', world.Git(work, "for-each-ref").Split('\n').Where(line => !line.Contains("/memory", StringComparison.Ordinal))),
        string.Join('\n', Directory.EnumerateFiles(Path.Combine(work, ".git")).Where(file => Path.GetFileName(file) is not "memory-backup.lock" and not "index").Order().Select(file => file + File.ReadAllText(file))),
        string.Join('\n', Directory.EnumerateFileSystemEntries(work).Order()));

    private void Collect(params Station[] stations)
    {
        foreach (var station in stations.Where(station => Directory.Exists(station.Path)))
        {
            world.Git(station.Path, "gc", "--prune=now", "--quiet");
        }
    }
}
