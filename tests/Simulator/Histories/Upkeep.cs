using MemoryBackup.Simulator.GitModel;
using MemoryBackup.Simulator.Truth;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Simulator.Histories;

/// <summary>What somebody does to a memory by commands: retire replicas, shorten history, forget an entry, take back what a machine wrote.</summary>
internal sealed class Upkeep(World world, Runs runs, Action<string> log, Action<string> count)
{
    /// <summary>Takes over other replicas, dead or alive: that changes nothing of what is shown.</summary>
    public async Task RetireAsync(SimulatedMachine machine)
    {
        if (world.MayHaveTwins)
        {
            // A known fault: once its ref is gone from the remote, a twin that had parted from the retired line publishes there under the name (docs/internals).
            count("left out: retire, where two stores may write under one name");
            return;
        }

        var known = (await world.InSessionAsync(machine, session => session.StatusAsync())).Replicas
            .Where(replica => !replica.IsOwn && replica.Adopter is null).Select(replica => replica.Replica).Order(StringComparer.Ordinal).ToList();
        if (known.Count == 0)
        {
            return;
        }

        var chosen = known.Where(_ => world.Random.Next(2) == 0).DefaultIfEmpty(known[0]).ToList();
        await ChangeNothingAsync(machine, "retire", async (session, offline) =>
        {
            var report = await session.RetireAsync(new RetireOptions { Replicas = chosen, Force = true, Offline = offline });
            return $"{string.Join(' ', report.Retired.Select(retired => retired.Replica))}, {report.ExitCode}";
        });
    }

    /// <summary>Shortens the own history: that changes nothing of what is shown.</summary>
    public Task CompactAsync(SimulatedMachine machine) => ChangeNothingAsync(machine, "compact", async (session, offline) =>
    {
        var report = await session.CompactAsync(new CompactOptions { Keep = TimeSpan.FromMinutes(world.Random.Next(1, 30)), Offline = offline });
        return $"{report.Removed} of {report.Publications} publications, {report.ExitCode}";
    });

    /// <summary>Forgets an entry: what the store knew of it must be nowhere any more in the end.</summary>
    public async Task ForgetAsync(SimulatedMachine machine)
    {
        var before = await StoreMemory.AskAsync(world, machine);
        if (before.Facts.Count == 0)
        {
            return;
        }

        var key = before.Facts.Keys.Order(StringComparer.Ordinal).ElementAt(world.Random.Next(before.Facts.Count));
        var request = new ForgetRequested(key, before.Of(key), world.Truth.Events.Count, machine.Number);

        // Whatever becomes of the command: from here on others' writes may go with the entry.
        world.Truth.Forgotten.Add(request);
        log($"   forgets {key}");
        if (await RunAsync(machine, "forget", async (session, offline) =>
            {
                var exitCode = (await session.ForgetAsync(new ForgetOptions { Keys = [$"[\"id\",\"{key}\"]"], Offline = offline })).ExitCode;
                request.IsSent = exitCode == ExitCode.Done && !offline;
                return exitCode.ToString();
            }))
        {
            request.IsDone = true;
            if ((await StoreMemory.AskAsync(world, machine)).Of(key).Intersect(before.Of(key)).FirstOrDefault(fact => fact.Path != "/id") is { Key: not null } left)
            {
                throw new BrokenPromiseException($"{left} was to be forgotten, and the store still shows it");
            }
        }
    }

    /// <summary>Takes back all that a machine wrote.</summary>
    public async Task RevertAsync(SimulatedMachine machine)
    {
        var writer = world.Machines[world.Random.Next(world.Machines.Count)];
        var before = await StoreMemory.AskAsync(world, machine);
        RevertReport? report = null;
        var isDone = await RunAsync(
            machine,
            "revert",
            async (session, _) =>
            {
                report = await session.RevertAsync(new RevertRequest { Writer = writer.Host, AcceptDeletes = true, Offline = true });
                return $"{report.Changes.Count} changes, {report.NotTakenBack.Count} not taken back";
            });
        var after = await StoreMemory.AskAsync(world, machine);
        foreach (var key in before.Facts.Keys.Union(after.Facts.Keys).Order(StringComparer.Ordinal))
        {
            var isChanged = report?.Changes.Any(change => change.Key == key && change.Change == "changed") == true;
            Compare(machine, writer, key, before.Of(key), after.Of(key), isChanged);
        }

        if (isDone)
        {
            CheckTakenBack(writer, report!, before, after);
        }
    }

