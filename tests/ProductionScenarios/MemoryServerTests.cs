using System.Collections.Concurrent;
using MemoryBackup.Evidence;
using ProductionScenarios.Infra;

namespace ProductionScenarios;

/// <summary>The memory of the real reference server is read, merged, written back, and read by the server as its own.</summary>
public sealed class MemoryServerTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Two_servers_on_two_hosts_see_each_others_entities_observations_and_relations()
    {
        await world.InitRemoteAsync();
        var (ada, bob) = (await world.HostAsync("ada"), await world.HostAsync("bob"));
        await using var adas = await MemoryServer.StartAsync(ada.File);
        await using var bobs = await MemoryServer.StartAsync(bob.File);
        await adas.CreateEntityAsync("Ada", "person", "writes", "thinks é ☃");
        await adas.CreateEntityAsync("Engine", "machine");
        await adas.CreateRelationAsync("Ada", "programs", "Engine");
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await bob.SyncAsync()).ShouldExitWith(0);
        (await bobs.ReadGraphAsync())["Ada"].ShouldBe(["writes", "thinks é ☃"]);

        await bobs.AddObservationsAsync("Ada", "by bob");
        await adas.AddObservationsAsync("Ada", "by ada");
        await bobs.DeleteEntityAsync("Engine");
        (await bob.SyncAsync()).ShouldExitWith(0);
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await bob.SyncAsync()).ShouldExitWith(0);
        var (graphOfAda, graphOfBob) = (await adas.ReadGraphAsync(), await bobs.ReadGraphAsync());
        graphOfAda.Keys.ShouldBe(["Ada"]);
        graphOfAda["Ada"].Order().ShouldBe(["by ada", "by bob", "thinks é ☃", "writes"]);
        graphOfBob["Ada"].Order().ShouldBe(graphOfAda["Ada"].Order());
    }

    [Fact]
    public async Task What_a_server_writes_while_syncs_run_is_never_lost()
    {
        await world.InitRemoteAsync();
        var (ada, bob) = (await world.HostAsync("ada"), await world.HostAsync("bob"));
        await using var adas = await MemoryServer.StartAsync(ada.File);
        await using var bobs = await MemoryServer.StartAsync(bob.File);
        const int entities = 40;
        using var writing = new CancellationTokenSource();
        var syncs = Task.WhenAll(SyncUntilAsync(ada, writing.Token), SyncUntilAsync(bob, writing.Token));
        for (var i = 0; i < entities; i++)
        {
            await Task.WhenAll(adas.CreateEntityAsync($"ada-{i}", "thing", $"{i}"), bobs.CreateEntityAsync($"bob-{i}", "thing", $"{i}"));
        }

        await writing.CancelAsync();
        await syncs;
        foreach (var host in new[] { ada, bob, ada, bob })
        {
            (await host.SyncAsync()).ShouldExitWith(0);
        }

        var expected = Enumerable.Range(0, entities).SelectMany(i => new[] { $"ada-{i}", $"bob-{i}" }).Order().ToArray();

        // The server itself loses what is written between its read and its write, also when the writer is a sync: those entities are
        // in the store's memory only if the file ever held them at rest. What a sync brought must be back after the rounds above.
        (await adas.ReadGraphAsync()).Keys.Order().ShouldBe(expected);
        (await bobs.ReadGraphAsync()).Keys.Order().ShouldBe(expected);
    }

    [Fact]
    public async Task Of_two_servers_at_one_file_no_sync_loses_what_the_file_held()
    {
        await world.InitRemoteAsync();
        var (ada, bob) = (await world.HostAsync("ada"), await world.HostAsync("bob"));
        await using var first = await MemoryServer.StartAsync(ada.File);
        await using var second = await MemoryServer.StartAsync(ada.File);
        await using var bobs = await MemoryServer.StartAsync(bob.File);
        using var writing = new CancellationTokenSource();
        var held = new ConcurrentDictionary<string, bool>();
        var loops = new[] { ada, ada, bob }.Select(host => RecordUntilAsync(host, held, writing.Token)).ToList();
        var created = Scale.Times(20);
        for (var i = 0; i < created; i++)
        {
            await Task.WhenAll(first.CreateEntityAsync($"first-{i}", "thing"), second.CreateEntityAsync($"second-{i}", "thing"), bobs.CreateEntityAsync($"bob-{i}", "thing"));
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }

        await writing.CancelAsync();
        var runs = (await Task.WhenAll(loops)).Sum();
        foreach (var host in new[] { ada, bob, ada, bob })
        {
            (await RecordAsync(host, held)).ShouldExitWith(0);
        }

        // Two servers that save at once lose one another's entities before any sync sees them. What a sync did see is there, but for the few of which a
        // server's save of an older state looks like a delete (docs/correctness.md, "Known limits", with the same bounds): those are in history.
        var (graphOfAda, graphOfBob) = (await first.ReadGraphAsync(), await bobs.ReadGraphAsync());
        held.Count.ShouldBeGreaterThan(created);
        var mistaken = held.Keys.Except(graphOfAda.Keys).ToList();
        mistaken.Count.ShouldBeLessThanOrEqualTo(1 + (held.Count * 4 / 100), string.Join(", ", mistaken));
        foreach (var key in mistaken)
        {
            (await ada.RunAsync("history", key)).ShouldExitWith(0).Output.ShouldContain("deleted");
        }

        Tried.Add("entity that syncs saw and took for deleted, found in history", mistaken.Count);
        graphOfBob.Keys.Order().ShouldBe(graphOfAda.Keys.Order());
        Tried.Add("entity of three servers that syncs saw", held.Count);
        Tried.Add("sync beside two servers at one file", runs);
    }

    // Every sync tells what it found new in the file: that much is acknowledged.
    private static async Task<Outcome> RecordAsync(Host host, ConcurrentDictionary<string, bool> held)
    {
        var outcome = await host.SyncAsync();
        foreach (var key in outcome.ShouldExitWith(0).Json.GetProperty("recorded").GetProperty("added").EnumerateArray())
        {
            held[key.GetString()!] = true;
        }

        return outcome;
    }

    private static async Task<int> RecordUntilAsync(Host host, ConcurrentDictionary<string, bool> held, CancellationToken ended)
    {
        var runs = 0;
        while (!ended.IsCancellationRequested)
        {
            if (File.Exists(host.File))
            {
                await RecordAsync(host, held);
                runs++;
            }

            await Task.Yield();
        }

        return runs;
    }

    private static async Task SyncUntilAsync(Host host, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            if (File.Exists(host.File))
            {
                (await host.SyncAsync()).ShouldExitWith(0);
            }

            await Task.Yield();
        }
    }
}
