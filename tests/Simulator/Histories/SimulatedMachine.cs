using MemoryBackup.Git;
using MemoryBackup.Simulator.GitModel;
using MemoryBackup.Simulator.Truth;

namespace MemoryBackup.Simulator.Histories;

/// <summary>A machine with a disk, a clock and a network of its own. Everything that happens on it passes through <see cref="Reached"/>, where it may stop.</summary>
internal sealed class SimulatedMachine(World world, int number, string id) : IModelSurroundings
{
    private int? untilCrash;
    private bool isDead;

    public int Number { get; } = number;

    /// <summary>The machine's id, which a cloned machine has as well.</summary>
    public string Id { get; set; } = id;

    /// <summary>Where its disk lies while another machine is at work.</summary>
    public string Parked => world.Folder.Below($"m{Number}");

    public List<TrackedMemory> Files { get; set; } = [];

    /// <summary>The label of its host.</summary>
    public string Host => $"host{Number}";

    /// <summary>Whether it began as a copy of another one.</summary>
    public bool IsCopy { get; init; }

    /// <summary>Whether it, or the machine that it is a copy of, ever stopped in the middle of a run.</summary>
    public bool HasCrashed { get; set; }

    /// <summary>Its programs, as the ground truth counts authors.</summary>
    public IEnumerable<int> Authors => Files.Select(file => file.Author);

    /// <summary>The remotes that it knows, by number.</summary>
    public IReadOnlyList<int> Remotes { get; set; } = [0];

    /// <summary>What of its users' files is not on the disk yet.</summary>
    public DiskJournal Disk { get; } = new(world.Folder.Below($"aside{number}"));

    /// <summary>Its store, if Git is a model.</summary>
    public ModelRepository? Repository { get; set; }

    /// <summary>How wrong its clock is.</summary>
    public TimeSpan Error { get; set; }

    public List<Image> Images { get; } = [];

    /// <summary>Events of its files that its store has recorded and the remote has not confirmed.</summary>
    public HashSet<WriteEvent> Unconfirmed { get; set; } = [];

    /// <summary>All events that its store has recorded.</summary>
    public HashSet<int> Recorded { get; set; } = [];

    public DateTimeOffset Now => world.Time + Error;

    public DateTimeOffset TrueTime => world.Time;

    public Random Random => world.Random;

    /// <summary>How often, of 100 calls to a remote, something goes wrong.</summary>
    public int StormPercent { get; set; }

    /// <summary>How often, of 100 looks at a remote, only a part of it is seen, or an old state.</summary>
    public int PartialPercent { get; set; }

    /// <summary>What a program on it does while a run is under way.</summary>
    public Action Meanwhile { get; set; } = () => { };

    public string? StoppedAt { get; private set; }

    /// <summary>Whether the current run has planned a write-back.</summary>
    public bool WritesBack { get; set; }

    /// <summary>Lets it stop after so many moments.</summary>
    public void CrashAfter(int moments) => untilCrash = moments;

    /// <summary>Starts it again.</summary>
    public void Reboot() => (untilCrash, isDead, StoppedAt) = (null, false, null);

    public ModelRepository? At(string path) => path == world.Store ? Repository : world.RemoteAt(path);

    public void Reached(string moment)
    {
        MayStop(moment);
        Meanwhile();
    }

    /// <summary>Something is about to happen at which the machine may stop, and at which no program gets its turn.</summary>
    public void MayStop(string moment)
    {
        if (isDead)
        {
            throw new CrashException(StoppedAt!);
        }

        world.Pass(TimeSpan.FromMilliseconds(world.Random.Next(40)));
        if (untilCrash is { } left && (untilCrash = left - 1) <= 0)
        {
            (isDead, StoppedAt, HasCrashed) = (true, moment, true);
            throw new CrashException(moment);
        }
    }

    public Weather Next(string command)
    {
        world.Pass(TimeSpan.FromMilliseconds(world.Random.Next(4_000)));
        return world.Random.Next(100) >= StormPercent ? Weather.Fine : world.Random.Next(8) switch
        {
            < 4 => Weather.LostBefore,
            < 7 => Weather.LostAfter,
            _ => Weather.Denied,
        };
    }

    public IReadOnlyDictionary<string, ObjectId> ViewOf(ModelRepository remote)
    {
        if (world.Random.Next(100) >= PartialPercent)
        {
            return remote.Refs;
        }

        var view = new SortedDictionary<string, ObjectId>(StringComparer.Ordinal);
        foreach (var (name, tip) in remote.Refs)
        {
            var past = remote.RefPast.GetValueOrDefault(name) ?? [tip];
            switch (world.Random.Next(4))
            {
                case 0:
                    break;
                case 1:
                    view[name] = past[Math.Max(0, past.Count - 1 - world.Random.Next(3))];
                    break;
                default:
                    view[name] = tip;
                    break;
            }
        }

        return view;
    }
}
