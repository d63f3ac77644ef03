using ProductionScenarios.Infra;

namespace ProductionScenarios;

/// <summary>A memory that was kept by the script, taken over by two machines.</summary>
public sealed class ImportTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task What_the_script_left_is_taken_over_once_and_stays_deleted_where_it_was_deleted()
    {
        await world.InitRemoteAsync();
        var old = Directory.CreateDirectory(Path.Combine(world.Folder, "old")).FullName;
        foreach (var (name, value, year) in new[] { ("ada", 1, 2020), ("bob", 2, 2021) })
        {
            await File.WriteAllTextAsync(
                Path.Combine(old, $"memory-{name}.json"),
                $$$"""[{"id":"shared","v":{{{value}}},"_crdt_metadata":{"host":"{{{name}}}","timestamp":"{{{year}}}-01-01T00:00:00Z","version":1,"unique_id":"u"}},{"id":"of-{{{name}}}"}]""",
                TestContext.Current.CancellationToken);
        }

        var (ada, bob) = (await world.HostAsync("ada"), await world.HostAsync("bob"));
        var dry = (await ada.RunAsync("import", old, "--dry-run")).ShouldExitWith(0);
        dry.Output.ShouldContain("would have imported 3 added. Nothing was written.");
        (await ada.RunAsync("import", old)).ShouldExitWith(0).Output.ShouldContain("imported 3 added. Sent to origin.");
        (await ada.SyncAsync()).ShouldExitWith(0);
        ada.Lines.ShouldContain("""{"id":"shared","v":2}""");
        ada.Lines = [.. ada.Lines.Where(line => !line.Contains("of-bob", StringComparison.Ordinal))];
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await bob.RunAsync("import", old)).ShouldExitWith(0).Output.ShouldContain("nothing new");
        (await bob.SyncAsync()).ShouldExitWith(0);
        bob.Lines.Order().ShouldBe(ada.Lines.Order());
        bob.Lines.Length.ShouldBe(2);

        await File.WriteAllTextAsync(Path.Combine(old, "memory-broken.json"), "[{", TestContext.Current.CancellationToken);
        var broken = (await bob.RunAsync("import", old)).ShouldExitWith(3);
        broken.Error.ShouldContain("memory-broken.json");
        broken.Error.ShouldContain("Nothing was imported.");

        // The whole of a store that is given up, on a machine that has another remote.
        var eve = world.Host("eve");
        (await eve.RunAsync("import", ada.Store)).ShouldExitWith(0).Output.ShouldContain("a replica of the store");
        (await eve.SyncAsync()).ShouldExitWith(0);
        eve.Lines.Order().ShouldBe(ada.Lines.Order());
    }
}
