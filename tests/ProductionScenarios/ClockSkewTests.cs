using ProductionScenarios.Infra;

namespace ProductionScenarios;

/// <summary>Machines whose clocks are wrong by days and years: what somebody had in front of them is replaced all the same, and nothing is lost.</summary>
public sealed class ClockSkewTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData("+2d", 2)]
    [InlineData("+20y", 7305)]
    [InlineData("-3y", -1096)]
    public async Task An_edit_replaces_what_its_author_saw_whatever_their_clocks_said(string off, int days)
    {
        WrongClock.SkipUnlessAvailable();
        var by = TimeSpan.FromDays(days);
        await world.InitRemoteAsync();
        var (ada, eve) = (await world.HostAsync("ada"), await world.HostAsync("eve"));
        eve.Lines = ["""{"id":"a","text":"by eve"}""", """{"id":"b","text":"by eve"}""", """{"id":"deleted"}"""];
        (await eve.SyncUnderClockAsync(off, by)).ShouldExitWith(0);
        (await ada.SyncAsync()).ShouldExitWith(0);

        // Ada edits what eve wrote, and deletes; eve edits what ada wrote.
        ada.Lines = ["""{"id":"a","text":"then by ada"}""", """{"id":"b","text":"by eve"}"""];
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await eve.SyncUnderClockAsync(off, by)).ShouldExitWith(0);
        eve.Lines.ShouldBe(ada.Lines, ignoreOrder: true);
        eve.Lines = ["""{"id":"a","text":"then by eve again"}""", """{"id":"b","text":"by eve"}"""];
        (await eve.SyncUnderClockAsync(off, by)).ShouldExitWith(0);
        (await ada.SyncAsync()).ShouldExitWith(0);
        ada.Lines.ShouldBe(eve.Lines, ignoreOrder: true);
        ada.Lines.ShouldContain("""{"id":"a","text":"then by eve again"}""");

        // Of two edits at once one is shown, and the other is there.
        ada.Lines = ["""{"id":"a","text":"then by eve again"}""", """{"id":"b","text":"ada at once"}"""];
        eve.Lines = ["""{"id":"a","text":"then by eve again"}""", """{"id":"b","text":"eve at once"}"""];
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await eve.SyncUnderClockAsync(off, by)).ShouldExitWith(0);
        (await ada.SyncAsync()).ShouldExitWith(0);
        ada.Lines.ShouldBe(eve.Lines, ignoreOrder: true);
        var conflict = (await ada.RunAsync("conflicts", "--json")).ShouldExitWith(0).Json.GetProperty("conflicts").EnumerateArray().ShouldHaveSingleItem();
        conflict.GetProperty("values").EnumerateArray().Select(value => value.GetProperty("value").GetString()).Order().ShouldBe(["ada at once", "eve at once"]);
        (await ada.RunAsync("verify", "--laws")).ShouldExitWith(0);
        var doctor = (await ada.RunAsync("doctor", "--json")).ShouldExitWith(0).Output;
        (days > 0).ShouldBe(doctor.Contains("\"clock-ahead\"", StringComparison.Ordinal));
    }
}
