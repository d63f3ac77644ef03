using ProductionScenarios.Infra;

namespace ProductionScenarios;

public sealed class RestoreTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task What_was_deleted_by_mistake_on_all_hosts_is_brought_back_from_any_of_them()
    {
        await world.InitRemoteAsync();
        var (ada, bob) = (await world.HostAsync("ada"), await world.HostAsync("bob"));
        ada.Lines = ["""{"id":"a","text":"one"}""", """{"id":"b","text":"two"}"""];
        var first = (await ada.SyncAsync()).ShouldExitWith(0);
        (await bob.SyncAsync()).ShouldExitWith(0);
        ada.Lines = ["""{"id":"a","text":"spoilt"}"""];
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await bob.SyncAsync()).ShouldExitWith(0);
        var replica = first.Json.GetProperty("replica").GetString();
        var commit = (await world.GitAsync("--git-dir", ada.Store, "rev-list", "--max-parents=0", $"refs/heads/memory/default/{replica}")).ShouldExitWith(0).Output.Trim();

        // Looked at first, put beside the file, and then brought back by the other host.
        (await bob.RunAsync("restore", "--at", commit)).ShouldExitWith(0).Output.ShouldBe("{\"id\":\"a\",\"text\":\"one\"}\n{\"id\":\"b\",\"text\":\"two\"}\n");
        (await bob.RunAsync("restore", "--at", commit, "-o", "then.json")).ShouldExitWith(0);
        (await File.ReadAllTextAsync(Path.Combine(bob.Home, "then.json"), TestContext.Current.CancellationToken)).ShouldContain("\"two\"");
        (await bob.RunAsync("restore", "--at", commit, "-o", "memory.jsonl")).ShouldExitWith(2).Error.ShouldContain("--into-memory");
        (await bob.RunAsync("restore", "--at", commit, "--into-memory", "--dry-run")).ShouldExitWith(0).Output.ShouldContain("would have restored into the memory: 1 added, 1 changed");
        bob.Lines.ShouldBe(["""{"id":"a","text":"spoilt"}"""]);
        (await bob.RunAsync("restore", "--at", commit, "--into-memory")).ShouldExitWith(0).Output.ShouldContain("Sent to origin.");
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await bob.SyncAsync()).ShouldExitWith(0);
        ada.Lines.ShouldBe(["""{"id":"a","text":"one"}""", """{"id":"b","text":"two"}"""]);
        bob.Lines.ShouldBe(ada.Lines);
    }

    [Fact]
    public async Task One_entry_comes_back_under_its_key_while_the_remote_is_away()
    {
        await world.InitRemoteAsync();
        var (ada, bob) = (await world.HostAsync("ada"), await world.HostAsync("bob"));
        ada.Lines = ["""{"id":1,"text":"one"}""", """{"id":2,"text":"two"}"""];
        (await ada.SyncAsync()).ShouldExitWith(0);
        ada.Lines = ["""{"id":1,"text":"one"}"""];
        (await ada.SyncAsync()).ShouldExitWith(0);
        Directory.Move(world.Remote, world.Remote + ".away");
        var restored = (await ada.RunAsync("restore", "--entry", "2", "--into-memory", "--json")).ShouldExitWith(5).Json;
        restored.GetProperty("changes")[0].GetProperty("key_text").GetString().ShouldBe("""["id",2]""");
        (await ada.SyncAsync("--offline")).ShouldExitWith(0);
        ada.Lines.ShouldBe(["""{"id":1,"text":"one"}""", """{"id":2,"text":"two"}"""]);
        Directory.Move(world.Remote + ".away", world.Remote);
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await bob.SyncAsync()).ShouldExitWith(0);
        bob.Lines.ShouldBe(ada.Lines, ignoreOrder: true);
        (await ada.RunAsync("restore", "--entry", "3", "--into-memory", "--json")).ShouldExitWith(3).Json.GetProperty("error").GetProperty("name").GetString().ShouldBe("invalid-data");
    }
}
