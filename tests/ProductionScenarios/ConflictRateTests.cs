using System.Globalization;
using MemoryBackup.Evidence;
using ProductionScenarios.Infra;

namespace ProductionScenarios;

/// <summary>Machines that edit half of all entries at once, each without knowing of the others, round after round.</summary>
public sealed class ConflictRateTests : IDisposable
{
    private const int Hosts = 4;
    private const int Entries = 30;
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Of_every_value_that_was_written_at_once_one_is_shown_and_the_others_are_listed()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await world.InitRemoteAsync();
        var hosts = new List<Host>();
        for (var i = 0; i < Hosts; i++)
        {
            hosts.Add(await world.HostAsync($"host-{i}"));
        }

        hosts[0].Lines = [.. Enumerable.Range(0, Entries).Select(i => Line(i, "start"))];
        await SyncAllAsync(hosts);
        for (var round = 0; round < Scale.Times(2); round++)
        {
            var written = Enumerable.Range(0, Entries).ToDictionary(i => i, _ => new List<string>());
            foreach (var host in hosts)
            {
                host.Lines = [.. host.Lines.Select(line => Number(line) is var i && random.Next(2) == 0 ? Line(i, Written(written[i], $"{host.Name} round {round}")) : line)];
            }

            await Task.WhenAll(hosts.Select(async host => (await host.SyncAsync()).ShouldExitWith(0)));
            await SyncAllAsync(hosts);
            var because = $"seed {seed}, round {round}";
            foreach (var host in hosts)
            {
                var listed = (await host.RunAsync("conflicts", "--json")).ShouldExitWith(0).Json.GetProperty("conflicts").EnumerateArray().ToDictionary(
                    conflict => int.Parse(conflict.GetProperty("key").GetString()!, CultureInfo.InvariantCulture),
                    conflict => conflict.GetProperty("values").EnumerateArray().Select(value => value.GetProperty("value").GetString()!).ToList());
                host.Lines.Length.ShouldBe(Entries, because);
                foreach (var line in host.Lines)
                {
                    var (i, shown) = (Number(line), line.Split('"')[7]);
                    if (written[i].Count > 0)
                    {
                        written[i].ShouldContain(shown, because);
                        written[i].Except([shown]).Except(listed.GetValueOrDefault(i) ?? []).ShouldBeEmpty(because);
                    }
                }

                host.Lines.ShouldBe(hosts[0].Lines, ignoreOrder: true, because);
            }

            Tried.Add("entry that several machines edited at once", written.Values.Count(values => values.Count > 1));

            // What is settled on one machine is settled for all.
            (await hosts[round % Hosts].RunAsync("conflicts", "resolve", "--all", "--latest")).ShouldExitWith(0);
            await SyncAllAsync(hosts);
            (await hosts[(round + 1) % Hosts].RunAsync("conflicts", "--json")).ShouldExitWith(0).Json.GetProperty("conflicts").GetArrayLength().ShouldBe(0, because);
        }
    }

    private static string Written(List<string> values, string value)
    {
        values.Add(value);
        return value;
    }

    private static string Line(int id, string text) => $$"""{"id":"{{id}}","text":"{{text}}"}""";

    private static int Number(string line) => int.Parse(line.Split('"')[3], CultureInfo.InvariantCulture);

    private static async Task SyncAllAsync(IEnumerable<Host> hosts)
    {
        for (var times = 0; times < 2; times++)
        {
            foreach (var host in hosts)
            {
                (await host.SyncAsync()).ShouldExitWith(0);
            }
        }
    }
}
