using ProductionScenarios.Infra;

namespace ProductionScenarios;

/// <summary>Machines that hear nothing of one another for a long time, and meet again.</summary>
public sealed class AwayTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_machine_that_was_off_for_a_year_brings_its_own_and_nothing_that_was_deleted()
    {
        WrongClock.SkipUnlessAvailable();
        await world.InitRemoteAsync();
        var (ada, bob) = (await world.HostAsync("ada"), await world.HostAsync("bob"));
        var year = TimeSpan.FromDays(-365);
        ada.Lines = [Line("both", "old"), Line("edited", "old"), Line("deleted", "old"), Line("secret", "hunter2"), Line("by-ada", "old"), Line("deleted-here", "old")];
        (await ada.SyncUnderClockAsync("-365d", year)).ShouldExitWith(0);
        bob.Lines = [Line("by-bob", "old")];
        (await bob.SyncUnderClockAsync("-365d", year)).ShouldExitWith(0);
        (await ada.SyncUnderClockAsync("-365d", year)).ShouldExitWith(0);

        // The last that ada did was saved and not sent.
        ada.Lines = [Line("both", "by ada"), Line("edited", "old"), Line("deleted", "old"), Line("secret", "hunter2"), Line("by-ada", "last words"), Line("by-bob", "old")];
        (await ada.SyncUnderClockAsync("-364d", year + TimeSpan.FromDays(1), "--offline")).ShouldExitWith(0);

        // A year goes by. Bob edits, deletes and forgets, shortens history, and takes over what ada left.
        for (var month = 11; month > 0; month--)
        {
            bob.Lines = [Line("both", $"by bob {month}"), Line("edited", $"new {month}"), Line("secret", "hunter2"), Line("by-ada", "old"), Line("deleted-here", "old"), Line("by-bob", "old"), Line("last", $"{month}")];
            (await bob.SyncUnderClockAsync($"-{month * 30}d", TimeSpan.FromDays(-30 * month))).ShouldExitWith(0);
        }

        (await bob.RunAsync("forget", "secret", "--yes")).ShouldExitWith(0);
        (await bob.RunAsync("compact", "--keep", "90d")).ShouldExitWith(0);
        (await bob.RunAsync("retire", "--unseen", "90d")).ShouldExitWith(0).Output.ShouldContain("Retired 1 replica");
        (await bob.SyncAsync()).ShouldExitWith(0);

        foreach (var host in (Host[])[ada, bob, ada])
        {
            (await host.SyncAsync()).ShouldExitWith(0);
        }

        string[] expected = [Line("both", "by bob 1"), Line("edited", "new 1"), Line("by-ada", "last words"), Line("by-bob", "old"), Line("last", "1")];
        ada.Lines.ShouldBe(expected, ignoreOrder: true);
        bob.Lines.ShouldBe(expected, ignoreOrder: true);
        var conflict = (await bob.RunAsync("conflicts", "--json")).ShouldExitWith(0).Json.GetProperty("conflicts").EnumerateArray().ShouldHaveSingleItem();
        conflict.GetProperty("values").EnumerateArray().Select(value => value.GetProperty("value").GetString()).ShouldBe(["by bob 1", "by ada"]);
        foreach (var host in (Host[])[ada, bob])
        {
            (await host.RunAsync("verify", "--json")).ShouldExitWith(0).Json.GetProperty("findings").GetArrayLength().ShouldBe(0);
            (await host.RunProgramAsync("sh", host.Home, "-c", $"! git --git-dir {host.Store} cat-file --batch --batch-all-objects | grep -a -q hunter2")).ShouldExitWith(0);
        }
    }

    [Fact]
    public async Task Two_halves_that_each_had_a_remote_of_their_own_are_one_again_through_a_machine_that_has_both()
    {
        await world.InitRemoteAsync();
        var hosts = new List<Host>();
        for (var i = 0; i < 6; i++)
        {
            hosts.Add(await world.HostAsync($"host-{i}"));
        }

        hosts[0].Lines = [Line("shared", "before"), Line("contested", "before"), Line("deleted-here", "x"), Line("deleted-there", "x"), Line("deleted-and-edited", "x")];
        await SyncAllAsync(hosts, 1);

        // The network parts. The second half goes on with a copy of the remote.
        var other = Path.Combine(world.Folder, "other.git");
        (await world.GitAsync("clone", "--quiet", "--mirror", world.Remote, other)).ShouldExitWith(0);
        var (here, there) = (hosts[..3], hosts[3..]);
        foreach (var host in there)
        {
            (await host.RunAsync("remote", "add", "other", other)).ShouldExitWith(0);
            (await host.RunAsync("remote", "remove", "origin")).ShouldExitWith(0);
        }

        for (var round = 0; round < 3; round++)
        {
            foreach (var (half, name) in ((List<Host>, string)[])[(here, "here"), (there, "there")])
            {
                foreach (var host in half)
                {
                    host.Lines =
                    [
                        .. host.Lines.Where(line => !line.Contains($"deleted-{name}", StringComparison.Ordinal) && !(name == "here" && line.Contains("and-edited", StringComparison.Ordinal)))
                            .Select(line => name == "there" ? line.Replace("\"deleted-and-edited\",\"text\":\"x\"", "\"deleted-and-edited\",\"text\":\"edited there\"", StringComparison.Ordinal) : line),
                        Line($"{host.Name}-{round}", name),
                    ];
                }

                half[0].Lines = [.. half[0].Lines.Where(line => !line.Contains("contested", StringComparison.Ordinal)), Line("contested", $"{name} {round}")];
                await SyncAllAsync(half, 2);
            }
        }

        here[0].Lines.Length.ShouldBe(12);
        there[0].Lines.Length.ShouldBe(13);

        // One machine hears both.
        (await there[2].RunAsync("remote", "add", "first", world.Remote)).ShouldExitWith(0);
        await SyncAllAsync([there[2], .. hosts], 2);
        var conflicts = (await here[1].RunAsync("conflicts", "--json")).ShouldExitWith(0).Json.GetProperty("conflicts").EnumerateArray().ShouldHaveSingleItem();
        conflicts.GetProperty("values").EnumerateArray().Select(value => value.GetProperty("value").GetString()).Order().ShouldBe(["here 2", "there 2"]);
        var shown = conflicts.GetProperty("values")[0].GetProperty("value").GetString()!;
        string[] expected =
        [
            Line("shared", "before"), Line("contested", shown), Line("deleted-and-edited", "edited there"),
            .. hosts.SelectMany((host, i) => Enumerable.Range(0, 3).Select(round => Line($"{host.Name}-{round}", i < 3 ? "here" : "there"))),
        ];
        foreach (var host in hosts)
        {
            host.Lines.ShouldBe(expected, ignoreOrder: true, host.Name);
            (await host.RunAsync("verify", "--json")).ShouldExitWith(0).Json.GetProperty("findings").GetArrayLength().ShouldBe(0);
        }
    }

    private static string Line(string id, string text) => $$"""{"id":"{{id}}","text":"{{text}}"}""";

    private static async Task SyncAllAsync(IEnumerable<Host> hosts, int times)
    {
        for (var i = 0; i < times; i++)
        {
            foreach (var host in hosts)
            {
                (await host.SyncAsync()).ShouldExitWith(0);
            }
        }
    }
}
