using ProductionScenarios.Infra;

namespace ProductionScenarios;

public sealed class RetireTests : IDisposable
{
    private const int Jobs = 20;
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task What_twenty_short_lived_containers_left_is_one_ref_later_and_everything_is_there()
    {
        await world.InitRemoteAsync();
        var keeper = await world.HostAsync("keeper");
        keeper.Lines = [.. Enumerable.Range(0, Jobs).Select(i => $$"""{"id":"task-{{i}}","state":"open"}"""), """{"id":"kept","n":1}"""];
        (await keeper.SyncAsync()).ShouldExitWith(0);

        // Each starts from nothing, does its task, tells of it, and is gone for ever.
        for (var i = 0; i < Jobs; i++)
        {
            var job = await world.HostAsync($"job-{i:00}");
            (await job.SyncAsync()).ShouldExitWith(0);
            job.Lines = [.. job.Lines.Where(line => !line.Contains($"\"task-{i}\"", StringComparison.Ordinal)), $$"""{"id":"done-{{i}}","by":"{{job.Name}}"}"""];
            (await job.SyncAsync()).ShouldExitWith(0);
            Directory.Delete(job.Home, recursive: true);
        }

        (await RefsAsync()).Length.ShouldBe(Jobs + 1);
        (await keeper.SyncAsync()).ShouldExitWith(0);
        string[] all = [.. Enumerable.Range(0, Jobs).Select(i => $$"""{"id":"done-{{i}}","by":"job-{{i:00}}"}""").Append("""{"id":"kept","n":1}""").Order(StringComparer.Ordinal)];
        keeper.Lines.Order(StringComparer.Ordinal).ShouldBe(all);

        var replicas = (await keeper.RunAsync("status", "--json")).ShouldExitWith(0).Json.GetProperty("replicas").EnumerateArray()
            .Where(replica => !replica.GetProperty("is_own").GetBoolean())
            .Select(replica => replica.GetProperty("replica").GetString()!)
            .ToArray();
        (await keeper.RunAsync(["retire", .. replicas])).ShouldExitWith(2).Error.ShouldContain("alive");
        (await keeper.RunAsync(["retire", .. replicas, "--force", "--dry-run"])).ShouldExitWith(0).Output.ShouldContain($"Would have retired {Jobs} replicas");
        (await RefsAsync()).Length.ShouldBe(Jobs + 1);
        var report = (await keeper.RunAsync(["retire", .. replicas, "--force", "--json"])).ShouldExitWith(0).Json;
        report.GetProperty("retired").EnumerateArray().ShouldAllBe(retired => retired.GetProperty("ref_deleted").GetBoolean());
        (await RefsAsync()).ShouldHaveSingleItem().ShouldContain("/keeper-");
        (await keeper.RunAsync(["retire", .. replicas, "--unseen", "1y"])).ShouldExitWith(0).Output.ShouldStartWith("Nothing to retire.");

        // Nobody sees a difference, least of all who comes now.
        (await keeper.SyncAsync()).ShouldExitWith(0);
        keeper.Lines.Order(StringComparer.Ordinal).ShouldBe(all);
        var fresh = await world.HostAsync("fresh");
        (await fresh.SyncAsync()).ShouldExitWith(0);
        fresh.Lines.Order(StringComparer.Ordinal).ShouldBe(all);
        (await fresh.RunAsync("history", "task-7")).ShouldExitWith(0).Output.ShouldContain("deleted");
        (await fresh.RunAsync("restore", "--entry", "task-7")).ShouldExitWith(0).Output.ShouldContain("\"open\"");
        (await fresh.RunAsync("status")).ShouldExitWith(0).Output.ShouldContain("taken over by keeper-");
        (await RefsAsync()).Length.ShouldBe(1);
        (await world.GitAsync("--git-dir", world.Remote, "fsck", "--strict")).ShouldExitWith(0);
    }

    private async Task<string[]> RefsAsync() =>
        (await world.GitAsync("--git-dir", world.Remote, "for-each-ref", "--format=%(refname)")).ShouldExitWith(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
