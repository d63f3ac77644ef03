using System.Text;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.Tests.Infra;

namespace MemoryBackup.Store.Tests;

/// <summary>Whatever stands under somebody's name: it is refused with a reason, everyone else's states arrive, and a good one heals it.</summary>
public sealed class HostileRefTests : IDisposable
{
    private const string Entries = "entries";
    private const string Line = "line";
    private readonly World world = new();
    private readonly Station ada;
    private readonly Station bob;
    private readonly Station carol;

    public HostileRefTests() => (ada, bob, carol) = (world.Station("ada"), world.Station("bob"), world.Station("carol"));

    public void Dispose() => world.Dispose();

    private static readonly (string File, string Part, string Broken)[] Edits =
    [
        ("replica.json", "\"space\": \"default\"", "\"space\": \"other\""),
        ("replica.json", "\"replica\": \"BOB\"", "\"replica\": \"CAROL\""),
        ("replica.json", "\"format\": 1", "\"format\": 2"),
        ("replica.json", "\"entries\": 2", "\"entries\": 3"),
        ("replica.json", "\"n\": 2", "\"n\": 3"),
        ("replica.json", "\"n\": 2", "\"n\": -2"),
        ("replica.json", "\"token\": \"", "\"token\": \"a"),
        ("replica.json", "\"host\": \"bob\"", "\"host\":  \"bob\""),
        ("replica.json", "\"host\": \"bob\"", "\"host\": \"bob\",\n  \"unknown\": 1"),
        ("replica.json", "\"host\": \"bob\"", "\"host\": null"),
        ("replica.json", "\"BOB.1\": 2", "\"BOB.1\": 1"),
        ("replica.json", "\"BOB.1\": 2", "\"BOB.1\": 9223372036854775807"),
        ("replica.json", "\"BOB.1\": 2", "\"CAROL.1\": 2"),
        ("replica.json", "\"BOB.1\": 2", "\"BOB.1\": 2,\n    \"x.1\": 2"),
        ("replica.json", "\"removed\": {}", "\"removed\": {\n    \"BOB.1\": \"1\"\n  }"),
        ("replica.json", "\"removed\": {}", "\"removed\": {\n    \"ADA.1\": \"1-9223372036854775806\"\n  }"),
        ("replica.json", "\"removed\": {}", "\"removed\": {\n    \"ADA.2\": \"1\"\n  }"),
        ("replica.json", "\"removed\": {}", "\"removed\": {\n    \"CAROL.1\": \"2,1\"\n  }"),
        ("replica.json", "\"retired\": []", "\"retired\": {}"),
        ("replica.json", "\"knows\": {", "\"knows\": {\n    \"BOB\": {\n      \"n\": 1,\n      \"token\": \"aaaaaaaaaaaaaaaaaaaaaaaaaa\"\n    },"),
        ("replica.json", "{", ""),
        ("replica.json", "}", "\0"),
        (Line, "\"n\":2", "\"n\":1"),
        (Line, "\"n\":1", "\"n\": 1"),
        (Line, "\"n\":1,\"token\":\"", "\"n\":1,\"token\":\"a"),
        (Line, "\n", ""),
        (Entries, "\"BOB.1:1\"", "\"CAROL.1:1\""),
        (Entries, "\"BOB.1:1\"", "\"BOB.1:2\""),
        (Entries, "\"BOB.1:2\"", "\"BOB.1:3\""),
        (Entries, "\"BOB.1:2\"}", "\"BOB.1:2\",\"seen\":{\"ADA.1\":2,\"BOB.1\":2}}"),
        (Entries, "\"BOB.1:2\"}", "\"BOB.1:2\",\"seen\":{\"BOB.1\":1}}"),
        (Entries, "\"BOB.1:2\"}", "\"BOB.1:2\",\"seen\":{\"BOB.1\":2},\"carried\":[{\"unique_id\":\"ADA.1:9\",\"timestamp\":\"2026-01-01T00:00:00.0000000Z\",\"shown\":[\"/t\"]}]}"),
        (Entries, "\"BOB.1:2\"}", "\"BOB.1:2\",\"unknown\":1}"),
        (Entries, "\"version\":1", "\"version\":1.0"),
        (Entries, "\"t\":1", "\"t\": 1"),
        (Entries, "\"t\":1", "\"t\":\"\\u0041\""),
        (Entries, "\"t\":1", "\"t\":1,\"t\":1"),
        (Entries, "\"t\":1", "\"t\":DEEP"),
        (Entries, "\n", "\r\n"),
        (Entries, "\n", "\n\n"),
        (Entries, "\n", ""),
    ];

