namespace MemoryBackup.Simulator.Histories;

/// <summary>One random history: some machines, and what is done with them, step by step, until everybody rests and the promises are held against what is left.</summary>
internal sealed class History : IDisposable
{
    private const int MachinesMax = 5;
    private readonly World world;
    private readonly Runs runs;
    private readonly Copies copies;
    private readonly Upkeep upkeep;
    private readonly int seed;

    private History(int seed, bool isModel)
    {
        this.seed = seed;
        world = new World(seed, isModel, remotes: seed % 5 == 4 ? 2 + (seed / 5 % 2) : 1);
        runs = new Runs(world, new PowerLoss(world, Log, Count), Log, Count);
        copies = new Copies(world, Log, Count);
        upkeep = new Upkeep(world, runs, Log, Count);
        var random = world.Random;
        var count = random.Next(2, 4);
        for (var i = 0; i < count; i++)
        {
            var machine = world.NewMachine($"machine-{i}");

            // The first one knows all remotes, so that all are connected.
            machine.Remotes = [.. Enumerable.Range(0, world.Remotes.Count).Where(number => i == 0 || random.Next(2) == 0).DefaultIfEmpty(i % world.Remotes.Count)];
            world.MakeStore(machine);
            string[] names = ["memory.jsonl", "notes.json", "more.jsonl"];
            machine.Files = [.. names.Take(random.Next(10) < 6 ? 1 : random.Next(2, 4)).Select(name => new TrackedMemory(name, ++world.Truth.Authors))];
            Write(machine, machine.Files[0], $"{seed}.first{i}");
        }
    }

    public List<string> Lines { get; } = [];

    /// <summary>What was done, and what was excused, with how often.</summary>
    public Dictionary<string, int> Counts { get; } = [];

    public static int Length(int seed) => 8 + Seeds.RandomFor(seed, -1).Next(32);

    /// <summary>Runs the given steps of a history.</summary>
    /// <exception cref="BrokenPromiseException">A promise was broken.</exception>
    public static async Task<History> RunAsync(int seed, IReadOnlyList<int> steps, bool isModel, Action<History>? started = null)
    {
        using var history = new History(seed, isModel);
        started?.Invoke(history);
        foreach (var step in steps)
        {
            history.world.Random = Seeds.RandomFor(seed, step);
            await history.StepAsync(step);
        }

        history.world.Random = Seeds.RandomFor(seed, int.MaxValue);
        await new Rest(history.world, history.runs, history.Log, history.Count).RunAsync(checkRemovals: seed % 4 == 0, verify: seed % 3 == 0);
        return history;
    }

    public void Dispose() => world.Dispose();

    private void Log(string line) => Lines.Add(line);

    private void Count(string what) => Counts[what] = Counts.GetValueOrDefault(what) + 1;

    private async Task StepAsync(int step)
    {
        var random = world.Random;
        world.Pass(TimeSpan.FromSeconds(random.Next(1, 200)));
        var machine = world.Machines[random.Next(world.Machines.Count)];
        world.Mount(machine);
        var file = machine.Files[random.Next(machine.Files.Count)];
        Lines.Add($"{step}: machine {machine.Number}, {file.Name}");
        switch (random.Next(110))
        {
            case < 24:
                Write(machine, file, $"{seed}.{step}");
                break;
            case < 46:
                await SyncAsync(machine, file);
                break;
            case < 54:
                Count("backup");
                await runs.RunAsync(machine, file, Runs.Backup);
                break;
            case < 62:
                Write(machine, file, $"{seed}.{step}");
                await CrashAsync(machine, file);
                break;
            case < 67:
                Storm(machine);
                break;
            case < 72:
                JumpClock(machine);
                break;
            case < 75:
                copies.Snapshot(machine);
                break;
            case < 78:
                copies.Restore(machine);
                break;
            case < 80:
                if (world.Machines.Count < MachinesMax)
                {
                    copies.Clone(machine);
                }

                break;
            case < 82:
                copies.LoseStore(machine);
                break;
            case < 84:
                await runs.EmptyAsync(machine, file);
                break;
            case < 86:
                await runs.LimitAsync(machine, file);
                break;
            case < 88:
                await runs.RemoveFileAsync(machine, file);
                break;
            case < 91:
                await runs.ResolveAsync(machine);
                break;
            case < 93:
                Count("merge");
                await runs.MergeAsync(machine);
                break;
            case < 98:
                await RaceAsync(machine, file, $"{seed}.{step}");
                break;
            case < 100:
                await MassAsync(machine, file, $"{seed}.{step}");
                break;
            case < 103:
                await upkeep.RetireAsync(machine);
                break;
            case < 106:
                await upkeep.CompactAsync(machine);
                break;
            case < 108:
                await upkeep.ForgetAsync(machine);
                break;
            default:
                await upkeep.RevertAsync(machine);
                break;
        }
    }

