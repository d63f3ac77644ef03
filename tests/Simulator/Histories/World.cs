using System.Diagnostics;
using System.Text.Json;
using MemoryBackup.Git;
using MemoryBackup.Simulator.GitModel;
using MemoryBackup.Simulator.Truth;
using MemoryBackup.Sync;

namespace MemoryBackup.Simulator.Histories;

/// <summary>Some machines and a remote. All machines have their files and their store at the same path, as machines of one kind do: a clone cannot be told by it.</summary>
internal sealed class World : IDisposable
{
    private static readonly GitOptions Patient = new() { Attempts = 2, RetryDelay = TimeSpan.Zero };
    private readonly Dictionary<string, ModelRepository> remoteRepositories = [];
    private int sessions;
    private SimulatedMachine? mounted;

    /// <param name="seed">Of the first steps.</param>
    /// <param name="isModel">Whether Git is a model.</param>
    /// <param name="remotes">How many remotes there are: with one, machines name it by its path at each run; several are in their stores' configuration.</param>
    public World(int seed, bool isModel, int remotes)
    {
        (Random, IsModel) = (Seeds.RandomFor(seed, -2), isModel);
        Remotes = [.. Enumerable.Range(0, remotes).Select(number => Folder.Below($"remote{number}.git"))];
        foreach (var remote in Remotes)
        {
            if (isModel)
            {
                SimulationFolder.MakeGitDir(remote);
                remoteRepositories.Add(remote, new ModelRepository(remote));
            }
            else
            {
                Git("init", "--quiet", "--bare", remote);
            }
        }
    }

    public SimulationFolder Folder { get; } = new();

    public bool IsModel { get; }

    /// <summary>Decides what happens; set anew for each step, so that leaving one out leaves the others as they were.</summary>
    public Random Random { get; set; }

    public DateTimeOffset Time { get; private set; } = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    public GroundTruth Truth { get; } = new();

    public RunLog Log { get; } = new();

    /// <summary>Whether two stores may have published under one name.</summary>
    public bool MayHaveTwins { get; set; }

    public List<SimulatedMachine> Machines { get; } = [];

    public string Here => Folder.Below("here");

    public string Store => Path.Combine(Here, "store.git");

    /// <summary>Where the remotes are.</summary>
    public IReadOnlyList<string> Remotes { get; }

    /// <summary>The modelled remote at a path, if there is one.</summary>
    public ModelRepository? RemoteAt(string path) => remoteRepositories.GetValueOrDefault(path);

    public void Dispose() => Folder.Dispose();

    public void Pass(TimeSpan time) => Time += time;

    public SimulatedMachine NewMachine(string id, bool isCopy = false)
    {
        var machine = new SimulatedMachine(this, Machines.Count, id) { IsCopy = isCopy };
        Machines.Add(machine);
        Directory.CreateDirectory(machine.Parked);
        return machine;
    }

    /// <summary>Gives a machine an empty store.</summary>
    public void MakeStore(SimulatedMachine machine)
    {
        Mount(machine);
        if (Directory.Exists(Store))
        {
            Directory.Delete(Store, recursive: true);
        }

        if (IsModel)
        {
            SimulationFolder.MakeGitDir(Store);
            machine.Repository = new ModelRepository(Store);
        }
        else
        {
            Git("init", "--quiet", "--bare", Store);
        }

        foreach (var number in Remotes.Count > 1 ? machine.Remotes : [])
        {
            if (IsModel)
            {
                machine.Repository!.Config.Add(($"remote.r{number}.url", Remotes[number]));
            }
            else
            {
                Git($"--git-dir={Store}", "config", $"remote.r{number}.url", Remotes[number]);
            }
        }
    }

    /// <summary>Lets a machine be the one that is at work.</summary>
    public void Mount(SimulatedMachine machine)
    {
        if (mounted == machine)
        {
            return;
        }

        if (mounted is not null)
        {
            Directory.Move(Here, mounted.Parked);
        }

        Directory.Move(machine.Parked, Here);
        mounted = machine;
    }

    public string PathOf(TrackedMemory file) => Path.Combine(Here, file.Name);

    public UserMemory Read(TrackedMemory file) => UserMemory.Read(PathOf(file), file.IsArray);

