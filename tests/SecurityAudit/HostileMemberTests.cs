using MemoryBackup.Evidence;
using MemoryBackup.SecurityAudit.Infra;
using MemoryBackup.Store.Format;
using ProductionScenarios.Infra;

namespace MemoryBackup.SecurityAudit;

/// <summary>
/// Somebody who may push to the remote pushes what no program of ours would: the real program takes what is good, tells what is not, and goes on. The rules of
/// single states are tried one by one beside the store (HostileRefTests).
/// </summary>
public sealed class HostileMemberTests : IDisposable
{
    // What the program may hold in memory while somebody tries to fill it: half a gigabyte, told to the runtime in hex.
    private const string HeapMax = "20000000";

    private readonly World world = new();

    public void Dispose() => world.Dispose();

    public static TheoryData<string> Bombs => ["blanks", "many small versions", "deep", "many members", "many carried values", "long line", "many files"];

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task A_state_that_unpacks_to_very_much_is_refused_with_bounded_memory(string bomb)
    {
        var (ada, forgery, bob) = await PreparedAsync();
        var entries = await forgery.ShowAsync(bob, Forgery.Entries(bob)) + "\n";
        var line = entries[..entries.IndexOf('\n', StringComparison.Ordinal)];
        switch (bomb)
        {
            case "blanks":
                // A few hundred kilobytes on the wire.
                await forgery.ShellAsync($$"""
                    blob=$(head -c 300000000 /dev/zero | tr '\0' ' ' | git --git-dir remote.git hash-object -w --stdin) &&
                    tree=$(printf '100644 blob %s\t{{NumberedFile.Name("entries", bob, 1)}}\n' $blob | git --git-dir remote.git mktree) && ref=$(git --git-dir remote.git for-each-ref --format='%(refname)' 'refs/heads/memory/default/bob-*') &&
                    root=$(git --git-dir remote.git ls-tree $ref | sed "s/tree [0-9a-f]*\tentries/tree $tree\tentries/" | git --git-dir remote.git mktree) &&
                    git --git-dir remote.git -c user.name=eve -c user.email=e@e update-ref $ref $(git --git-dir remote.git -c user.name=eve -c user.email=e@e commit-tree -m bomb -p $ref $root)
                    """);
                break;
            case "many small versions":
                await forgery.CommitAsync(bob, (Forgery.Entries(bob, 2), string.Concat(Enumerable.Repeat(line + "\n", 200_000))));
                break;
            case "deep":
                await forgery.CommitAsync(bob, (Forgery.Entries(bob), line[..^1] + ",\"x\":" + new string('[', 200_000) + new string(']', 200_000) + "}\n"));
                break;
            case "many members":
                await forgery.CommitAsync(bob, (Forgery.Entries(bob), line[..^1] + string.Concat(Enumerable.Range(0, 300_000).Select(i => $",\"m{i}\":{i}")) + ",\"m1\":1}\n"));
                break;
            case "many carried values":
                var carried = string.Join(',', Enumerable.Range(1, 100_000).Select(i => $"{{\"unique_id\":\"{bob}.1:{i}\",\"timestamp\":\"2026-01-01T00:00:00.0000000Z\",\"shown\":[\"/id\"]}}"));
                await forgery.PublishAsync(bob, onto: null, versions => versions.Replace("\"},", $"\",\"carried\":[{carried}]}},", StringComparison.Ordinal));
                break;
            case "long line":
                await forgery.CommitAsync(bob, (Forgery.Line(bob), string.Concat(Enumerable.Range(1, 300_000).Select(n => $"{{\"n\":{n},\"token\":\"{new string('a', 26)}\",\"sequences\":{{}}}}\n"))));
                break;
            default:
                await forgery.CommitAsync(bob, [.. Enumerable.Range(2, 5_000).Select(i => (Forgery.Entries(bob, i), line + "\n"))]);
                break;
        }

        ada.Variables["DOTNET_GCHeapHardLimit"] = HeapMax;
        ada.Lines = [.. ada.Lines, """{"id":"new"}"""];
        var outcome = (await ada.SyncAsync("--git-timeout-seconds", "120")).ShouldExitWith(0).ShouldBeHarmless(bomb);
        var rejected = outcome.Json.GetProperty("remotes")[0].GetProperty("rejected").EnumerateObject().Select(one => one.Name);

        // Many values of one element are in order, only unusual.
        rejected.ShouldBe(bomb == "many carried values" ? [] : [bob]);
        (await File.ReadAllTextAsync(ada.File, TestContext.Current.CancellationToken)).ShouldContain("from bob");
        Tried.Add("bomb in a state");
    }