    // A program saves while a run is under way: at a call into Git, or at a moment of the write-back.
    private async Task RaceAsync(SimulatedMachine machine, TrackedMemory file, string prefix)
    {
        Write(machine, file, prefix);
        var until = world.Random.Next(1, 40);
        machine.Meanwhile = () =>
        {
            if (--until == 0)
            {
                Count("save of a program in the middle of a run");
                var already = file.Pending.Count;
                Write(machine, file, $"{prefix}.meanwhile");
                foreach (var one in file.Pending.Skip(already))
                {
                    // What has just been put in place, and was not seen there yet, a program is believed to have loaded only where nothing else fits as well.
                    one.VoidRemoval = machine.WritesBack ? "saved in the middle of a write-back" : file.IsSetBack ? "set back in the middle of a run to what it had been once" : null;
                }
            }
        };
        await runs.RunAsync(machine, file, world.Random.Next(4) == 0 ? Runs.Backup : Runs.Sync);
        machine.Meanwhile = () => { };
    }

    // A program writes many entries; where there are many, it deletes nearly all of them, which has to be refused until it is meant.
    private async Task MassAsync(SimulatedMachine machine, TrackedMemory file, string prefix)
    {
        var memory = world.Read(file);
        var before = memory.Facts();
        var isDelete = memory.Entries.Count > Runs.MassMin && file is { Runs: > 0, Pending.Count: 0 };
        var content = isDelete ? File.ReadAllText(world.PathOf(file)) : "";
        world.BeginSave(file);
        if (isDelete)
        {
            memory.Entries.RemoveRange(1, memory.Entries.Count - 1);
        }
        else
        {
            var writer = new Writer(world.Random, prefix);
            for (var i = 0; i <= Runs.MassMin; i++)
            {
                writer.Add(memory, $"{prefix}.{i}");
            }
        }

        world.Save(machine, file, memory);
        if (isDelete)
        {
            await runs.MassDeleteAsync(machine, file, before, memory.Facts(), content);
            return;
        }

        Count("mass of new entries");
        file.Pending.AddRange(world.Truth.Wrote(file.Author, before, memory.Facts()));
        Lines.Add($"   saves {Runs.MassMin + 1} new entries");
    }

    private void Write(SimulatedMachine machine, TrackedMemory file, string prefix)
    {
        var random = world.Random;
        var memory = world.Read(file);
        var before = memory.Facts();
        world.BeginSave(file);
        var writer = new Writer(random, prefix);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            writer.Change(memory, runs.Gone);
        }

        var events = world.Truth.Wrote(file.Author, before, memory.Facts());
        file.Pending.AddRange(events);
        world.Save(machine, file, memory);
        Count("save of a program");
        Lines.Add($"   saves {string.Join("; ", events.Select(one => $"event {one.Id} {one.Key}: +{string.Join(' ', one.Added)} -{string.Join(' ', one.Removed)}"))}");
    }

    private async Task SyncAsync(SimulatedMachine machine, TrackedMemory file)
    {
        Count("sync");
        await runs.RunAsync(machine, file, Runs.Sync);
    }

    private async Task CrashAsync(SimulatedMachine machine, TrackedMemory file)
    {
        machine.CrashAfter(world.Random.Next(1, 60));
        await runs.RunAsync(machine, file, world.Random.Next(3) == 0 ? Runs.Backup : Runs.Sync);
        machine.Reboot();
    }

    private void Storm(SimulatedMachine machine)
    {
        (machine.StormPercent, machine.PartialPercent) = world.Random.Next(4) switch
        {
            0 => (0, 0),
            1 => (100, 0),
            2 => (40, 30),
            _ => (0, 60),
        };
        Count("change of the network");
        Lines.Add($"   of 100 calls {machine.StormPercent} fail, and {machine.PartialPercent} see only a part");
    }

    private void JumpClock(SimulatedMachine machine)
    {
        machine.Error = world.Random.Next(5) switch
        {
            0 => TimeSpan.Zero,
            1 => TimeSpan.FromHours(-3),
            2 => TimeSpan.FromMinutes(3),
            3 => TimeSpan.FromDays(365 * 4),
            _ => TimeSpan.FromDays(-800),
        };
        Count("jump of a clock");
        Lines.Add($"   its clock is {machine.Error} off");
    }
}