    [Fact]
    public async Task A_state_that_breaks_a_rule_is_refused_and_harms_nobody_else()
    {
        var good = await PrepareAsync();
        var name = await bob.ReplicaAsync();
        var names = (Ada: await ada.ReplicaAsync(), Carol: await carol.ReplicaAsync());
        var contents = Edits.Select(edit => edit.File).Distinct().ToDictionary(file => file, file => world.Show(world.Remote, $"{good}:{PathOf(file, name)}"));
        foreach (var (file, part, broken) in Edits)
        {
            var content = contents[file];
            var (from, to) = (Named(part), Named(broken).Replace("DEEP", new string('[', 200) + new string(']', 200), StringComparison.Ordinal));
            content.ShouldContain(from);
            var at = content.IndexOf(from, StringComparison.Ordinal);
            world.Forge(world.Remote, World.Published(name), good, World.Put(PathOf(file, name), content[..at] + to + content[(at + from.Length)..]));
            await using var store = await ada.LoadAsync();
            var outcome = await ada.Exchange(store).FetchAsync(TestContext.Current.CancellationToken);
            outcome.Rejected.Keys.ShouldBe([name], $"{file}: {part} → {broken}");
            outcome.FormerName.ShouldBeNull();
            Station.Shown(store).Keys.ShouldBe(["a", "b", "c", "c2"]);
        }

        string Named(string text) => text
            .Replace("ADA", names.Ada, StringComparison.Ordinal)
            .Replace("BOB", name, StringComparison.Ordinal)
            .Replace("CAROL", names.Carol, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tree_of_another_shape_is_refused()
    {
        var good = await PrepareAsync();
        var name = await bob.ReplicaAsync();
        var content = world.Show(world.Remote, $"{good}:{PathOf(Entries, name)}");
        foreach (var command in new[]
        {
            World.Put("entries/readme", "x\n"),
            Moved("entries/0000000001.jsonl"),
            Moved($"entries/{NumberedFile.Name(Line, name, 1)}"),
            Moved(PathOf(Entries, "job-aaaaaaaaaa")),
            Moved(PathOf(Entries, name).Replace("entries/0", "entries/+", StringComparison.Ordinal)),
            World.Put(PathOf(Entries, name, 2), "/etc/passwd", mode: "120000"),
            $"M 160000 {good} {PathOf(Entries, name, 2)}\n",
            World.Put(PathOf(Entries, name, 2) + "/x", "x\n"),
            World.Put(PathOf(Entries, name, 2), ""),
            World.Put("replica.json", "entries", mode: "120000"),
            "D replica.json\n",
            $"D {PathOf(Line, name)}\n",
            $"D {PathOf(Entries, name)}\n",
            "deleteall\n",
        })
        {
            world.Forge(world.Remote, World.Published(name), good, command);
            await using var store = await ada.LoadAsync();
            var outcome = await ada.Exchange(store).FetchAsync(TestContext.Current.CancellationToken);
            outcome.Rejected.Keys.ShouldBe([name], command);
            Station.Shown(store).Keys.ShouldBe(["a", "b", "c", "c2"]);
        }

        // What is right about it stays: the content, and that nothing else has the number.
        string Moved(string to) => $"D {PathOf(Entries, name)}\n" + World.Put(to, content);
    }

    [Fact]
    public async Task An_adopted_state_that_breaks_a_rule_is_refused_with_its_adopter_and_harms_nobody_else()
    {
        var good = await PrepareAsync();
        var name = await bob.ReplicaAsync();
        var (of, own) = ($"adopted/{await carol.ReplicaAsync()}", await ada.ReplicaAsync());
        await bob.FetchAsync();
        await bob.RetireAsync(await carol.ReplicaAsync());
        await bob.PushAsync();
        good = world.Git(world.Remote, "rev-parse", World.Published(name));
        var carols = await carol.ReplicaAsync();
        var (header, entries, line) = (world.Show(world.Remote, $"{good}:{of}/replica.json"), world.Show(world.Remote, $"{good}:{of}/{PathOf(Entries, carols)}"), world.Show(world.Remote, $"{good}:{of}/{PathOf(Line, carols)}"));
        var outer = world.Show(world.Remote, $"{good}:replica.json");
        var trees = (Entries: world.Git(world.Remote, "rev-parse", $"{good}:entries"), Line: world.Git(world.Remote, "rev-parse", $"{good}:line"), All: world.Git(world.Remote, "rev-parse", $"{good}^{{tree}}"));
        string Retired(params string[] names) => outer.Replace($"\"retired\": [\n    \"{carols}\"\n  ]", $"\"retired\": [\n    {string.Join(",\n    ", names.Order(StringComparer.Ordinal).Select(each => $"\"{each}\""))}\n  ]", StringComparison.Ordinal);
        Retired(carols).ShouldBe(outer);
        foreach (var (what, commands) in new (string, string[])[]
        {
            ("a header for another replica", [World.Put($"{of}/replica.json", header.Replace(carols, "carol-aaaaaaaaaa", StringComparison.Ordinal))]),
            ("another space", [World.Put($"{of}/replica.json", header.Replace("\"default\"", "\"other\"", StringComparison.Ordinal))]),
            ("not canonical", [World.Put($"{of}/replica.json", header.Replace("\"host\": ", "\"host\":  ", StringComparison.Ordinal))]),
            ("a wrong count", [World.Put($"{of}/replica.json", header.Replace("\"entries\": 2", "\"entries\": 1", StringComparison.Ordinal))]),
            ("a greater n than the line has", [World.Put($"{of}/replica.json", header.Replace("\"n\": 2,\n  \"token\"", "\"n\": 9,\n  \"token\"", StringComparison.Ordinal))]),
            ("a dot of somebody else", [World.Put($"{of}/{PathOf(Entries, carols)}", entries.Replace($"{carols}.1:1", $"{own}.1:1", StringComparison.Ordinal))]),
            ("a removal of what was never written", [World.Put($"{of}/replica.json", header.Replace("\"removed\": {}", $"\"removed\": {{\n    \"{own}.1\": \"7\"\n  }}", StringComparison.Ordinal))]),
            ("no header", [$"D {of}/replica.json\n"]),
            ("no line", [$"D {of}/line\n"]),
            ("a cut line", [World.Put($"{of}/{PathOf(Line, carols)}", line[..line.IndexOf('\n', StringComparison.Ordinal)] + "\n")]),
            ("an empty file", [World.Put($"{of}/{PathOf(Entries, carols, 2)}", "")]),
            ("one more file", [World.Put($"{of}/readme", "x\n")]),
            ("an adopted state in it", [$"M 040000 {trees.All} {of}/adopted/{name}\n"]),
            ("a link for a header", [World.Put($"{of}/replica.json", "../../replica.json", mode: "120000")]),
            ("a file for a folder", [World.Put($"adopted/job-aaaaaaaaaa", "x\n"), World.Put("replica.json", Retired(carols, "job-aaaaaaaaaa"))]),
            ("a name of nobody", [$"M 040000 {trees.All} adopted/x\n", World.Put("replica.json", Retired(carols, "x"))]),
            ("its own state", [World.Put($"adopted/{name}/replica.json", outer), $"M 040000 {trees.Entries} adopted/{name}/entries\n", $"M 040000 {trees.Line} adopted/{name}/line\n", World.Put("replica.json", Retired(carols, name))]),
            ("one that is not listed", [World.Put("replica.json", outer.Replace($"\n    \"{carols}\"\n  ", "", StringComparison.Ordinal))]),
            ("one that is listed only", [World.Put("replica.json", Retired(carols, "job-aaaaaaaaaa"))]),
            ("none that is listed", ["D adopted\n"]),
            ("a file", ["D adopted\n", World.Put("adopted", "x\n")]),
        })
        {
            world.Forge(world.Remote, World.Published(name), good, commands);
            await using var store = await ada.LoadAsync();
            var outcome = await ada.Exchange(store).FetchAsync(TestContext.Current.CancellationToken);
            outcome.Rejected.Keys.ShouldBe([name], what);
            outcome.FormerName.ShouldBeNull(what);
            Station.Shown(store).Keys.ToArray().ShouldBe(["a", "b", "c", "c2"], customMessage: what);
        }

