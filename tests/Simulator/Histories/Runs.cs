using MemoryBackup.Simulator.GitModel;
using MemoryBackup.Simulator.Truth;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Simulator.Histories;

/// <summary>Runs of the real program, and what the ground truth learns from their reports.</summary>
internal sealed class Runs(World world, PowerLoss powerLoss, Action<string> log, Action<string> count)
{
    public const string Backup = "backup";
    public const string Sync = "sync";

    /// <summary>More deletes than these, and more than a fifth of the entries, need to be confirmed (design, section 6.4).</summary>
    public const int MassMin = 10;

    /// <summary>Keys that some file does not show any more.</summary>
    public List<string> Gone { get; } = [];

    /// <summary>Runs over a file.</summary>
    /// <returns>The report; <see langword="null"/> if the machine stopped, or the run was refused as it had to be.</returns>
    public async Task<RunReport?> RunAsync(SimulatedMachine machine, TrackedMemory file, string command, bool acceptDeletes = false, bool mayBeOffline = true)
    {
        world.Mount(machine);
        var isMissing = !File.Exists(world.PathOf(file));
        List<WriteEvent> read = [.. file.Pending];
        var options = new RunOptions { AcceptDeletes = acceptDeletes, Offline = mayBeOffline && world.Random.Next(12) == 0 };
        try
        {
            var report = await world.InSessionAsync(
                machine,
                session => command == Backup ? session.BackupAsync(world.PathOf(file), options) : session.SyncAsync(world.PathOf(file), options));
            HearWhatWasMistaken(file);
            Learn(machine, file, report, read);
            CheckFile(file);
            log($"   {command}: {Told(report)}");
            return report;
        }
        catch (CrashException crash)
        {
            HearWhatWasMistaken(file);
            if (file.Doubt is not null)
            {
                // It may have recorded what it found before it stopped, in the way of a run that is mistaken.
                world.Truth.MetAnew.UnionWith(world.Read(file).Facts().SelectMany(entry => entry.Value));
            }

            file.Doubt ??= machine.WritesBack ? "after a run that stopped in the middle of a write-back" : null;
            AfterCrash(machine, crash);
            CheckFile(file);
            return null;
        }
        catch (MemoryBackupException error) when (isMissing || error.Message.Contains("mass deletion", StringComparison.Ordinal))
        {
            log($"   {command} is refused: {error.Message}");
            count("run refused");
            return null;
        }
        catch (MemoryBackupException error)
        {
            throw new BrokenPromiseException($"a {command} of {file.Name} on machine {machine.Number} fails, {error.ExitCode}: {error.Message} {error.Remedy}", error);
        }
    }

    /// <summary>Empties a file by mistake: that has to be refused, and changes nothing.</summary>
    public async Task EmptyAsync(SimulatedMachine machine, TrackedMemory file)
    {
        var content = File.Exists(world.PathOf(file)) ? File.ReadAllText(world.PathOf(file)) : "";
        if (file.Runs == 0 || world.Read(file).Entries.Count == 0 || file.Pending.Count > 0)
        {
            return;
        }

        File.WriteAllText(world.PathOf(file), file.IsArray ? "[]" : "");
        world.Touch(machine, file);
        try
        {
            // To the store of a clone it may be another file, which has deleted nothing.
            var report = await world.InSessionAsync(machine, session => session.SyncAsync(world.PathOf(file), new RunOptions()));
            if (report.Recorded.Deleted.Count == 0 && world.Log.Says("is another file here"))
            {
                Learn(machine, file, report, []);
                log("   is emptied, and taken for another file");
                return;
            }

            // It was empty before, when it was made anew, say: then that is what was loaded, and nothing was deleted.
            if (report.Recorded.Deleted.Count == 0)
            {
                Learn(machine, file, report, []);
                count("emptied file, taken for one that had not loaded what came since");
                log("   is emptied, and taken for the work of a program that had loaded it when it was empty");
                return;
            }
        }
        catch (MemoryBackupException refused) when (refused.ExitCode == ExitCode.InvalidData)
        {
            File.WriteAllText(world.PathOf(file), content);
            world.Touch(machine, file);
            count("emptied file, refused");
            log("   is emptied; the run refuses, and the file is put back");
            return;
        }

        throw new BrokenPromiseException($"{file.Name} was emptied, and the run deleted everything that it had");
    }

