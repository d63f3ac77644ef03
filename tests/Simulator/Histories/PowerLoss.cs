using MemoryBackup.Simulator.GitModel;

namespace MemoryBackup.Simulator.Histories;

/// <summary>What is on a machine's disk after a loss of power: of what nobody synced, some is gone.</summary>
/// <remarks>
/// What the program does to users' files is undone back to some moment since the last sync of their folder, and a content that was not synced may be cut
/// (<see cref="DiskJournal"/>). What users' programs save is not synced by them, and the store's record of its remotes may be lost at any time.
/// </remarks>
internal sealed class PowerLoss(World world, Action<string> log, Action<string> count)
{
    /// <summary>Takes away what had not reached the disk.</summary>
    public void Strike(SimulatedMachine machine)
    {
        var lost = machine.Repository!.LosePower(world.Time, world.Random, inOrder: world.Random.Next(2) == 0);
        log($"   the power is lost, and {lost} names with it");
        if (machine.Disk.LosePower(world.Time, world.Random) is > 0 and var undone)
        {
            count("power lost between a change of a user's file and its sync");
            log($"   {undone} changes of files are undone");
        }

        foreach (var file in machine.Files)
        {
            LoseSaves(machine, file);
        }

        LoseRecord();
    }

    private void LoseSaves(SimulatedMachine machine, TrackedMemory file)
    {
        var path = world.PathOf(file);
        var unsynced = file.Unsynced;
        file.Unsynced = null;
        if (unsynced is null || world.Time - unsynced.Time > ModelRepository.WrittenBackAfter || world.Random.Next(2) == 0 || !File.Exists(path) || File.ReadAllText(path) != unsynced.Saved)
        {
            return;
        }

        if (unsynced.Before is { } before)
        {
            File.WriteAllText(path, before);
            world.Touch(machine, file);
        }
        else
        {
            File.Delete(path);
        }

        foreach (var one in file.Pending.Where(one => one.Id >= unsynced.FirstEvent))
        {
            one.Void = "lost with the power before a run had told that it has it";
        }

        file.Pending.RemoveAll(one => one.Id >= unsynced.FirstEvent);
        file.Doubt = "a loss of power set the file back";
        count("file set back by a loss of power");
        log($"   {file.Name} is set back to what it was before event {unsynced.FirstEvent}");
    }

    private void LoseRecord()
    {
        var path = Path.Combine(world.Store, "memory-backup", "default", "remotes.json");
        if (!File.Exists(path) || world.Random.Next(2) == 0)
        {
            return;
        }

        var content = File.ReadAllBytes(path);
        switch (world.Random.Next(3))
        {
            case 0:
                File.Delete(path);
                break;
            case 1:
                File.WriteAllBytes(path, []);
                break;
            default:
                File.WriteAllBytes(path, content[..(content.Length / 2)]);
                break;
        }

        count("record of remotes, lost with the power");
    }
}
