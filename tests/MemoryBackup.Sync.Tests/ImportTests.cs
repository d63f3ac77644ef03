using System.Diagnostics;
using System.Text;
using MemoryBackup.Sync.Reports;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

public sealed class ImportTests : IDisposable
{
    private readonly World world = new();
    private readonly Machine ada;
    private readonly Machine bob;
    private readonly string folder;

    public ImportTests()
    {
        (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        folder = Directory.CreateDirectory(Path.Combine(world.Folder, "old")).FullName;
    }

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Files_of_the_script_in_a_folder_are_taken_over_with_their_hosts_and_times_once_on_all_machines()
    {
        Put("memory-one.json", $"[{Script("a", 1, "one", "2020-01-01T00:00:00Z")},{Script("b", 1, "one", "2020-01-01T00:00:00Z")}]");
        Put("memory-two.json", $"[{Script("a", 2, "two", "2021-01-01T00:00:00Z")}]");
        Put("notes.txt", "not looked at");
        var report = await ada.ImportAsync(folder);
        report.Found.Select(found => (found.Kind, found.Name, found.Entries, found.Known)).ShouldBe([("script-file", "memory-one.json", 2, false), ("script-file", "memory-two.json", 1, false)]);
        report.Recorded.Added.ShouldBe(["a", "b"]);
        report.Conflicts.Single().Shown!.Json.ShouldBe("2");
        var text = await MergedAsync(ada);
        text.ShouldContain("\"host\": \"two\"");
        text.ShouldContain("\"timestamp\": \"2021-01-01T00:00:00.0000000Z\"");

        var again = await ada.ImportAsync(folder);
        (again.Recorded.Any, again.Publication, again.Found.All(found => found.Known)).ShouldBe((false, report.Publication, true));
        var elsewhere = await bob.ImportAsync(folder);
        (elsewhere.Recorded.Any, elsewhere.Publication).ShouldBe((false, 0));
        await bob.SyncAsync();
        bob.Lines.Length.ShouldBe(2);
    }

    [Fact]
    public async Task What_was_edited_or_deleted_since_does_not_come_back_whoever_imports_it_in_whatever_dress()
    {
        Put("memory.json", """[{"id":"edited","v":1},{"id":"gone","v":1},{"id":"stays","v":1}]""");
        await ada.ImportAsync(In("memory.json"));
        await ada.SyncAsync();
        ada.Lines = ["""{"id":"edited","v":2}""", """{"id":"stays","v":1}"""];
        await ada.SyncAsync();

        (await ada.ImportAsync(In("memory.json"))).Recorded.Any.ShouldBeFalse();
        (await bob.ImportAsync(In("memory.json"))).Recorded.Any.ShouldBeFalse();

        // Other bytes, at the same place and at another one, and something new among them.
        Put("memory.json", "[ {\"v\":1, \"id\":\"edited\"},\n{\"id\":\"gone\",\"v\":1},\n{\"id\":\"stays\",\"v\":1}, {\"id\":\"new\"}]");
        File.Copy(In("memory.json"), In("copy.json"));
        var here = await ada.ImportAsync(In("memory.json"));
        here.Recorded.Added.ShouldBe(["new"]);
        here.Recorded.Changed.ShouldBeEmpty();
        var there = await bob.ImportAsync(In("copy.json"), new ImportRequest { Source = "" });
        (there.Recorded.Any, there.Found.Single().Known).ShouldBe((false, true));
        Put("copy.json", File.ReadAllText(In("memory.json")) + "\n");
        var third = await bob.ImportAsync(In("copy.json"));
        third.Recorded.Any.ShouldBeFalse();
        third.OldCopies.ShouldBe(["edited", "gone"], ignoreOrder: true);
        foreach (var machine in new[] { bob, ada, bob })
        {
            await machine.SyncAsync();
            machine.Lines.Order().ShouldBe(["""{"id":"edited","v":2}""", """{"id":"new"}""", """{"id":"stays","v":1}"""]);
        }
    }

    [Fact]
    public async Task An_old_copy_is_told_and_written_only_as_new()
    {
        ada.Lines = ["""{"id":"a","v":1}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        ada.Lines = ["""{"id":"b"}"""];
        await ada.SyncAsync();
        Put("old.jsonl", "{\"id\":\"a\",\"v\":1}\n");
        for (var round = 0; round < 2; round++)
        {
            var report = await ada.ImportAsync(In("old.jsonl"));
            report.Recorded.Any.ShouldBeFalse();
            report.OldCopies.ShouldBe(round == 0 ? ["a"] : []);
        }

        var forced = await ada.ImportAsync(In("old.jsonl"), new ImportRequest { Source = "", AsNew = true });
        forced.Recorded.Added.ShouldBe(["a"]);
        await ada.SyncAsync();
        ada.Lines.Length.ShouldBe(2);
    }

    [Fact]
    public async Task Entries_have_their_own_times_so_an_old_value_beats_no_newer_one_and_is_kept_beside_it()
    {
        ada.Lines = ["""{"id":"a","v":"mine"}""", """{"id":"b","v":"mine"}"""];
        await ada.SyncAsync();
        Put("other.json", """[{"id":"a","v":"theirs","updated_at":"2019-05-01T00:00:00Z"},{"id":"b","v":"theirs"},{"id":"c","timestamp":1546300800}]""");
        File.SetLastWriteTimeUtc(In("other.json"), new DateTime(2018, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var report = await ada.ImportAsync(In("other.json"));
        report.Recorded.Added.ShouldBe(["c"]);
        report.Recorded.Changed.ShouldBe(["a", "b"]);
        report.Conflicts.Select(conflict => (conflict.Key, conflict.Shown!.Json, conflict.Others.Single().Json, conflict.Others.Single().Timestamp[..10]))
            .ShouldBe([("a", "\"mine\"", "\"theirs\"", "2019-05-01"), ("b", "\"mine\"", "\"theirs\"", "2018-01-01")]);
        (await MergedAsync(ada)).ShouldContain("\"timestamp\": \"2019-01-01T00:00:00.0000000Z\"");

        // What is newer elsewhere is shown, and mine is kept.
        Put("newer.json", $$"""[{"id":"b","v":"newest","updated_at":"{{DateTime.UtcNow.AddMinutes(1):O}}"}]""");
        var newer = (await ada.ImportAsync(In("newer.json"))).Conflicts.Single(conflict => conflict.Key == "b");
        newer.Shown!.Json.ShouldBe("\"newest\"");
        newer.Others.Select(other => other.Json).ShouldBe(["\"mine\"", "\"theirs\""], ignoreOrder: true);
    }

    [Theory]
    [InlineData("2150-01-01T00:00:00Z")]
    [InlineData("1950-01-01T00:00:00Z")]
    public async Task A_time_that_is_not_plausible_is_told_and_wins_nothing(string time)
    {
        ada.Lines = ["""{"id":"a","v":"mine"}"""];
        await ada.SyncAsync();
        Put("other.json", $$"""[{"id":"a","v":"theirs","updated_at":"{{time}}"}]""");
        File.SetLastWriteTimeUtc(In("other.json"), new DateTime(2018, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var report = await ada.ImportAsync(In("other.json"));
        report.Warnings.Single().ShouldContain("gives its time as");
        report.Conflicts.Single(conflict => conflict.Element == "/v").Shown!.Json.ShouldBe("\"mine\"");

        Put("memory-far.json", $"[{Script("a", 3, "far", time)}]");
        (await ada.ImportAsync(folder)).Warnings.ShouldContain(warning => warning.Contains("carries the time"));
        (await ada.SyncAsync()).Publication.ShouldBeGreaterThan(0);
        ada.Content.ShouldContain("mine");
    }

    [Fact]
    public async Task A_file_that_changed_since_brings_its_changes_and_undoes_none_of_the_memory()
    {
        Put("source.json", """[{"id":"a","theirs":1,"ours":1},{"id":"b"},{"id":"c"},{"id":"d"}]""");
        await ada.ImportAsync(In("source.json"));
        await ada.SyncAsync();
        ada.Lines = [.. ada.Lines.Select(line => line.Replace("\"ours\":1", "\"ours\":2"))];
        await ada.SyncAsync();
        Put("source.json", """[{"id":"a","theirs":2,"ours":1},{"id":"c"},{"id":"d"}]""");
        var report = await ada.ImportAsync(In("source.json"));
        report.Recorded.Changed.ShouldBe(["a"]);
        report.Recorded.Deleted.ShouldBeEmpty();
        report.Conflicts.ShouldBeEmpty();
        await ada.SyncAsync();
        ada.Lines.ShouldBe(["""{"id":"a","theirs":2,"ours":2}""", """{"id":"b"}""", """{"id":"c"}""", """{"id":"d"}"""], ignoreOrder: true);

        // What it lacked for a while is no news when it comes again.
        ada.Lines = [.. ada.Lines.Where(line => !line.Contains("\"b\""))];
        await ada.SyncAsync();
        Put("source.json", """[{"id":"a","theirs":2,"ours":1},{"id":"b"},{"id":"c"},{"id":"d"}]""");
        (await ada.ImportAsync(In("source.json"))).Recorded.Any.ShouldBeFalse();
    }

    [Fact]
    public async Task Another_memory_at_the_place_of_an_earlier_one_replaces_nothing_of_it()
    {
        Put("x.json", """[{"id":"a","v":"first"},{"id":"b"}]""");
        await ada.ImportAsync(In("x.json"));
        Put("x.json", """[{"id":"a","v":"second"},{"id":"c"},{"id":"d"},{"id":"e"}]""");
        var conflict = (await ada.ImportAsync(In("x.json"))).Conflicts.Single();
        new[] { conflict.Shown!.Json, conflict.Others.Single().Json }.ShouldBe(["\"first\"", "\"second\""], ignoreOrder: true);
    }

    [Fact]
    public async Task The_same_imported_on_two_machines_that_had_not_met_is_one()
    {
        Put("x.json", """[{"id":"a","v":1},{"id":"b","tags":["x","y"]}]""");
        await ada.ImportAsync(In("x.json"), new ImportRequest { Source = "", Offline = true });
        await bob.ImportAsync(In("x.json"), new ImportRequest { Source = "", Offline = true });
        foreach (var machine in new[] { ada, bob, ada })
        {
            await machine.SyncAsync();
        }

        ada.Lines.Order().ShouldBe(bob.Lines.Order());
        ada.Lines.Length.ShouldBe(2);
        (await ada.ConflictsAsync()).Conflicts.ShouldBeEmpty();
        ada.Lines = ["""{"id":"b","tags":["x","y"]}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines.ShouldBe(["""{"id":"b","tags":["x","y"]}"""]);
    }

    [Theory]
    [InlineData("x.json", """[{"id":1},{"id":"1"},"bare",[2]]""", 4)]
    [InlineData("x.jsonl", "{\"id\":\"a\"}\n\n{\"id\":\"b\"}\n", 2)]
    [InlineData("x.json", """{"entities":[{"name":"Ada","entityType":"p","observations":["o"]}],"relations":[{"from":"Ada","to":"Bob","relationType":"knows"}]}""", 3)]
    [InlineData("memory.jsonl", "{\"type\":\"entity\",\"name\":\"Ada\",\"entityType\":\"p\",\"observations\":[]}\n", 1)]
    [InlineData("x.json", """{"title":"t","notes":[{"id":"n1"}]}""", 2)]
    public async Task A_memory_file_of_any_format_is_taken_over(string name, string content, int entries)
    {
        Put(name, content);
        var report = await ada.ImportAsync(In(name));
        report.Found.Single().Kind.ShouldBe("memory-file");
        (await ada.MergeAsync()).Entries.ShouldBe(entries);
        (await ada.ImportAsync(In(name), new ImportRequest { Source = "", Offline = true })).Recorded.Any.ShouldBeFalse();
    }

    [Fact]
    public async Task The_merged_array_of_another_store_keeps_hosts_and_times()
    {
        Put("memory-one.json", $"[{Script("a", 1, "one", "2020-01-01T00:00:00Z")}]");
        await ada.ImportAsync(folder);
        var array = Path.Combine(world.Folder, "all.json");
        await ada.MergeAsync(array);
        var eve = new Machine(world, "eve") { Remote = null };
        await eve.ImportAsync(array);
        var text = await MergedAsync(eve);
        text.ShouldContain("\"host\": \"one\"");
        text.ShouldContain("\"timestamp\": \"2020-01-01T00:00:00.0000000Z\"");
    }

    [Fact]
    public async Task A_repository_is_searched_on_its_default_branch_or_the_one_that_is_named()
    {
        var repository = Path.Combine(world.Folder, "project");
        world.Git("init", "--quiet", "-b", "main", repository);
        Commit(repository, "main", $"[{Script("a", 1, "h", "2020-01-01T00:00:00Z")}]");
        world.Git("-C", repository, "checkout", "--quiet", "-b", "other");
        Commit(repository, "other", $"[{Script("b", 1, "h", "2020-01-01T00:00:00Z")}]");
        world.Git("-C", repository, "checkout", "--quiet", "main");
        var bare = Path.Combine(world.Folder, "bare.git");
        world.Git("clone", "--quiet", "--bare", repository, bare);

        var report = await ada.ImportAsync(bare);
        report.Found.ShouldBe([new ImportFound("script-file", "memory-h.json", "the default branch", 1, false)]);
        report.Recorded.Added.ShouldBe(["a"]);

        // The same file in the work tree is the same content, and told once.
        (await ada.ImportAsync(repository)).Found.Count.ShouldBe(1);
        (await ada.ImportAsync(bare, new ImportRequest { Source = "", Branch = "other" })).Recorded.Added.ShouldBe(["b"]);
        foreach (var wrong in new[] { "nowhere", "../x", "-x", "a b", "" })
        {
            (await FailAsync(bare, ExitCode.Usage, new ImportRequest { Source = "", Branch = wrong })).Message.ShouldContain("has no branch");
        }

        (await FailAsync(folder, ExitCode.Usage, new ImportRequest { Source = "", Branch = "main" })).Message.ShouldContain("is no Git repository");
    }

    [Fact]
    public async Task An_older_store_brings_the_states_of_all_that_it_knew_with_their_deletes_and_leaves_no_traces()
    {
        using var former = new World();
        var (old, other) = (new Machine(former, "old"), new Machine(former, "other"));
        other.Lines = ["""{"id":"theirs"}""", """{"id":"deleted"}"""];
        await other.SyncAsync();
        await old.SyncAsync();
        old.Lines = ["""{"id":"theirs"}""", """{"id":"mine"}"""];
        await old.SyncAsync();
        var refs = former.Git("--git-dir", old.Store, "for-each-ref");

        // The remote that the two met at is gone; what the other one said is in the store all the same.
        var dry = await ada.ImportAsync(old.Store, new ImportRequest { Source = "", DryRun = true });
        dry.Recorded.Added.ShouldBe(["mine", "theirs"]);
        (await ada.StatusAsync()).Replicas.ShouldBeEmpty();
        var report = await ada.ImportAsync(old.Store);
        report.Found.Select(found => (found.Kind, found.Known)).ShouldBe([("replica", false), ("replica", false)]);
        report.Recorded.Added.ShouldBe(dry.Recorded.Added);
        report.Rejected.ShouldBeEmpty();
        former.Git("--git-dir", old.Store, "for-each-ref").ShouldBe(refs);
        world.Git("--git-dir", ada.Store, "for-each-ref").ShouldNotContain($"/incoming/{Store.Exchange.RemoteId.Of(old.Store)}");
        File.ReadAllText(Path.Combine(ada.Store, "memory-backup", "default", "remotes.json")).ShouldNotContain(Store.Exchange.RemoteId.Of(old.Store));
        (await ada.StatusAsync()).Remotes.Count.ShouldBe(1);

        var again = await ada.ImportAsync(old.Store);
        (again.Recorded.Any, again.Found.All(found => found.Known)).ShouldBe((false, true));
        await bob.SyncAsync();
        bob.Lines.Order().ShouldBe(["""{"id":"mine"}""", """{"id":"theirs"}"""]);

        // So does the repository that served them as a remote.
        var eve = new Machine(world, "eve") { Remote = null };
        (await eve.ImportAsync(former.Remote!)).Recorded.Added.ShouldBe(["mine", "theirs"]);
    }

    [Fact]
    public async Task A_broken_state_in_an_older_store_is_refused_and_what_is_in_order_is_taken()
    {
        using var former = new World();
        var old = new Machine(former, "old");
        old.Lines = ["""{"id":"a"}"""];
        await old.SyncAsync();
        var empty = former.Git("--git-dir", former.Remote!, "hash-object", "-w", "-t", "tree", "/dev/null").Trim();
        var forged = former.Git("--git-dir", former.Remote!, "-c", "user.name=e", "-c", "user.email=e@e", "commit-tree", "-m", "x", empty).Trim();
        former.Git("--git-dir", former.Remote!, "update-ref", "refs/heads/memory/default/evil-aaaaaaaaaa", forged);
        var report = await ada.ImportAsync(former.Remote!);
        report.Recorded.Added.ShouldBe(["a"]);
        report.Rejected.Keys.ShouldBe(["evil-aaaaaaaaaa"]);
        report.Warnings.Single().ShouldContain("evil-aaaaaaaaaa");

        foreach (var name in former.Git("--git-dir", former.Remote!, "for-each-ref", "--format=%(refname)").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(name => !name.Contains("evil")))
        {
            former.Git("--git-dir", former.Remote!, "update-ref", "-d", name);
        }

        var eve = new Machine(world, "eve") { Remote = null };
        await eve.StatusAsync();
        await Should.ThrowAsync<MemoryBackupException>(() => eve.ImportAsync(former.Remote!));
        (await eve.StatusAsync()).Replicas.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_store_only_the_space_that_is_asked_for_is_taken()
    {
        using var former = new World();
        var old = new Machine(former, "old") { Adjust = settings => settings with { Space = "team-a" } };
        old.Lines = ["""{"id":"a"}"""];
        await old.SyncAsync();
        var error = await FailAsync(former.Remote!, ExitCode.InvalidData);
        error.Message.ShouldContain("it has team-a");
        error.Remedy.ShouldContain("--space");
        ada.Adjust = settings => settings with { Space = "team-a" };
        (await ada.ImportAsync(former.Remote!)).Recorded.Added.ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_store_and_files_of_the_script_in_one_repository_are_both_taken()
    {
        using var former = new World();
        var old = new Machine(former, "old");
        old.Lines = ["""{"id":"of-the-store"}"""];
        await old.SyncAsync();
        var clone = Path.Combine(world.Folder, "clone");
        world.Git("init", "--quiet", "-b", "main", clone);
        Commit(clone, "x", $"[{Script("of-the-script", 1, "h", "2020-01-01T00:00:00Z")}]");
        world.Git("-C", clone, "fetch", "--quiet", former.Remote!, "refs/heads/memory/*:refs/heads/memory/*");
        var report = await ada.ImportAsync(clone);
        report.Found.Select(found => found.Kind).ShouldBe(["script-file", "replica"]);
        report.Recorded.Added.ShouldBe(["of-the-script", "of-the-store"]);
    }

    [Fact]
    public async Task One_invalid_file_and_nothing_of_the_folder_is_imported()
    {
        Put("memory-a.json", $"[{Script("a", 1, "h", "2020-01-01T00:00:00Z")}]");
        Put("memory-b.json", "[{");
        Put("memory-c.json", $"[{Script("c", 1, "h", "2020-01-01T00:00:00Z")}]");
        var error = await FailAsync(folder, ExitCode.InvalidData);
        error.Message.ShouldContain("memory-b.json");
        error.Remedy.ShouldStartWith("Nothing was imported.");
        (await ada.StatusAsync()).Entries.ShouldBe(0);
        Put("memory-b.json", "[]");
        (await ada.ImportAsync(folder)).Recorded.Added.ShouldBe(["a", "c"]);
    }

    [Fact]
    public async Task Limits_are_told_before_anything_is_imported()
    {
        Put("x.json", $"[{string.Join(',', Enumerable.Range(0, 20).Select(i => $"{{\"id\":{i}}}"))}]");
        ada.Adjust = settings => settings with { EntriesMax = 19 };
        (await FailAsync(In("x.json"), ExitCode.Limit)).Message.ShouldContain("20");

        // Each within the limit, and together beyond what anybody would take of one replica.
        Put("y.json", $"[{string.Join(',', Enumerable.Range(100, 10).Select(i => $"{{\"id\":{i}}}"))}]");
        Put("z.json", $"[{string.Join(',', Enumerable.Range(200, 10).Select(i => $"{{\"id\":{i}}}"))}]");
        await ada.ImportAsync(In("y.json"));
        await FailAsync(In("z.json"), ExitCode.Limit);
        ada.Adjust = settings => settings with { EntriesMax = 1000, FileBytesMax = 10 };
        await FailAsync(In("x.json"), ExitCode.Limit);
    }

    [Fact]
    public async Task What_is_no_source_is_told_and_changes_nothing()
    {
        (await FailAsync(folder, ExitCode.InvalidData)).Message.ShouldContain("holds nothing to import");
        (await FailAsync(In("nowhere.json"), ExitCode.InvalidData)).Message.ShouldContain("There is no file");
        var empty = Path.Combine(world.Folder, "empty.git");
        world.Git("init", "--quiet", "--bare", empty);
        (await FailAsync(empty, ExitCode.InvalidData)).Message.ShouldContain("no states of a store");
        Put("text.txt", "no memory at all");
        (await FailAsync(In("text.txt"), ExitCode.InvalidData)).Message.ShouldContain("text.txt");
        ada.Lines = ["""{"id":"a"}"""];
        await ada.SyncAsync();
        (await FailAsync(ada.File, ExitCode.Usage)).Message.ShouldContain("kept in step");
    }

    [Fact]
    public async Task A_pipe_a_dangling_link_or_a_folder_of_that_name_is_told_and_a_link_to_a_file_is_followed()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Needs pipes.");
        }