    /// <summary>A program deleted nearly everything: that is refused, and then either meant or taken back.</summary>
    public async Task MassDeleteAsync(
        SimulatedMachine machine, TrackedMemory file, Dictionary<string, HashSet<Fact>> before, Dictionary<string, HashSet<Fact>> after, string content)
    {
        try
        {
            // To the store of a clone it may be another file, and to one that stopped in the middle, one that it had not loaded yet.
            var report = await world.InSessionAsync(machine, session => session.SyncAsync(world.PathOf(file), new RunOptions { Offline = true }));
            if (report.Recorded.Deleted.Count > MassMin)
            {
                throw new BrokenPromiseException($"{report.Recorded.Deleted.Count} entries were deleted from {file.Name}, and the run did not ask");
            }

            HearWhatWasMistaken(file);
            var events = world.Truth.Wrote(file.Author, before, after);
            events.ForEach(one => one.VoidRemoval = "so many deletes, and taken for something else");
            file.Pending.AddRange(events);
            Learn(machine, file, report, events);
            count("mass deletion, taken for something else");
            return;
        }
        catch (MemoryBackupException refused) when (refused.ExitCode == ExitCode.InvalidData)
        {
            count("mass deletion, refused");
            log("   deletes nearly everything; the run refuses");
        }

        if (world.Random.Next(2) == 0)
        {
            File.WriteAllText(world.PathOf(file), content);
            world.Touch(machine, file);
            return;
        }

        file.Pending.AddRange(world.Truth.Wrote(file.Author, before, after));
        await RunAsync(machine, file, Sync, acceptDeletes: true);
        count("mass deletion, accepted");
    }

    /// <summary>Runs with a limit that is too low: that fails, and changes nothing.</summary>
    public async Task LimitAsync(SimulatedMachine machine, TrackedMemory file)
    {
        var entries = world.Read(file).Entries.Count;
        if (entries < 2)
        {
            return;
        }

        var before = File.ReadAllText(world.PathOf(file));
        try
        {
            await world.InSessionAsync(machine, session => session.SyncAsync(world.PathOf(file), new RunOptions()), settings => settings with { EntriesMax = entries - 1 });
        }
        catch (MemoryBackupException error) when (error.ExitCode == ExitCode.Limit)
        {
            if (File.ReadAllText(world.PathOf(file)) != before)
            {
                throw new BrokenPromiseException($"a run that reached a limit changed {file.Name}");
            }

            count("limit reached");
            log($"   a limit of {entries - 1} entries is reached");
            return;
        }

        throw new BrokenPromiseException($"a run over {entries} entries ended well with a limit of {entries - 1}");
    }

    /// <summary>Removes a file: sync puts it back.</summary>
    public async Task RemoveFileAsync(SimulatedMachine machine, TrackedMemory file)
    {
        if (file.Runs == 0 || file.Pending.Count > 0)
        {
            return;
        }

        File.Delete(world.PathOf(file));
        count("file removed");
        log("   the file is removed");
        await RunAsync(machine, file, Sync);
    }

    /// <summary>Somebody looks at the conflicts of a store and settles one.</summary>
    public async Task ResolveAsync(SimulatedMachine machine)
    {
        var conflicts = (await world.InSessionAsync(machine, session => session.ConflictsAsync(null))).Conflicts
            .Where(conflict => conflict.Values.All(value => value.Value is not null) && !conflict.Element.Contains('#')).ToList();
        if (conflicts.Count == 0)
        {
            return;
        }

        var conflict = conflicts[world.Random.Next(conflicts.Count)];
        var whole = (await StoreMemory.AskAsync(world, machine)).Of(conflict.Key);
        var chosen = conflict.Values[world.Random.Next(conflict.Values.Count)];
        var report = await world.InSessionAsync(machine, session => session.ResolveAsync(new ResolveOptions
        {
            Key = conflict.KeyText,
            Element = conflict.Element,
            TakeWrite = chosen.UniqueId,
            Offline = true,
        }));
        var settled = new Fact(conflict.Key, conflict.Element, chosen.Value!);
        var one = world.Truth.Wrote(author: 0, conflict.Key, whole, [.. whole.Where(fact => fact.Path != conflict.Element), settled]);
        one.IsAcknowledged = true;
        machine.Recorded.Add(one.Id);
        machine.Unconfirmed.Add(one);
        count("conflict resolved");
        log($"   event {one.Id}: resolves {conflict.Key}{conflict.Element} to {chosen.Value} ({report.ExitCode})");
    }

    public Task MergeAsync(SimulatedMachine machine) => world.InSessionAsync(machine, session => session.MergeAsync(null, new RunOptions()));