    // The tip is in order; what stands behind it was never looked at when it came.
    [Theory]
    [InlineData("garbage")]
    [InlineData("nothing")]
    [InlineData("a tree in the place of a file")]
    [InlineData("other replica")]
    [InlineData("no versions")]
    [InlineData("greater dots")]
    public async Task A_forged_past_behind_a_good_state_stops_no_command(string past)
    {
        var (ada, forgery, bob) = await PreparedAsync();
        var files = new List<(string Path, string Content)>();
        foreach (var file in new[] { "replica.json", Forgery.Entries(bob), Forgery.Line(bob) })
        {
            files.Add((file, await forgery.ShowAsync(bob, file) + "\n"));
        }

        (string Path, string Content)[] forged = past switch
        {
            "garbage" => [("replica.json", "\u001b[31m{"), (Forgery.Entries(bob), "garbage\n"), (Forgery.Line(bob), "\0")],
            "nothing" => [("x", "")],
            "a tree in the place of a file" => [("replica.json/x", "x"), (Forgery.Entries(bob) + "/x", "x"), ("line", "x")],
            "other replica" => [.. files.Select(file => (file.Path, file.Content.Replace(bob, "eve-aaaaaaaaaa", StringComparison.Ordinal)))],
            "no versions" => [files[0], files[2], (Forgery.Entries(bob), "\n")],
            _ => [files[0], files[2], (Forgery.Entries(bob), files[1].Content.Replace(".1:1\"", ".1:9999\"", StringComparison.Ordinal))],
        };

        // The next publication is in its own right: its number, token and line are in order.
        var good = await forgery.GitAsync("rev-parse", $"refs/heads/memory/default/{bob}");
        await forgery.CommitAsync(bob, onto: null, forged);
        var behind = await forgery.GitAsync("rev-parse", $"refs/heads/memory/default/{bob}");
        await forgery.GitAsync("update-ref", $"refs/heads/memory/default/{bob}", good);
        await forgery.PublishAsync(bob, behind, entries => entries);
        var outcome = (await ada.SyncAsync()).ShouldExitWith(0);
        outcome.Json.GetProperty("remotes")[0].GetProperty("received").EnumerateArray().Select(replica => replica.GetString()).ShouldBe([bob], past);
        string[] commands =
        [
            "history", "history --limit 0 --json", "history new", "diff --from 2d", "diff --from 2026-01-01", $"diff --from {behind}", "status", "conflicts", "restore --at now --output r.json",
            "restore --at 2026-01-01 --output r.json", $"restore --at {behind} --output r.json", "restore --entry new --dry-run",
            "verify --quick", "verify --laws", "doctor", "revert --host bob --dry-run", "checkpoint create now", "compact --keep 36h --dry-run", $"retire {bob} --force --dry-run",
        ];
        foreach (var command in Scale.Factor > 1 ? commands : Random.Shared.GetItems(commands, 5))
        {
            outcome = await ada.RunAsync(command.Split(' '));
            outcome.ExitCode.ShouldBeInRange(0, 7, command);
            outcome.Error.ShouldNotContain("fault of this program", Case.Sensitive, $"{past}: {command}");
            (outcome.Output + outcome.Error).ShouldAllBe(c => c == '\n' || !char.IsControl(c), command);
            Tried.Add("command over a forged past");
        }
    }

    // The key of a version is not what its entry says. Written into a file and read back, it must not grow, nor take another entry away.
    [Theory]
    [InlineData("""["id","a"]""")]
    [InlineData("""["entity","x"]""")]
    [InlineData("""["document"]""")]
    [InlineData("""["in","/notes","id",1]""")]
    [InlineData("""["value","00000000000000000000000000000000"]""")]
    [InlineData("""["id",1.0]""")]
    public async Task A_version_under_a_foreign_key_takes_no_other_entry_away(string key)
    {
        var (ada, forgery, bob) = await PreparedAsync();
        await forgery.PublishAsync(bob, onto: null, entries => entries.Replace("[\"id\",\"from bob\"]", key, StringComparison.Ordinal));
        var sizes = new List<int>();
        for (var round = 0; round < 4; round++)
        {
            (await ada.SyncAsync("--accept-deletes")).ShouldBeHarmless(key).ExitCode.ShouldBeOneOf(0, 3);
            sizes.Add(ada.Lines.Length);
            ada.Lines.ShouldContain(text => text.Contains("\"a\"", StringComparison.Ordinal), key);
        }

        sizes[^1].ShouldBe(sizes[1], $"{key}: each round changes the file");
        Tried.Add("version under a foreign key");
    }

