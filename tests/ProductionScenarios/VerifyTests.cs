using ProductionScenarios.Infra;

namespace ProductionScenarios;

public sealed class VerifyTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_store_that_lost_what_it_remembers_is_told_by_doctor_found_by_verify_and_repaired_without_a_loss()
    {
        await world.InitRemoteAsync();
        var (ada, bob) = (await world.HostAsync("ada"), await world.HostAsync("bob"));
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await bob.SyncAsync()).ShouldExitWith(0);
        (await ada.RunAsync("verify", "--laws")).ShouldExitWith(0).Output.ShouldContain("nothing wrong");
        (await ada.RunAsync("doctor")).ShouldExitWith(0);

        File.WriteAllText(Path.Combine(ada.Store, "refs", "memory-backup", "default", "local"), "garbage\n");
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}""", """{"id":"unsaved"}"""];
        (await ada.RunAsync("verify")).ShouldExitWith(3).Output.ShouldContain("error ref-damaged: ");
        (await ada.RunAsync("verify", "--repair")).ShouldExitWith(0).Output.ShouldContain("Repaired: ");
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await bob.SyncAsync()).ShouldExitWith(0);
        bob.Lines.ShouldBe(ada.Lines, ignoreOrder: true);
        bob.Lines.Length.ShouldBe(3);
        (await ada.RunAsync("verify", "--laws")).ShouldExitWith(0);
    }
}