    /// <summary>A program saves its memory, in place or by a rename.</summary>
    public void Save(SimulatedMachine machine, TrackedMemory file, UserMemory memory)
    {
        var path = PathOf(file);
        machine.Disk.Settle();
        file.IsSetBack = !file.Contents.Add(memory.ToString());
        file.Unsynced = file.Unsynced is null ? null : file.Unsynced with { Saved = memory.ToString(), IsContentSynced = false };
        if (Random.Next(2) == 0)
        {
            File.WriteAllText(path + ".tmp", memory.ToString());
            File.Move(path + ".tmp", path, overwrite: true);
        }
        else
        {
            File.WriteAllText(path, memory.ToString());
        }

        Touch(machine, file);
    }

    /// <summary>A program is about to save: until the kernel has written that, a loss of power may bring back what is there now.</summary>
    public void BeginSave(TrackedMemory file)
    {
        var path = PathOf(file);
        var now = File.Exists(path) ? File.ReadAllText(path) : null;
        if (file.Unsynced is not { } earlier || Time - earlier.Time > ModelRepository.WrittenBackAfter || now != earlier.Saved)
        {
            file.Unsynced = new UnsyncedSave(now, Time, Truth.Events.Count);
        }
    }

    /// <summary>Gives a file the time of the machine's clock.</summary>
    public void Touch(SimulatedMachine machine, TrackedMemory file) => File.SetLastWriteTimeUtc(PathOf(file), machine.Now.UtcDateTime);

    public async Task<T> InSessionAsync<T>(SimulatedMachine machine, Func<SpaceSession, Task<T>> work, Func<RunSettings, RunSettings>? adjust = null)
    {
        Mount(machine);
        Log.Clear();
        machine.WritesBack = false;
        machine.Disk.Settle();
        var settings = new RunSettings
        {
            Host = machine.Host,
            Remote = Remotes.Count > 1 ? null : Remotes[0],
            SettleTime = TimeSpan.Zero,
            MemoryMegabytesMax = 1 << 20,
            Git = IsModel ? Patient with { Host = new ModelHost(machine), Time = new PatientTime(() => machine.Now) } : new GitOptions { Attempts = 1, ExtraEnvironment = Folder.GitEnvironment },
        };
        var environment = new SessionEnvironment
        {
            DataFolder = Here,
            Machine = machine.Id,
            Log = Log,
            Time = new SimulatedTime(() => machine.Now, Pass),
            Random = Random,
            Progress = doing => machine.Reached(doing),
            Reached = step =>
            {
                machine.WritesBack = true;
                machine.Reached($"the moment {step} of a write-back");
            },
            IsOpen = _ => false,
            TextBytesHeld = ++sessions % 2 == 0 ? 0 : null,
            SnapshotFrom = sessions % 3 == 0 ? 0 : null,
            Disk = new SimulatedDisk(this, machine),
        };
        await using var session = await SpaceSession.OpenAsync(Store, adjust?.Invoke(settings) ?? settings, environment);
        return await work(session);
    }

    /// <summary>What a replica's published state at a remote says it has removed: actor → dots.</summary>
    public (string Replica, IReadOnlyList<(string Actor, string Dots)> Removed) Header(string replica, SimulatedMachine machine)
    {
        var name = $"refs/heads/memory/default/{replica}:replica.json";
        var remote = Remotes[machine.Remotes[0]];
        using var json = JsonDocument.Parse(IsModel
            ? RemoteAt(remote)!.Resolve(name)!.Data
            : System.Text.Encoding.UTF8.GetBytes(Git($"--git-dir={remote}", "show", name)));
        return (replica, [.. json.RootElement.GetProperty("removed").EnumerateObject().Select(actor => (actor.Name, actor.Value.GetString()!))]);
    }

    public string Git(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {process.ExitCode}");
    }

    /// <summary>Copies a machine's disk.</summary>
    public Image Copy(SimulatedMachine machine, string name)
    {
        Mount(machine);
        var folder = Folder.Below(name);
        CopyFolder(Here, folder);
        return new Image(
            folder,
            machine.Repository?.Copy(Store),
            [.. machine.Files.Select(file => file with { Pending = [.. file.Pending] })],
            machine.Recorded.ToHashSet(),
            [.. machine.Unconfirmed.Concat(machine.Files.SelectMany(file => file.Pending)).Select(one => one.Key)]);
    }

    public static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
            File.SetLastWriteTimeUtc(Path.Combine(to, Path.GetFileName(file)), File.GetLastWriteTimeUtc(file));
        }

        foreach (var folder in Directory.EnumerateDirectories(from))
        {
            CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }
}
