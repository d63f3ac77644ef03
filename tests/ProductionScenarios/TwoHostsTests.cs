using ProductionScenarios.Infra;

namespace ProductionScenarios;

public sealed class TwoHostsTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Additions_edits_and_deletes_travel_both_ways_and_the_files_end_up_the_same()
    {
        await world.InitRemoteAsync();
        var (ada, bob) = (await world.HostAsync("ada"), await world.HostAsync("bob"));
        ada.Lines = ["""{"id":"a","text":"1","tags":["x"]}""", """{"id":"gone","text":"bye"}"""];
        bob.Lines = ["""{"id":"b","text":"2"}"""];
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await bob.SyncAsync()).ShouldExitWith(0);
        (await ada.SyncAsync()).ShouldExitWith(0);
        ada.Lines.Order().ShouldBe(bob.Lines.Order());

        ada.Lines = ["""{"id":"a","text":"1","tags":["x","by-ada"]}""", """{"id":"b","text":"2 edited"}"""];
        bob.Lines = ["""{"id":"b","text":"2"}""", """{"id":"a","text":"one","tags":["x"]}""", """{"id":"gone","text":"bye"}"""];
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await bob.SyncAsync()).ShouldExitWith(0);
        (await ada.SyncAsync()).ShouldExitWith(0);
        ada.Lines.Order().ShouldBe(["""{"id":"a","text":"one","tags":["x","by-ada"]}""", """{"id":"b","text":"2 edited"}"""]);
        bob.Lines.Order().ShouldBe(ada.Lines.Order());
    }

    [Fact]
    public async Task A_conflict_in_one_field_shows_the_later_value_and_says_what_the_other_one_was()
    {
        await world.InitRemoteAsync();
        var (ada, bob) = (await world.HostAsync("ada"), await world.HostAsync("bob"));
        ada.Lines = ["""{"id":"a","text":"first"}"""];
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await bob.SyncAsync()).ShouldExitWith(0);
        ada.Lines = ["""{"id":"a","text":"by ada","updated_at":"2026-01-01T10:00:00Z"}"""];
        bob.Lines = ["""{"id":"a","text":"by bob","updated_at":"2026-01-01T11:00:00Z"}"""];
        (await ada.SyncAsync()).ShouldExitWith(0);
        var said = await bob.RunAsync("sync", bob.FileName);
        said.ShouldExitWith(0);
        said.Output.ShouldContain("by ada");
        (await ada.SyncAsync()).ShouldExitWith(0);
        ada.Lines.ShouldBe(bob.Lines);
        ada.Lines.Single().ShouldContain("by bob");
    }
}
