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

    private static IEnumerable<string> Ids(Host host) => host.Lines.Select(line => line.Split('"')[3]).Order();

    // The whole process group goes at once, as when a machine or a container stops.
    private static async Task SyncAndKillAsync(Host host, TimeSpan after)
    {
        var start = new ProcessStartInfo("setsid", ["--wait", Infra.Program.FilePath, "sync", host.FileName])
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
