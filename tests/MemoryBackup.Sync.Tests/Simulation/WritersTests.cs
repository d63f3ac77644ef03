using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests.Simulation;

/// <summary>Programs of every habit write on two machines, also while runs are under way; what they added is held against what is left.</summary>
public sealed class WritersTests(ITestOutputHelper output)
{
    // One history in fifteen has a mistake, and one mistake may take several entries: few histories say little of how often there is one.
    private const int Histories = 12;
    private const int Steps = 12;

    [Fact]
    public async Task What_someone_added_and_nobody_deleted_is_there_and_all_machines_say_the_same() =>
        await RunAsync([Habit.Reloads, Habit.Stale, Habit.Appends], Scale.Times(Histories), mistakenPerThousandMax: 15);

    [Fact]
    public async Task So_it_is_beside_a_writer_that_never_reloads() =>
        await RunAsync([Habit.NeverReloads], Scale.Times(Histories), mistakenPerThousandMax: 40);

    private async Task RunAsync(Habit[] habits, int histories, int mistakenPerThousandMax)
    {
        var first = int.TryParse(Environment.GetEnvironmentVariable("MEMORY_BACKUP_TEST_SEED"), out var given) ? given : Random.Shared.Next(1 << 20);
        var (added, mistaken) = (0, 0);
        for (var i = 0; i < histories; i++)
        {
            output.WriteLine($"MEMORY_BACKUP_TEST_SEED={first + i}");
            var (a, m) = await OneAsync(habits, first + i);
            (added, mistaken) = (added + a, mistaken + m);
        }

        output.WriteLine($"{mistaken} of {added} additions were mistaken for deletes");
        mistaken.ShouldBeLessThanOrEqualTo(1 + (added * mistakenPerThousandMax / 1000), $"of {added}, seeds from {first}");
    }

    private async Task<(int Added, int Mistaken)> OneAsync(Habit[] habits, int seed)
    {
        using var world = new World();
        var random = new Random(seed);
        var truth = new GroundTruth();
        Machine[] machines = [world.Machine("ada"), world.Machine("bob")];
        var writers = new List<SimulatedWriter>();
        foreach (var machine in machines)
        {
            File.WriteAllText(machine.File, $$"""{"id":"{{truth.Add()}}","v":0}""" + "\n");
            machine.Adjust = settings => settings with { SettleTime = TimeSpan.Zero, GuardEntries = int.MaxValue };

            // One program a file: what two of them do to each other between runs, nobody could tell or mend.
            var writer = new SimulatedWriter(habits[random.Next(habits.Length)], machine.File, random);
            writers.Add(writer);
            machine.Doing = _ => Race();
            machine.Reached = _ => Race();

            void Race()
            {
                if (random.Next(8) == 0)
                {
                    writer.Act(truth);
                }
            }
        }

        for (var step = 0; step < Steps; step++)
        {
            await machines[random.Next(2)].SyncAsync(new RunOptions { AcceptDeletes = true });
            var actions = random.Next(3);
            for (var i = 0; i < actions; i++)
            {
                writers[random.Next(writers.Count)].Act(truth);
            }
        }

        writers.ForEach(writer => writer.Rest());
        await RestAsync(machines, seed);
        var left = machines[0].Lines.ToHashSet();
        machines[1].Lines.ToHashSet().SetEquals(left).ShouldBeTrue($"the machines differ, seed {seed}");
        foreach (var machine in machines)
        {
            machine.Leftovers.ShouldBeEmpty($"seed {seed}");
        }

        var lost = truth.MustBeThere.Where(id => !left.Any(line => line.Contains(id))).ToList();
        if (lost.Count > 0)
        {
            output.WriteLine($"seed {seed}: {string.Join(' ', lost)}");
        }

        return (truth.Added, lost.Count);
    }

    private static async Task RestAsync(Machine[] machines, int seed)
    {
        foreach (var machine in machines)
        {
            machine.Doing = _ => { };
            machine.Reached = _ => { };
        }

        for (var round = 0; round < 4; round++)
        {
            var quiet = true;
            foreach (var machine in machines)
            {
                var report = await machine.SyncAsync(new RunOptions { AcceptDeletes = true });
                quiet &= !report.Recorded.Any && !report.Received.Any;
                report.ExitCode.ShouldBe(ExitCode.Done, $"seed {seed}");
            }

            if (quiet && round > 0)
            {
                return;
            }
        }

        Assert.Fail($"the machines do not come to rest, seed {seed}");
    }
}
