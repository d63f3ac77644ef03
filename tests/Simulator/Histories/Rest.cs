using MemoryBackup.Simulator.Truth;
using MemoryBackup.Store.Verifying;
using MemoryBackup.Sync;

namespace MemoryBackup.Simulator.Histories;

/// <summary>The end of a history: the network is up, every file is synced until nothing moves, and then all have to say the same and to keep what was promised.</summary>
internal sealed class Rest(World world, Runs runs, Action<string> log, Action<string> count)
{
    private const int RoundsMax = 12;

    public async Task RunAsync(bool checkRemovals, bool verify)
    {
        foreach (var machine in world.Machines)
        {
            machine.Reboot();
            (machine.StormPercent, machine.PartialPercent, machine.Meanwhile) = (0, 0, () => { });
        }

        await SettleAsync();
        if (checkRemovals)
        {
            await CheckRemovalsAsync();
        }

        var (shown, kept) = await LookAsync();
        if (verify)
        {
            await VerifyAsync();
        }

        new Judge(world.Truth, shown, kept, allowance => count($"allowed: {allowance}")).Check();
    }

    private async Task SettleAsync()
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            log($"rest, round {round}");
            var quiet = true;
            foreach (var machine in world.Machines)
            {
                foreach (var file in machine.Files)
                {
                    world.Pass(TimeSpan.FromSeconds(10));
                    log($"   machine {machine.Number}, {file.Name}");
                    var report = await runs.RunAsync(machine, file, Runs.Sync, acceptDeletes: true, mayBeOffline: false);
                    quiet &= report is { Recorded.Any: false, Received.Any: false, ExitCode: ExitCode.Done }
                        && report.Remotes.All(remote => remote is { Confirmed: true, Received.Count: 0, Pushed: false });
                }
            }

            if (quiet)
            {
                return;
            }
        }

        throw new BrokenPromiseException($"the machines do not come to rest in {RoundsMax} rounds");
    }

    // Everyone shows the same, bytes of the values included, and lists the same alternatives.
    private async Task<(HashSet<Fact> Shown, HashSet<Fact> Kept)> LookAsync()
    {
        HashSet<Fact>? shown = null;
        string? listed = null;
        var kept = new HashSet<Fact>();
        foreach (var machine in world.Machines)
        {
            world.Mount(machine);
            foreach (var file in machine.Files)
            {
                HashSet<Fact> here = [.. world.Read(file).Facts().SelectMany(entry => entry.Value)];
                shown ??= here;
                if (!shown.SetEquals(here))
                {
                    throw new BrokenPromiseException(
                        $"{file.Name} on machine {machine.Number} shows too much: {string.Join("; ", here.Except(shown))}, and lacks: {string.Join("; ", shown.Except(here))}");
                }
            }

            var conflicts = (await world.InSessionAsync(machine, session => session.ConflictsAsync(null))).Conflicts;
            var text = string.Join('\n', conflicts.Select(conflict => $"{conflict.KeyText} {conflict.Element}: {string.Join(", ", conflict.Values.Select(value => $"{value.Value} {value.UniqueId}"))}"));
            listed ??= text;
            if (text != listed)
            {
                throw new BrokenPromiseException($"machine {machine.Number} lists other alternatives:\n{text}\ninstead of\n{listed}");
            }

            kept.UnionWith(conflicts.SelectMany(conflict => conflict.Values.Where(value => value.Value is not null).Select(value => new Fact(conflict.Key, conflict.Element, value.Value!))));
        }

        return (shown!, kept);
    }

    private async Task VerifyAsync()
    {
        foreach (var machine in world.Machines)
        {
            var report = await world.InSessionAsync(machine, session => session.VerifyAsync(new VerifyOptions()));
            foreach (var left in report.Findings.Where(found => found.Code is FindingCode.StaleLock or FindingCode.LeftoverBesideFile && machine.HasCrashed))
            {
                count($"allowed: verify finds {left.Code} that a run left which was killed");
            }

            if (report.Findings.FirstOrDefault(found => !(found.Code is FindingCode.StaleLock or FindingCode.LeftoverBesideFile && machine.HasCrashed)) is { } finding)
            {
                throw new BrokenPromiseException($"verify on machine {machine.Number} finds {finding.Severity} {finding.Code}: {finding.Message}");
            }

            count("store verified, nothing found");
        }
    }

    // Two more edits by everyone, each seen by everyone: then nobody needs to remember a removal of what a living replica had.
    private async Task CheckRemovalsAsync()
    {
        for (var i = 0; i < 2; i++)
        {
            foreach (var machine in world.Machines)
            {
                world.Mount(machine);
                var file = machine.Files[0];
                var memory = world.Read(file);
                var before = memory.Facts();
                new Writer(world.Random, $"rest{machine.Number}.{i}").Add(memory, $"rest{machine.Number}.{i}");
                file.Pending.AddRange(world.Truth.Wrote(file.Author, before, memory.Facts()));
                world.Save(machine, file, memory);
            }

            await SettleAsync();
        }

        var living = new Dictionary<string, SimulatedMachine>();
        foreach (var machine in world.Machines)
        {
            living.Add((await world.InSessionAsync(machine, session => session.StatusAsync())).Replica!, machine);
        }

        foreach (var (replica, machine) in living)
        {
            var header = world.Header(replica, machine);
            foreach (var (actor, dots) in header.Removed)
            {
                if (living.ContainsKey(actor[..actor.LastIndexOf('.')]))
                {
                    throw new BrokenPromiseException($"{replica} still remembers that it removed {actor}:{dots}, whose owner lives and knows it");
                }

                count("removal of what a lost name had, kept");
            }
        }
    }
}
