using MemoryBackup.Sync.Files;

namespace MemoryBackup.Simulator.Histories;

/// <summary>The disk of a simulated machine: each call is carried out on real files, is a moment at which the machine may stop, and lasts once it is synced.</summary>
internal sealed class SimulatedDisk(World world, SimulatedMachine machine) : IUserDisk
{
    private static readonly IUserDisk Real = ThisDisk.Instance;

    public void WriteNew(string path, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        machine.Reached("the making of a file beside a user's");
        Real.WriteNew(path, pieces);
        machine.Disk.Wrote(path);
        Renamed(path, () => File.Delete(path));
    }

    public void Overwrite(string path, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        machine.Reached("the writing over a user's file");
        Real.Overwrite(path, pieces);
        machine.Disk.Wrote(path);
    }

    public void SyncContent(string path)
    {
        machine.Reached("the sync of a user's file");
        machine.Disk.SyncedContent(path);
        if (machine.Files.SingleOrDefault(file => world.PathOf(file) == path) is { Unsynced: { } save } saved)
        {
            saved.Unsynced = save with { IsContentSynced = true };
        }
    }

    public void SyncFolder(string folder)
    {
        machine.MayStop("the sync of a user's folder");
        machine.Disk.SyncedFolder(folder);
        foreach (var file in machine.Files.Where(file => file.Unsynced is { IsContentSynced: true }))
        {
            file.Unsynced = null;
        }
    }

    public void Rename(string from, string to, bool overwrite)
    {
        machine.Reached("the renaming of a user's file");
        var former = overwrite && File.Exists(to) ? machine.Disk.Keep(to) : null;
        Real.Rename(from, to, overwrite);
        Renamed(to, () =>
        {
            File.Move(to, from);
            if (former is not null)
            {
                File.Move(former, to);
            }
        });
    }

    public bool TryRenameNew(string from, string to) =>
        Try("the renaming of a user's file", () => Real.TryRenameNew(from, to), to, () => File.Move(to, from));

    public bool TryExchange(string left, string right) =>
        Try("the exchange of a user's file", () => Real.TryExchange(left, right), right, () => Real.TryExchange(left, right));

    public void Link(string existing, string name)
    {
        machine.Reached("the linking of a user's file");
        Real.Link(existing, name);
        Renamed(name, () => File.Delete(name));
    }

    public void Delete(string path)
    {
        machine.Reached("the removal of a file beside a user's");
        if (File.Exists(path))
        {
            var kept = machine.Disk.Keep(path);
            Real.Delete(path);
            Renamed(path, () => File.Move(kept, path));
        }
    }

    private bool Try(string moment, Func<bool> call, string path, Action undo)
    {
        machine.Reached(moment);
        var isDone = call();
        if (isDone)
        {
            Renamed(path, undo);
        }

        return isDone;
    }

    private void Renamed(string path, Action undo) => machine.Disk.Renamed(Path.GetDirectoryName(path)!, world.Time, undo);
}
