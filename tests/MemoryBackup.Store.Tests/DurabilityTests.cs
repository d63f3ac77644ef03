using System.Diagnostics;
using System.Globalization;
using MemoryBackup.Git;
using MemoryBackup.Store.Tests.Infra;

namespace MemoryBackup.Store.Tests;

public sealed class DurabilityTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Nothing_acknowledged_is_missing_after_a_kill_and_the_next_write_needs_no_repair()
    {
        var ada = world.Station("ada");
        await ada.PutAsync(("first", "{}"));
        var acknowledged = new HashSet<string> { "first" };
        var random = new Random(7);
        var kills = Scale.Times(50);
        for (var round = 0; round < kills; round++)
        {
            acknowledged.UnionWith(await WriteAndKillAsync(ada.Path, $"r{round}", random.Next(0, 120)));
            var shown = await ada.ShownAsync();
            acknowledged.Except(shown.Keys).ShouldBeEmpty($"after kill {round}");
            if (round % 10 == 9)
            {
                await ada.PutAsync(($"mended-{round}", "{}"));
                acknowledged.Add($"mended-{round}");
                await ShouldBePublishedAsync(ada);
            }
        }

        world.Git(ada.Path, "fsck", "--no-dangling");
        await ada.SyncAsync();
        var bob = world.Station("bob");
        await bob.SyncAsync();
        (await bob.ShownAsync()).ShouldBe(await ada.ShownAsync());
        acknowledged.Count.ShouldBeGreaterThan(kills);
    }

    [Theory]
    [InlineData("local")]
    [InlineData("published")]
    [InlineData("known")]
    [InlineData("incoming")]
    public async Task A_lock_that_a_killed_git_left_is_no_obstacle(string which)
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("a", "{}"));
        await bob.PutAsync(("b", "{}"));
        await bob.SyncAsync();
        var name = which switch
        {
            "local" => "refs/memory-backup/default/local",
            "published" => World.Published(await ada.ReplicaAsync()),
            "known" => $"refs/memory-backup/default/known/{await bob.ReplicaAsync()}",
            _ => $"refs/memory-backup/default/incoming/{Exchange.RemoteId.Of(world.Remote)}/{await bob.ReplicaAsync()}",
        };
        var file = Path.Combine(ada.Path, name + ".lock");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await ada.PutAsync(("a2", "{}"));
        await ada.SyncAsync();
        (await ada.ShownAsync()).Keys.ShouldBe(["a", "a2", "b"]);
        File.Exists(file).ShouldBeFalse();
    }

    [Theory]
    [InlineData("lags")]
    [InlineData("leads")]
    [InlineData("is missing")]
    public async Task A_published_ref_that_is_not_where_the_local_one_is_counts_for_nothing_and_is_put_right(string how)
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("a", "{}"));
        await ada.PutAsync(("b", "{}"));
        var name = World.Published(await ada.ReplicaAsync());
        string[] change = how switch
        {
            "lags" => ["update-ref", name, name + "~1"],
            "leads" => ["update-ref", name, world.Git(ada.Path, "commit-tree", "-p", name, "-m", "ahead", name + "^{tree}")],
            _ => ["update-ref", "-d", name],
        };
        world.Git(ada.Path, change);
        await bob.PutAsync(("x", "{}"));
        await bob.SyncAsync();
        await ada.SyncAsync();
        await ShouldBePublishedAsync(ada);
        (await ada.ShownAsync()).Keys.ShouldBe(["a", "b", "x"]);
        await bob.SyncAsync();
        (await bob.ShownAsync()).Keys.ShouldBe(["a", "b", "x"]);
    }

    [Fact]
    public async Task Objects_refs_and_their_folders_are_synced_before_a_write_is_acknowledged()
    {
        var ada = world.Station("ada");
        await ada.PutAsync(("first", "{}"));
        var trace = Path.Combine(world.Folder, "trace");
        Assert.SkipUnless(
            File.Exists("/usr/bin/strace") && Process.Start(new ProcessStartInfo("strace", ["-o", "/dev/null", "true"]) { RedirectStandardError = true }) is { } probe && Exits(probe),
            "strace is not installed, or may not trace.");
        using var writer = world.Writer(
            ada.Path,
            "w",
            1,
            "strace", "-f", "-y", "-s", "200", "-o", trace, "-e", "trace=fsync,fdatasync,rename,renameat,renameat2,link,linkat,write");
        var output = await writer.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
        output.ShouldContain("w-1");
        var lines = await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken);
        var acknowledged = Array.FindIndex(lines, line => line.Contains("write(", StringComparison.Ordinal) && line.Contains("w-1\\n", StringComparison.Ordinal));
        acknowledged.ShouldBeGreaterThan(0);
        var before = lines[..acknowledged];
        var local = Path.Combine(ada.Path, "refs/memory-backup/default/local");
        var moved = Last(before, line => IsMove(line, local));
        moved.ShouldBeGreaterThan(0);
        Last(before, line => IsSync(line, local + ".lock")).ShouldBeInRange(0, moved);
        Last(before, line => IsSync(line, Path.GetDirectoryName(local)!)).ShouldBeGreaterThan(moved);
        var objects = before.Select((line, i) => (line, i)).Where(traced => IsNewObject(traced.line, ada.Path)).ToList();
        objects.ShouldNotBeEmpty();
        foreach (var (line, i) in objects)
        {
            i.ShouldBeLessThan(moved, line);
            var name = line.Split('"')[^2];
            var folder = name[..name.LastIndexOf('/')];
            Last(before, synced => IsSync(synced, Path.GetFullPath(folder, ada.Path))).ShouldBeGreaterThan(i, $"{folder} is synced after {line}");
        }

        before.Count(line => line.Contains("sync(", StringComparison.Ordinal) && line.Contains("/objects/", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(objects.Count);
    }

    [Fact]
    public async Task A_full_disk_leaves_the_last_state_and_the_next_write_works()
    {
        var mount = Directory.CreateDirectory(Path.Combine(world.Folder, "small")).FullName;
        Assert.SkipUnless(Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", mount), "A small file system cannot be mounted.");
        try
        {
            var ada = world.Station("ada", path: Path.Combine(mount, "store.git"));
            await ada.PutAsync(("first", "{}"));
            var ballast = Path.Combine(mount, "ballast");
            var filled = 0;
            for (var free = 200; free >= 0; free -= 20)
            {
                Fill(ballast, free * 1024);
                try
                {
                    await ada.PutAsync(($"e{free}", $"{{\"t\":\"{Noise(60_000)}\"}}"));
                }
                catch (GitException error)
                {
                    error.Kind.ShouldBe(GitFailure.DiskFull, error.Output);
                    filled++;
                }

                (await ada.ShownAsync()).Keys.ShouldContain("first");
                File.Delete(ballast);
            }

            filled.ShouldBeGreaterThan(0);
            await ada.PutAsync(("last", "{}"));
            (await ada.ShownAsync()).Keys.ShouldContain("last");
            await ShouldBePublishedAsync(ada);
        }
        finally
        {
            // A reader of objects may still be ending.
            for (var left = 100; !Run("umount", mount) && left > 0; left--)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    private static bool Exits(Process process)
    {
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static bool Run(string program, params string[] arguments) =>
        Exits(Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!);

    private static string Noise(int length) => new(Random.Shared.GetItems<char>("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", length));

    private static void Fill(string file, int left)
    {
        using var stream = File.Create(file);
        try
        {
            while (true)
            {
                stream.Write(new byte[4096]);
                stream.Flush();
            }
        }
        catch (IOException)
        {
        }

        var length = new FileInfo(file).Length;
        stream.SetLength(Math.Max(0, length - left));
    }

    private static int Last(string[] lines, Predicate<string> condition) => Array.FindLastIndex(lines, condition);

    private static bool IsSync(string line, string path) => line.Contains("sync(", StringComparison.Ordinal) && line.Contains($"<{path}>", StringComparison.Ordinal);

    private static bool IsMove(string line, string to) => line.Contains("rename", StringComparison.Ordinal) && line.Contains(Path.GetFileName(to) + "\"", StringComparison.Ordinal) && line.Contains(".lock\"", StringComparison.Ordinal);

    private static bool IsNewObject(string line, string store) =>
        (line.Contains("link(", StringComparison.Ordinal) || line.Contains("rename", StringComparison.Ordinal))
        && line.Contains("objects/", StringComparison.Ordinal)
        && !line.Contains("= -1", StringComparison.Ordinal)
        && store.Length > 0;

    private static async Task ShouldBePublishedAsync(Station station)
    {
        await using var store = await station.LoadAsync();
        (await store.Repository.TryResolveAsync(store.Refs.PublishedBy(store.Local.Replica), TestContext.Current.CancellationToken)).ShouldBe(store.Own!.Commit);
    }

    // Kills the writer's whole group a moment after its first write.
    private async Task<List<string>> WriteAndKillAsync(string store, string name, int delayMilliseconds)
    {
        using var writer = world.Writer(store, name, 10_000);
        var lines = new List<string>();
        lines.Add((await writer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);
        var rest = writer.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await Task.Delay(delayMilliseconds, TestContext.Current.CancellationToken);
        Run("kill", "-9", "--", string.Create(CultureInfo.InvariantCulture, $"-{writer.Id}")).ShouldBeTrue();
        await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
        var complete = (await rest).Split('\n')[..^1];
        return [.. lines, .. complete];
    }
}