    private void Compare(SimulatedMachine machine, SimulatedMachine writer, string key, HashSet<Fact> before, HashSet<Fact> after, bool isChanged)
    {
        if (before.SetEquals(after) && !isChanged)
        {
            return;
        }

        if (after.FirstOrDefault(fact => !world.Truth.WasWritten(fact)) is { Key: not null } invented)
        {
            throw new BrokenPromiseException($"a revert made {invented}, and nobody wrote it");
        }

        // A store that is a copy, or new, or put back from before, writes once more what stands in its file.
        var mayBeWrittenAgain = writer.IsCopy || world.Truth.WrittenTwice.Contains(key) || before.Union(after).Any(world.Truth.MetAnew.Contains);
        if (!mayBeWrittenAgain && !world.Truth.Events.Exists(one => one.Key == key && (IsBy(one, writer) || one.Author == 0)))
        {
            throw new BrokenPromiseException($"a revert of what {writer.Host} wrote changed {key}, which it never wrote");
        }

        var one = world.Truth.Wrote(author: 0, key, before, after);
        one.IsAcknowledged = true;
        machine.Recorded.Add(one.Id);
        machine.Unconfirmed.Add(one);
        log($"   event {one.Id} {key}: +{string.Join(' ', one.Added)} -{string.Join(' ', one.Removed)}");
    }

    // What the machine alone ever wrote, once, is gone.
    private void CheckTakenBack(SimulatedMachine writer, RevertReport report, StoreMemory before, StoreMemory after)
    {
        var spared = report.NotTakenBack.Select(entry => entry.Key).ToHashSet();
        foreach (var key in before.Facts.Keys.Where(key => !spared.Contains(key) && !world.Truth.WrittenTwice.Contains(key)))
        {
            var events = world.Truth.Events.Where(one => one.Key == key).ToList();
            foreach (var fact in before.Of(key).Where(fact => fact.Path != "/id" && after.Of(key).Contains(fact) && !world.Truth.MetAnew.Contains(fact)))
            {
                var writes = events.Where(one => one.Left.Contains(fact) && !one.Had.Contains(fact)).ToList();
                if (writes is [{ IsAcknowledged: true, Void: null } only] && IsBy(only, writer) && !events.Exists(one => one.Author == 0) && !writer.IsCopy)
                {
                    throw new BrokenPromiseException($"{fact} was written by {writer.Host} alone, and stands after what it wrote was taken back");
                }
            }
        }
    }

    private static bool IsBy(WriteEvent one, SimulatedMachine machine) => machine.Authors.Contains(one.Author) || machine.Recorded.Contains(one.Id);

    private async Task ChangeNothingAsync(SimulatedMachine machine, string command, Func<SpaceSession, bool, Task<string>> work)
    {
        var before = await StoreMemory.AskAsync(world, machine);
        var isOffline = false;
        await RunAsync(machine, command, (session, offline) => work(session, isOffline = offline));
        if (isOffline && (await StoreMemory.AskAsync(world, machine)).Text is var after && after != before.Text)
        {
            throw new BrokenPromiseException($"a {command} without a network changed what is shown:\n{after}\ninstead of\n{before.Text}");
        }
    }

    // May stop at any moment.
    private async Task<bool> RunAsync(SimulatedMachine machine, string command, Func<SpaceSession, bool, Task<string>> work)
    {
        var offline = world.Random.Next(2) == 0;
        if (world.Random.Next(4) == 0)
        {
            machine.CrashAfter(world.Random.Next(1, 60));
        }

        try
        {
            var told = await world.InSessionAsync(machine, session => work(session, offline));
            count(command);
            log($"   {command}{(offline ? " offline" : "")}: {told}");
            return true;
        }
        catch (CrashException crash)
        {
            runs.AfterCrash(machine, crash);
            return false;
        }
        catch (MemoryBackupException error) when (error.ExitCode is ExitCode.InvalidData or ExitCode.Usage)
        {
            count($"{command} refused");
            log($"   {command} is refused: {error.Message}");
            return false;
        }
        finally
        {
            machine.Reboot();
        }
    }
}
