using System.Diagnostics;
using ProductionScenarios.Infra;

namespace ProductionScenarios;

/// <summary>The program is killed at random moments, Git and all, while it syncs.</summary>
public sealed class KilledTests : IDisposable
{
    private const int Kills = 25;
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task After_each_kill_the_next_run_needs_no_repair_and_nothing_acknowledged_is_missing()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await world.InitRemoteAsync();
        var (ada, bob) = (await world.HostAsync("ada"), await world.HostAsync("bob"));
        ada.Lines = ["""{"id":"ada-0"}"""];
        bob.Lines = ["""{"id":"bob-0"}"""];
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await bob.SyncAsync()).ShouldExitWith(0);
        var typical = Stopwatch.StartNew();
        (await ada.SyncAsync()).ShouldExitWith(0);
        typical.Stop();
        var expected = new HashSet<string> { "ada-0", "bob-0" };
        var kills = Kills * int.Parse(Environment.GetEnvironmentVariable("MEMORY_BACKUP_TEST_SCALE") ?? "1");
        for (var i = 1; i <= kills; i++)
        {
            bob.Lines = [.. bob.Lines, $$"""{"id":"bob-{{i}}"}"""];
            (await bob.SyncAsync()).ShouldExitWith(0);
            ada.Lines = [.. ada.Lines, $$"""{"id":"ada-{{i}}"}"""];
            expected.UnionWith([$"ada-{i}", $"bob-{i}"]);
            await SyncAndKillAsync(ada, TimeSpan.FromMilliseconds(random.Next((int)typical.ElapsedMilliseconds + 50)));
            (await ada.SyncAsync()).ShouldExitWith(0);
            Ids(ada).ShouldBe(expected.Order(), $"seed {seed}, kill {i}");
        }

        (await bob.SyncAsync()).ShouldExitWith(0);
        Ids(bob).ShouldBe(expected.Order());
        Directory.EnumerateFiles(ada.Home, ".*.memory-backup*").ShouldBeEmpty();
        (await world.GitAsync("--git-dir", ada.Store, "fsck", "--strict", "--no-dangling")).ShouldExitWith(0);
    }

    [Fact]
    public async Task A_shortening_of_history_that_is_killed_has_happened_or_has_not()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await world.InitRemoteAsync();
        var (ada, bob) = (await world.HostAsync("ada"), await world.HostAsync("bob"));
        for (var i = 0; i < 12; i++)
        {
            ada.Lines = [.. Enumerable.Range(0, i + 1).Select(line => $$"""{"id":"ada-{{line}}","v":{{i}}}""")];
            (await ada.SyncAsync("--offline")).ShouldExitWith(0);
        }

        // Twelve publications of ten days ago; what was then counts now.
        await ShellAsync(ada.Store, "git fast-export --all | sed -E 's/^((author|committer) .*>) [0-9]+/\\1 '$(($(date +%s) - 864000))'/' | git fast-import --quiet --force");
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await bob.SyncAsync()).ShouldExitWith(0);
        var template = Path.Combine(world.Folder, "template");
        await ShellAsync(world.Folder, $"mkdir {template} && cp -a {ada.Store} {template}/store && cp -a {world.Remote} {template}/remote");
        var typical = Stopwatch.StartNew();
        (await ada.RunAsync("compact", "--keep", "1d")).ShouldExitWith(0);
        typical.Stop();
        var kills = Kills / 3 * int.Parse(Environment.GetEnvironmentVariable("MEMORY_BACKUP_TEST_SCALE") ?? "1");
        for (var i = 1; i <= kills; i++)
        {
            await ShellAsync(world.Folder, $"rm -rf {ada.Store} {world.Remote} && cp -a {template}/store {ada.Store} && cp -a {template}/remote {world.Remote}");
            await RunAndKillAsync(ada, TimeSpan.FromMilliseconds(random.Next((int)typical.ElapsedMilliseconds + 50)), "compact", "--keep", "1d");
            (await ada.SyncAsync()).ShouldExitWith(0);
            (await ada.RunAsync("compact", "--keep", "1d")).ShouldExitWith(0);
            Ids(ada).Count().ShouldBe(12, $"seed {seed}, kill {i}");
            (await ada.SyncAsync()).Json.GetProperty("received").ToString().ShouldBe("""{"added":[],"changed":[],"deleted":[]}""");
            foreach (var repository in (string[])[ada.Store, world.Remote])
            {
                var replica = (await world.GitAsync("--git-dir", repository, "for-each-ref", "--format=%(refname)", "refs/heads/memory/default/ada-*")).Output.Trim();
                (await world.GitAsync("--git-dir", repository, "rev-list", "--count", replica)).Output.Trim().ShouldBe("2", $"seed {seed}, kill {i}");
            }
        }

        (await world.GitAsync("--git-dir", ada.Store, "fsck", "--strict", "--no-dangling")).ShouldExitWith(0);
    }

    [Fact]
    public async Task Forgetting_that_is_killed_anywhere_is_finished_by_the_next_run()
    {
        const string secret = "hunter2-s3cret";
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await world.InitRemoteAsync();
        var (ada, bob) = (await world.HostAsync("ada"), await world.HostAsync("bob"));
        for (var i = 0; i < 6; i++)
        {
            ada.Lines = [$$"""{"id":"key","text":"{{secret}}-{{i}}"}""", .. Enumerable.Range(0, i + 1).Select(line => $$"""{"id":"ada-{{line}}","v":{{i}}}""")];
            (await ada.SyncAsync()).ShouldExitWith(0);
            (await bob.SyncAsync()).ShouldExitWith(0);
        }

        var template = Path.Combine(world.Folder, "template");
        await ShellAsync(world.Folder, $"mkdir {template} && cp -a {ada.Store} {template}/ada && cp -a {bob.Store} {template}/bob && cp -a {world.Remote} {template}/remote && cp -p {ada.File} {template}/ada.jsonl && cp -p {bob.File} {template}/bob.jsonl");
        var typical = Stopwatch.StartNew();
        (await ada.RunAsync("forget", "key", "--yes")).ShouldExitWith(0);
        typical.Stop();
        var kills = Kills / 6 * int.Parse(Environment.GetEnvironmentVariable("MEMORY_BACKUP_TEST_SCALE") ?? "1");
        for (var i = 1; i <= kills; i++)
        {
            await ShellAsync(world.Folder, $"rm -rf {ada.Store} {bob.Store} {world.Remote} && cp -a {template}/ada {ada.Store} && cp -a {template}/bob {bob.Store} && cp -a {template}/remote {world.Remote} && cp -p {template}/ada.jsonl {ada.File} && cp -p {template}/bob.jsonl {bob.File}");
            await RunAndKillAsync(ada, TimeSpan.FromMilliseconds(random.Next((int)typical.ElapsedMilliseconds + 50)), "forget", "key", "--yes");
            var again = await ada.RunAsync("forget", "key", "--yes");
            again.ExitCode.ShouldBeOneOf(0, 3); // 3: it is done, and there is no such entry any more.
            await SyncAndKillAsync(bob, TimeSpan.FromMilliseconds(random.Next((int)typical.ElapsedMilliseconds + 50)));
            (await ada.SyncAsync()).ShouldExitWith(0);
            var last = (await bob.SyncAsync()).ShouldExitWith(0);
            await ShellAsync(world.Folder, $"git --git-dir {world.Remote} gc --quiet --prune=now");
            foreach (var host in (Host[])[ada, bob])
            {
                Ids(host).ShouldBe(Enumerable.Range(0, 6).Select(line => $"ada-{line}"), $"seed {seed}, kill {i}");
                await ShellAsync(host.Home, $"! git --git-dir {host.Store} cat-file --batch --batch-all-objects | grep -a -q {secret}", $"seed {seed}, kill {i}, {host.Name}: {last.Output} {last.Error}");
                await ShellAsync(host.Home, $"! grep -a -r -q {secret} {host.Store} {host.File}", $"seed {seed}, kill {i}, {host.Name}: {last.Output} {last.Error}");
            }

            await ShellAsync(world.Folder, $"! git --git-dir {world.Remote} cat-file --batch --batch-all-objects | grep -a -q {secret}", $"seed {seed}, kill {i}, remote");
        }

        (await world.GitAsync("--git-dir", ada.Store, "fsck", "--strict", "--no-dangling")).ShouldExitWith(0);
        (await world.GitAsync("--git-dir", bob.Store, "fsck", "--strict", "--no-dangling")).ShouldExitWith(0);
    }

    private static async Task ShellAsync(string folder, string script, string? what = null)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-ec", script]) { WorkingDirectory = folder })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, what ?? script);
    }

    private static IEnumerable<string> Ids(Host host) => host.Lines.Select(line => line.Split('"')[3]).Order();

    // The whole process group goes at once, as when a machine or a container stops.
    private static Task SyncAndKillAsync(Host host, TimeSpan after) => RunAndKillAsync(host, after, "sync", host.FileName);

    private static async Task RunAndKillAsync(Host host, TimeSpan after, params string[] arguments)
    {
        var start = new ProcessStartInfo("setsid", ["--wait", Infra.Program.FilePath, .. arguments])
        {
            WorkingDirectory = host.Home,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HOME"] = host.Home },
        };
        using var process = Process.Start(start)!;
        await Task.Delay(after, TestContext.Current.CancellationToken);
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