        world.Forge(world.Remote, World.Published(name), good, $"M 040000 {trees.All} \"\"\n");
        (await ada.SyncAsync()).Rejected.ShouldBeEmpty();
        (await ada.ShownAsync()).Keys.ShouldBe(["a", "b", "b2", "c", "c2"]);
    }

    [Fact]
    public async Task A_forged_copy_of_a_living_replica_is_passed_over_or_makes_it_take_another_name_and_what_it_writes_arrives()
    {
        await PrepareAsync();
        var (name, carols) = (await bob.ReplicaAsync(), await carol.ReplicaAsync());
        await bob.FetchAsync();
        await bob.RetireAsync(carols);
        await bob.PushAsync();
        var good = world.Git(world.Remote, "rev-parse", World.Published(name));
        var of = $"adopted/{carols}";
        var (header, line) = (world.Show(world.Remote, $"{good}:{of}/replica.json"), world.Show(world.Remote, $"{good}:{of}/{PathOf(Line, carols)}"));
        var newest = line.Split('\n')[1];
        var token = newest[(newest.IndexOf("token\":\"", StringComparison.Ordinal) + 8)..][..26];

        // Of another line than everybody knows: it alone is passed over.
        var other = new string('a', 26);
        world.Forge(
            world.Remote, World.Published(name), good,
            World.Put($"{of}/replica.json", header.Replace(token, other, StringComparison.Ordinal)),
            World.Put($"{of}/{PathOf(Line, carols)}", line.Replace(token, other, StringComparison.Ordinal)));
        var outcome = await ada.SyncAsync();
        outcome.Rejected.Keys.ShouldBe([carols]);
        outcome.Rejected[carols].ShouldContain($"what {name} adopted of it");
        (await ada.ShownAsync()).Keys.ShouldBe(["a", "b", "b2", "c", "c2"]);

        // A publication that she never made, without any of her entries: she learns that somebody writes under her name, and goes on under another.
        world.Forge(
            world.Remote, World.Published(name), good,
            World.Put($"{of}/replica.json", header.Replace("\"n\": 2,\n  \"token\"", "\"n\": 3,\n  \"token\"", StringComparison.Ordinal).Replace(token, other, StringComparison.Ordinal).Replace("\"entries\": 2", "\"entries\": 0", StringComparison.Ordinal)),
            World.Put($"{of}/{PathOf(Line, carols)}", line + $"{{\"n\":3,\"token\":\"{other}\",\"sequences\":{{}}}}\n"),
            $"D {of}/entries\n");
        await carol.PutAsync(("c3", "{}"));
        (await carol.SyncAsync()).FormerName.ShouldBe(carols);
        await ada.SyncAsync();

        // Of two commits that claim one publication of Bob's, Ada keeps the one that she knew.
        (await ada.ShownAsync()).Keys.ShouldBe(["a", "b", "b2", "c", "c2", "c3"]);
        (await carol.ShownAsync()).Keys.ShouldContain("c3");
    }

    [Fact]
    public async Task Adopted_states_count_towards_every_limit()
    {
        await PrepareAsync();
        var name = await bob.ReplicaAsync();
        await bob.FetchAsync();
        await bob.RetireAsync(await carol.ReplicaAsync());
        await bob.PushAsync();
        foreach (var limits in new StoreLimits[] { new() { VersionsMax = 3 }, new() { StateBytesMax = 2500 } })
        {
            ada.Limits = limits;
            await using var store = await ada.LoadAsync();
            var outcome = await ada.Exchange(store).FetchAsync(TestContext.Current.CancellationToken);
            outcome.Rejected.Keys.ShouldBe([name]);
            outcome.Rejected[name].ShouldContain(limits.VersionsMax == 3 ? "4 versions, and the limit is 3" : "more than 2500 bytes");
        }

        ada.Limits = new StoreLimits { VersionsMax = 4 };
        (await ada.SyncAsync()).Rejected.ShouldBeEmpty();

        // Folders that cost nothing: none of them is opened.
        var good = world.Git(world.Remote, "rev-parse", World.Published(name));
        var empty = world.Git(world.Remote, [], "mktree");
        world.Forge(world.Remote, World.Published(name), good, [.. Enumerable.Range(0, 50).Select(i => $"M 040000 {world.Git(world.Remote, "rev-parse", good + ":entries")} adopted/job-{i}-aaaaaaaaaa\n")]);
        ada.Limits = new StoreLimits { RefsMax = 40 };
        (await ada.SyncAsync()).Rejected[name].ShouldBe("it adopted 51 states, and the limit is 40");
    }

    [Theory]
    [InlineData("tag")]
    [InlineData("another line")]
    [InlineData("huge header")]
    [InlineData("fsck")]
    [InlineData("too many bytes")]
    public async Task What_is_no_state_at_all_is_refused(string what)
    {
        var good = await PrepareAsync();
        var linePath = PathOf(Line, await bob.ReplicaAsync());
        var name = World.Published(await bob.ReplicaAsync());
        switch (what)
        {
            case "tag":
                // A branch has to be a commit to Git: whoever serves something else wrote the file by hand.
                var tag = world.Git(world.Remote, Encoding.UTF8.GetBytes($"object {good}\ntype commit\ntag x\ntagger e <e@e> 0 +0000\n\nx\n"), "mktag");
                await File.WriteAllTextAsync(Path.Combine(world.Remote, name), tag + "\n", TestContext.Current.CancellationToken);
                break;
            case "another line":
                var line = world.Show(world.Remote, $"{good}:{linePath}");
                var token = line.Split("\"token\":\"")[1][..26];
                world.Forge(world.Remote, name, good, World.Put(linePath, line.Replace(token, new string('a', 26), StringComparison.Ordinal)));
                break;
            case "huge header":
                ada.Limits = ada.Limits with { ObjectBytesMax = 100_000 };
                world.Forge(world.Remote, name, good, World.Put("replica.json", new string(' ', 200_000)));
                break;
            case "too many bytes":
                ada.Limits = ada.Limits with { StateBytesMax = 100 };
                await carol.SyncAsync();
                await using (var store = await ada.LoadAsync())
                {
                    var all = await ada.Exchange(store).FetchAsync(TestContext.Current.CancellationToken);
                    all.Rejected.Count.ShouldBe(2);
                    all.Rejected.Values.ShouldAllBe(reason => reason.Contains("bytes"));
                }

                return;
            default:
                var blob = world.Blob(world.Remote, "x\n");
                var tree = world.Git(world.Remote, [.. Encoding.UTF8.GetBytes("100644 .git\0"), .. Convert.FromHexString(blob)], "hash-object", "-t", "tree", "-w", "--literally", "--stdin");
                world.Git(world.Remote, "update-ref", name, world.Git(world.Remote, "commit-tree", "-m", "bad", "-p", good, tree));
                break;
        }

        await ShouldBeRefusedAsync(good);
    }

    [Theory]
    [InlineData("eve/nested-aaaaaaaaaa")]
    [InlineData("no-random-part")]
    [InlineData("Upper-aaaaaaaaaa")]
    [InlineData("\u202eeve-aaaaaaaaaa")]
    [InlineData("@-aaaaaaaaaa")]
    public async Task A_ref_with_no_name_of_a_replica_is_named_and_passed_over(string name)
    {
        var good = await PrepareAsync();
        world.Git(world.Remote, "update-ref", World.Published(name), good);
        var outcome = await ada.SyncAsync();
        outcome.Rejected.Keys.ShouldBe([name]);
        (await ada.ShownAsync()).Keys.ShouldBe(["a", "b", "b2", "c", "c2"]);
    }

    [Fact]
    public async Task An_older_state_than_the_known_one_is_passed_over_without_a_word()
    {
        var good = await PrepareAsync();
        await ada.SyncAsync();
        world.Git(world.Remote, "update-ref", World.Published(await bob.ReplicaAsync()), good + "~1");
        var outcome = await ada.SyncAsync();
        outcome.Rejected.ShouldBeEmpty();
        outcome.Received.ShouldBeEmpty();
        (await ada.ShownAsync()).Keys.ShouldContain("b2");

        // And the newer one is put back.
        world.Git(world.Remote, "rev-parse", World.Published(await bob.ReplicaAsync())).ShouldBe(good);
    }

    [Fact]
    public async Task A_state_that_extends_another_line_than_the_known_one_is_refused()
    {
        var good = await PrepareAsync();
        await ada.SyncAsync();
        var linePath = PathOf(Line, await bob.ReplicaAsync());
        var line = world.Show(world.Remote, $"{good}:{linePath}");
        var header = world.Show(world.Remote, $"{good}:replica.json");
        var token = line.Split("\"token\":\"")[2][..26];
        var other = new string('a', 26);
        world.Forge(
            world.Remote,
            World.Published(await bob.ReplicaAsync()),
            good,
            World.Put(linePath, line.Replace(token, other, StringComparison.Ordinal)),
            World.Put("replica.json", header.Replace(token, other, StringComparison.Ordinal)));
        (await ada.SyncAsync()).Rejected.Values.Single().ShouldContain("two stores write under this name");
        (await ada.ShownAsync()).Keys.ShouldContain("b2");
    }

    [Fact]
    public async Task More_replicas_than_the_limit_are_refused_together()
    {
        await PrepareAsync();
        ada.Limits = ada.Limits with { RefsMax = 2 };
        (await Should.ThrowAsync<MemoryBackupException>(() => ada.SyncAsync())).ExitCode.ShouldBe(ExitCode.Limit);
    }

    [Fact]
    public async Task A_forged_state_of_somebody_that_the_remote_does_not_let_go_of_does_not_keep_the_own_state_from_going_out()
    {
        var good = await PrepareAsync();
        await ada.SyncAsync();
        var header = world.Show(world.Remote, $"{good}~1:replica.json");
        var name = World.Published(await bob.ReplicaAsync());

        // It says that it is the first state of that line, so it looks older than the known one, which is then pushed, and is no fast-forward.
        world.Git(world.Remote, "read-tree", $"{good}~1");
        var unrelated = world.Git(world.Remote, "commit-tree", "-m", "unrelated", world.Git(world.Remote, "write-tree"));
        header.ShouldContain("\"n\": 1");
        world.Git(world.Remote, "update-ref", name, unrelated);
        await ada.PutAsync(("new", "{}"));
        await ada.SyncAsync();
        (await carol.SyncAsync()).Received.ShouldContain(await ada.ReplicaAsync());
        (await carol.ShownAsync()).Keys.ShouldContain("new");
    }

    // Seen from Carol, Ada is somebody else, so that Carol did not look whether the removed writes of Ada's were ever made; and Ada looked again once they were.
    [Theory]
    [InlineData("1-50")]
    [InlineData("1,3")]
    [InlineData("9223372036854775806")]
    public async Task Writes_that_are_yet_to_be_made_cannot_be_removed_whoever_makes_them(string removed)
    {
        var good = await PrepareAsync();
        var (name, author) = (await bob.ReplicaAsync(), await ada.ReplicaAsync());
        var header = world.Show(world.Remote, $"{good}:replica.json");
        header.ShouldContain("\"removed\": {}");
        world.Forge(
            world.Remote,
            World.Published(name),
            good,
            World.Put("replica.json", header.Replace("\"removed\": {}", $"\"removed\": {{\n    \"{author}.1\": \"{removed}\"\n  }}", StringComparison.Ordinal)));
        (await carol.SyncAsync()).Rejected.Keys.ShouldBe([name]);
        foreach (var id in new[] { "a2", "a3", "a4" })
        {
            await ada.PutAsync((id, "{}"));
            (await ada.SyncAsync()).Rejected.Keys.ShouldBe([name]);
        }

        (await carol.SyncAsync()).Rejected.Keys.ShouldBe([name]);
        foreach (var station in new[] { ada, carol })
        {
            (await station.ShownAsync()).Keys.ShouldBe(["a", "a2", "a3", "a4", "b", "c", "c2"]);
        }
    }

    [Fact]
    public async Task Writes_of_somebody_whose_states_it_does_not_know_cannot_be_removed()
    {
        var good = await PrepareAsync();
        var name = await bob.ReplicaAsync();
        var header = world.Show(world.Remote, $"{good}:replica.json");
        world.Forge(world.Remote, World.Published(name), good, World.Put("replica.json", header.Replace("\"removed\": {}", "\"removed\": {\n    \"eve-aaaaaaaaaa.1\": \"1-50\"\n  }", StringComparison.Ordinal)));
        (await carol.SyncAsync()).Rejected.Values.Single().ShouldContain("knows no state of it");
    }

    [Fact]
    public async Task A_removal_whose_author_s_newest_state_is_not_at_hand_is_believed()
    {
        await PrepareAsync();
        await ada.PutAsync(("a2", "{}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await bob.DeleteAsync("a2");
        await bob.PushAsync();

        // The remote has lost Ada's newest state, and Carol never saw it.
        var adas = World.Published(await ada.ReplicaAsync());
        world.Git(world.Remote, "update-ref", adas, adas + "~1");
        (await carol.SyncAsync()).Rejected.ShouldBeEmpty();
        await ada.SyncAsync();
        await carol.SyncAsync();
        (await carol.ShownAsync()).Keys.ShouldBe(["a", "b", "b2", "c", "c2"]);
    }

    // Where a part of a replica's state stands in it.
    private static string PathOf(string part, string replica, long number = 1) => part == "replica.json" ? part : NumberedFile.Path(part, replica, number);

    // Ada knows a first state of Bob and Carol, and both have published a second one.
    private async Task<string> PrepareAsync()
    {
        await ada.PutAsync(("a", "{\"t\":1}"));
        await bob.PutAsync(("b", "{\"t\":1}"));
        await carol.PutAsync(("c", "{\"t\":1}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await carol.SyncAsync();
        await ada.SyncAsync();
        await bob.PutAsync(("b2", "{\"t\":1}"));
        await carol.PutAsync(("c2", "{\"t\":1}"));
        await bob.PushAsync();
        await carol.PushAsync();
        return world.Git(world.Remote, "rev-parse", World.Published(await bob.ReplicaAsync()));
    }

    private async Task ShouldBeRefusedAsync(string good)
    {
        var name = await bob.ReplicaAsync();
        var outcome = await ada.SyncAsync();
        outcome.Rejected.Keys.ShouldBe([name]);
        outcome.Rejected[name].ShouldNotBeEmpty();
        outcome.FormerName.ShouldBeNull();
        (await ada.ShownAsync()).Keys.ShouldBe(["a", "b", "c", "c2"]);
        new RemoteRecordsFile(ada.Path, "default").Read().Remotes.Values.Single().Rejected[name].Reason.ShouldBe(outcome.Rejected[name]);
        await ada.PutAsync(("still", "{}"));
        await ada.PushAsync();
        File.Delete(Path.Combine(world.Remote, World.Published(name)));
        world.Git(world.Remote, "update-ref", World.Published(name), good);
        ada.Limits = new StoreLimits();
        (await ada.SyncAsync()).Rejected.ShouldBeEmpty();
        (await ada.ShownAsync()).Keys.ShouldBe(["a", "b", "b2", "c", "c2", "still"]);
        new RemoteRecordsFile(ada.Path, "default").Read().Remotes.Values.Single().Rejected.ShouldBeEmpty();
    }
}