    [Fact]
    public async Task Hundreds_of_refs_that_are_no_states_hold_nobody_up_and_too_many_are_a_limit()
    {
        var (ada, forgery, bob) = await PreparedAsync();
        var tip = await forgery.GitAsync("rev-parse", $"refs/heads/memory/default/{bob}");
        const int count = 300;
        var updates = string.Concat(Enumerable.Range(0, count).Select(i => $"create refs/heads/memory/default/junk{i}-aaaaaaaaaa {tip}\n"));
        var file = Path.Combine(world.Folder, "updates");
        await File.WriteAllTextAsync(file, updates, TestContext.Current.CancellationToken);
        await forgery.ShellAsync($"git --git-dir remote.git update-ref --stdin < '{file}'");
        ada.Lines = [.. ada.Lines, """{"id":"new"}"""];
        var outcome = (await ada.SyncAsync()).ShouldExitWith(0).ShouldBeHarmless("junk");
        outcome.Json.GetProperty("remotes")[0].GetProperty("rejected").EnumerateObject().Count().ShouldBe(count);
        (await ada.SyncAsync("--max-refs", "100")).ShouldExitWith(4).ShouldBeHarmless("junk");
        Tried.Add("ref that is no state", count);
    }

    // The predecessor's files lie on a branch that anybody may have committed to.
    [Fact]
    public async Task Files_of_the_predecessor_with_hostile_names_steer_nothing()
    {
        var host = world.Host("ada");
        var repository = Path.Combine(host.Home, "work");
        (await world.GitAsync("init", "--quiet", "--initial-branch=main", repository)).ShouldExitWith(0);
        var names = new[] { "memory-\u001b[31mred.json", "memory-\u202etxt.json", "memory---output=x.json", "memory-..json", "memory-$(touch RAN).json", "memory-a\nb.json", "memory-.json" };
        foreach (var name in names)
        {
            await File.WriteAllTextAsync(Path.Combine(repository, name), """[{"id":"x","_crdt_metadata":{"host":"\u001b[31m","timestamp":"2026-01-01T00:00:00Z","version":1,"unique_id":"\u202e"}}]""", TestContext.Current.CancellationToken);
        }

        File.CreateSymbolicLink(Path.Combine(repository, "memory-link.json"), "/etc/passwd");
        (await world.GitAsync("-C", repository, "add", "--all")).ShouldExitWith(0);
        (await world.GitAsync("-C", repository, "commit", "--quiet", "--message=x")).ShouldExitWith(0);
        (await host.RunAsync("--merge", "--output", "out.json", "--repo", repository, "--log-level", "debug")).ShouldExitWith(0).ShouldBeHarmless("predecessor");
        (await File.ReadAllTextAsync(Path.Combine(host.Home, "out.json"), TestContext.Current.CancellationToken)).ShouldNotContain("root:");
        Directory.EnumerateFiles(host.Home, "RAN*").ShouldBeEmpty();
        Tried.Add("hostile name of a predecessor's file", names.Length + 1);
    }

    // Ada and Bob have one entry each and know of each other.
    private async Task<(Host Ada, Forgery Forgery, string Bob)> PreparedAsync()
    {
        await world.InitRemoteAsync();
        var ada = await world.HostAsync("ada");
        var bob = await world.HostAsync("bob");
        bob.Lines = ["""{"id":"from bob"}"""];
        (await bob.SyncAsync()).ShouldExitWith(0);
        ada.Lines = ["""{"id":"a"}"""];
        (await ada.SyncAsync()).ShouldExitWith(0);
        var forgery = new Forgery(world);
        return (ada, forgery, await forgery.ReplicaAsync("bob"));
    }
}
