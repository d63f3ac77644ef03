using ProductionScenarios.Infra;

namespace ProductionScenarios;

public sealed class ManyHostsTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Fifty_hosts_that_back_up_at_the_same_moment_all_succeed_at_the_first_try()
    {
        const int hosts = 50;
        const int entries = 20;
        await world.InitRemoteAsync();
        var all = Enumerable.Range(0, hosts).Select(i => world.Host($"host-{i:00}")).ToList();
        foreach (var host in all)
        {
            host.Lines = [.. Enumerable.Range(0, entries).Select(i => $$"""{"id":"{{host.Name}}-{{i}}","text":"entry {{i}}"}""")];
        }

        var outcomes = await Task.WhenAll(all.Select(host =>
            host.RunAsync("backup", host.FileName, "--host", host.Name, "--remote", world.Remote, "--log-level", "info")));
        foreach (var outcome in outcomes)
        {
            outcome.ShouldExitWith(0);
            outcome.Error.ShouldNotContain("attempt");
        }

        var reader = await world.HostAsync("reader");
        var merged = (await reader.RunAsync("merge")).ShouldExitWith(0).Json;
        merged.GetArrayLength().ShouldBe(hosts * entries);
        merged.EnumerateArray().Select(entry => entry.GetProperty("id").GetString()).Distinct().Count().ShouldBe(hosts * entries);
    }
}