        var odd = In("memory-odd.json");
        Process.Start("mkfifo", [odd]).WaitForExit();
        (await FailAsync(folder, ExitCode.InvalidData)).Message.ShouldContain("no regular file");
        File.Delete(odd);
        File.CreateSymbolicLink(odd, Path.Combine(world.Folder, "nowhere"));
        (await FailAsync(folder, ExitCode.InvalidData)).Message.ShouldContain("memory-odd.json");
        File.Delete(odd);
        File.CreateSymbolicLink(odd, odd);
        (await FailAsync(folder, ExitCode.InvalidData)).Message.ShouldContain("memory-odd.json");
        File.Delete(odd);
        Directory.CreateDirectory(odd);
        (await FailAsync(folder, ExitCode.InvalidData)).Message.ShouldContain("is a folder");
        Directory.Delete(odd);
        File.WriteAllText(Path.Combine(world.Folder, "real"), $"[{Script("a", 1, "h", "2020-01-01T00:00:00Z")}]");
        File.CreateSymbolicLink(odd, Path.Combine(world.Folder, "real"));
        (await ada.ImportAsync(folder)).Found.Single().Name.ShouldBe("memory-odd.json");
    }

    [Fact]
    public async Task A_dry_run_tells_the_same_and_writes_nothing()
    {
        ada.Lines = ["""{"id":"a","v":1}"""];
        await ada.SyncAsync();
        Put("memory-h.json", $"[{Script("a", 2, "h", "2020-01-01T00:00:00Z")},{Script("b", 1, "h", "2020-01-01T00:00:00Z")}]");
        Put("memory-i.json", $"[{Script("b", 1, "i", "2020-01-01T00:00:00Z")},{Script("c", 1, "i", "2020-01-01T00:00:00Z")}]");
        var before = Everything();
        var dry = await ada.ImportAsync(folder, new ImportRequest { Source = "", DryRun = true });
        Everything().ShouldBe(before);
        var report = await ada.ImportAsync(folder);
        dry.Recorded.Added.ShouldBe(report.Recorded.Added);
        dry.Recorded.Changed.ShouldBe(report.Recorded.Changed);
        report.Recorded.Added.ShouldBe(["b", "c"]);
        report.Recorded.Changed.ShouldBe(["a"]);
    }

    [Fact]
    public async Task What_merge_took_in_from_the_stores_own_repository_is_known_to_import_and_the_other_way_round()
    {
        var repository = Path.Combine(world.Folder, "project");
        world.Git("init", "--quiet", "-b", "main", repository);
        Commit(repository, "x", $"[{Script("a", 1, "h", "2020-01-01T00:00:00Z")}]");
        var machine = new Machine(world, "work") { Repository = repository };
        (await machine.MergeAsync()).Imported.ShouldBe(["memory-h.json"]);
        var report = await machine.ImportAsync(repository);
        (report.Recorded.Any, report.Found.Single().Known).ShouldBe((false, true));
        Commit(repository, "y", $"[{Script("a", 2, "h", "2020-01-02T00:00:00Z")}]");
        (await machine.ImportAsync(repository)).Recorded.Changed.ShouldBe(["a"]);
        (await machine.MergeAsync()).Imported.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_remote_that_is_away_is_no_obstacle_and_is_told()
    {
        Directory.Move(world.Remote!, world.Remote + ".away");
        Put("x.json", """[{"id":"a"}]""");
        var report = await ada.ImportAsync(In("x.json"));
        (report.ExitCode, report.Recorded.Added.Single()).ShouldBe((ExitCode.RemotePending, "a"));
        report.Warnings.ShouldContain(warning => warning.StartsWith("Not every remote could be asked"));
        Directory.Move(world.Remote + ".away", world.Remote!);
        (await ada.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
        await bob.SyncAsync();
        bob.Lines.ShouldBe(["""{"id":"a"}"""]);
    }

    [Fact]
    public async Task Another_key_makes_other_entries_of_the_same_file()
    {
        Put("x.json", """[{"id":"a","email":"a@b"}]""");
        await ada.ImportAsync(In("x.json"));
        ada.Adjust = settings => settings with { KeyField = "email" };
        (await ada.ImportAsync(In("x.json"))).Recorded.Added.Count.ShouldBe(1);
        (await ada.ImportAsync(In("x.json"))).Recorded.Any.ShouldBeFalse();
    }

    private static string Script(string id, int value, string host, string time) =>
        $$$"""{"id":"{{{id}}}","v":{{{value}}},"_crdt_metadata":{"host":"{{{host}}}","timestamp":"{{{time}}}","version":1,"unique_id":"u"}}""";

    private string In(string name) => Path.Combine(folder, name);

    private void Put(string name, string content) => File.WriteAllText(In(name), content);

    private void Commit(string repository, string message, string content)
    {
        File.WriteAllText(Path.Combine(repository, "memory-h.json"), content);
        world.Git("-C", repository, "add", "-A");
        world.Git("-C", repository, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", message);
    }

    private static async Task<string> MergedAsync(Machine machine) => Encoding.UTF8.GetString((await machine.MergeAsync()).Json.Span);

    private async Task<MemoryBackupException> FailAsync(string source, ExitCode code, ImportRequest? request = null)
    {
        await ada.StatusAsync();
        var before = Everything();
        var error = await Should.ThrowAsync<MemoryBackupException>(() => ada.ImportAsync(source, request));
        error.ExitCode.ShouldBe(code, error.Message);
        Everything().ShouldBe(before);
        return error;
    }

    // Refs that count. What was fetched from the remote and is believed by nobody lies under "incoming".
    private string Everything() => string.Join(
        '\n',
        [
            .. world.Git("--git-dir", ada.Store, "for-each-ref").Split('\n').Where(line => !line.Contains("/incoming/origin") && !line.Contains("/incoming/url-")),
            world.Git("--git-dir", world.Remote!, "for-each-ref"),
            .. Directory.EnumerateFileSystemEntries(folder).Order(),
        ]);
}
