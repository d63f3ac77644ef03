using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>Three machines that edit, delete, sync and restore in any order: whatever they did, each quiet moment can be had again exactly.</summary>
public sealed class RestoreSimulationTests : IDisposable
{
    private const int Steps = 14;
    private readonly World world = new();
    private readonly Machine[] machines;
    private int minutes;

    public RestoreSimulationTests() => machines = [world.Machine("ada"), world.Machine("bob"), world.Machine("cleo")];

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_quiet_moment_comes_back_exactly(int seed)
    {
        var random = new Random(seed);
        var moments = new List<(DateTimeOffset Time, string[] Lines)>();
        Array.ForEach(machines, machine => machine.Lines = [$$"""{"id":"{{machine.Name}}","text":"0","tags":["t"]}"""]);
        for (var round = 0; round < 2; round++)
        {
            for (var step = 0; step < Steps; step++)
            {
                Pass();
                await StepAsync(machines[random.Next(machines.Length)], random, moments);
            }

            moments.Add(await QuietAsync());
        }

        foreach (var (time, lines) in moments)
        {
            var machine = machines[random.Next(machines.Length)];
            var request = new RestoreRequest { Time = time, IntoMemory = true, Exact = true, AcceptDeletes = true };
            await machine.RestoreAsync(request);
            (await machine.RestoreAsync(request)).Changes.ShouldBeEmpty($"seed {seed}");
            (await QuietAsync()).Lines.ShouldBe(lines, $"seed {seed}");
        }
    }

    private async Task StepAsync(Machine machine, Random random, List<(DateTimeOffset Time, string[] Lines)> moments)
    {
        var lines = machine.Lines.ToList();
        var at = lines.Count == 0 ? -1 : random.Next(lines.Count);
        var offline = new RunOptions { Offline = random.Next(3) == 0, AcceptDeletes = true };
        switch (random.Next(6))
        {
            case 0:
                machine.Lines = [.. lines, $$"""{"id":{{minutes}},"text":"new","tags":[]}"""];
                break;
            case 1 when at >= 0:
                lines[at] = lines[at].Replace("\"text\":\"", $"\"text\":\"{random.Next(10)}");
                machine.Lines = [.. lines];
                break;
            case 2 when at >= 0:
                lines.RemoveAt(at);
                machine.Lines = [.. lines];
                break;
            case 3 when moments.Count > 0:
                await machine.RestoreAsync(new() { Time = moments[random.Next(moments.Count)].Time, IntoMemory = true, Exact = random.Next(2) == 0, AcceptDeletes = false, Offline = offline.Offline });
                break;
            default:
                await machine.SyncAsync(offline);
                break;
        }
    }

    private async Task<(DateTimeOffset Time, string[] Lines)> QuietAsync()
    {
        for (var round = 0; round < 2; round++)
        {
            foreach (var machine in machines)
            {
                Pass();
                await machine.SyncAsync(new RunOptions { AcceptDeletes = true });
            }
        }

        Pass();
        await machines[0].SyncAsync(new RunOptions { AcceptDeletes = true });
        string[] lines = [.. machines[0].Lines.Order(StringComparer.Ordinal)];
        Array.ForEach(machines, machine => machine.Lines.Order(StringComparer.Ordinal).ShouldBe(lines));
        var time = machines[0].Time.GetUtcNow();
        Pass();
        return (time, lines);
    }

    private void Pass()
    {
        minutes++;
        Array.ForEach(machines, machine => machine.Time = new LaterTime(TimeSpan.FromMinutes(minutes)));
    }
}