    /// <summary>Everything in the file has been written by somebody, and it is whole.</summary>
    public void CheckFile(TrackedMemory file)
    {
        if (File.Exists(world.PathOf(file)))
        {
            file.Contents.Add(File.ReadAllText(world.PathOf(file)));
        }

        foreach (var fact in world.Read(file).Facts().SelectMany(entry => entry.Value).Where(fact => !world.Truth.WasWritten(fact)))
        {
            throw new BrokenPromiseException($"{file.Name} shows {fact}, and nobody wrote it");
        }
    }

    /// <summary>A machine stopped, and may have lost its power.</summary>
    public void AfterCrash(SimulatedMachine machine, CrashException crash)
    {
        var losesPower = machine.Repository is not null && world.Random.Next(2) == 0;
        count(losesPower ? "crash with loss of power" : "crash");
        log($"   {crash.Message}");
        if (losesPower)
        {
            powerLoss.Strike(machine);
        }
    }

    private bool IsTakenForAnother => world.Log.Says("is another file here");

    private bool IsTakenForOlder => world.Log.Says("A program saved an older state of the file");

    // Told is told, whether or not the run lived to give its report.
    private void HearWhatWasMistaken(TrackedMemory file)
    {
        // Those among it that came while the run was under way are read by it or by the next one.
        var read = file.Pending;
        if (IsTakenForAnother)
        {
            count("run that took a changed file on a cloned machine for another file, and said so");
            read.ForEach(one => one.VoidRemoval = "taken for another file");
        }

        // What the writer deleted, and what else it did to what had just arrived, is taken for the work of one that had not loaded it.
        if (IsTakenForOlder)
        {
            count("run that took a program for a stale writer, and said so");
            read.ForEach(one => one.VoidRemoval = "taken for a stale writer");
        }
    }

    private void Learn(SimulatedMachine machine, TrackedMemory file, RunReport report, List<WriteEvent> read)
    {
        file.Runs++;
        if (file.Doubt is not null || IsTakenForAnother || IsTakenForOlder || read.Exists(one => one.VoidRemoval is not null))
        {
            // A run that is mistaken about what its program had loaded writes whole entries once more, also such that the program did not touch.
            var recorded = report.Recorded.Added.Concat(report.Recorded.Changed).ToHashSet();
            world.Truth.MetAnew.UnionWith(world.Read(file).Facts().Where(entry => recorded.Contains(entry.Key)).SelectMany(entry => entry.Value));
        }

        if (file.Doubt is { } doubt)
        {
            read.ForEach(one => one.VoidRemoval ??= doubt);
            file.Doubt = null;
        }

        var old = report.OldCopies.ToHashSet();
        foreach (var one in read)
        {
            file.Pending.Remove(one);
            if (old.Contains(one.Key))
            {
                count("allowed: an old copy, told and not written");
                one.Void = "told as an old copy";
                continue;
            }

            one.IsAcknowledged = true;
            machine.Recorded.Add(one.Id);
            machine.Unconfirmed.Add(one);
        }

        foreach (var key in report.KeptForStaleWriter)
        {
            world.Truth.KeptForStaleWriter.UnionWith(world.Truth.Events.Where(one => one.Key == key).SelectMany(one => one.Removed));
        }

        if (report.Remotes.Count > 0 && report.Remotes.All(remote => remote is { Confirmed: true, Failure: null }))
        {
            foreach (var one in machine.Unconfirmed)
            {
                one.IsConfirmed = true;
            }

            machine.Unconfirmed.Clear();
            world.Truth.Forgotten.Where(request => request.Machine == machine.Number).ToList().ForEach(request => request.IsSent = true);
        }

        Gone.AddRange(report.Received.Deleted.Concat(report.Recorded.Deleted));
    }

    private static string Told(RunReport report) =>
        $"{report.Replica} recorded {Short(report.Recorded)}, received {Short(report.Received)}, n {report.Publication}, {report.ExitCode}"
        + (report.KeptForStaleWriter.Count > 0 ? $", kept {string.Join(' ', report.KeptForStaleWriter)}" : "")
        + (report.OldCopies.Count > 0 ? $", old copies {string.Join(' ', report.OldCopies)}" : "")
        + string.Concat(report.Remotes.Select(remote => $", {(remote.Confirmed ? "confirmed" : "pending")} {remote.Failure}"))
        + string.Concat(report.Warnings.Select(warning => $"\n      {warning}"));

    private static string Short(Changes changes) => $"+[{string.Join(' ', changes.Added)}] ~[{string.Join(' ', changes.Changed)}] -[{string.Join(' ', changes.Deleted)}]";
}
