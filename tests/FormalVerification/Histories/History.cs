using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Generators;

namespace MemoryBackup.FormalVerification.Histories;

/// <summary>
/// One random history, run on the real code beside the ground truth. Each step draws from its own source, so a step does about
/// the same when others are left out: that is how a failing history is made shorter.
/// </summary>
internal sealed class History
{
    private static readonly int[] OddYears = [1960, 2098, 2150];

    private readonly GroundTruth truth = new();
    private readonly RandomJson json = new();
    private readonly List<SimulatedReplica> replicas = [];
    private readonly EntryKey[] keys;
    private readonly Dictionary<string, List<(ReplicaState State, IReadOnlyDictionary<string, long> Knows)>> published = [];
    private readonly List<string> said = [];
    private readonly bool fetchesWhatIsKnown;
    private readonly bool hasOddStamps;
    private readonly int seed;
    private DateTimeOffset time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private History(int seed)
    {
        this.seed = seed;
        var random = new Random(seed);
        fetchesWhatIsKnown = random.Next(3) > 0;
        hasOddStamps = random.Next(4) == 0;
        keys = [.. Enumerable.Range(0, 1 + random.Next(3)).Select(i => EntryKey.Entity($"e{i}"))];
        for (var i = 2 + random.Next(3); i > 0; i--)
        {
            var replica = new SimulatedReplica($"r{(char)('a' + i)}", TimeSpan.FromMinutes(random.Next(-30, 30)));
            replicas.Add(replica);
            published.Add(replica.Id, []);
            for (var file = random.Next(3); file > 0; file--)
            {
                replica.NewFile();
            }
        }
    }

    /// <summary>What was done, for the reader of a failure.</summary>
    public List<string> Log { get; } = [];

    public static int Length(int seed) => 4 + new Random(seed ^ 0x5EED).Next(70);

    /// <exception cref="BrokenPromiseException">The code and the ground truth differ.</exception>
    public static History Run(int seed, IEnumerable<int> steps)
    {
        var history = new History(seed);
        try
        {
            foreach (var step in steps)
            {
                history.Step(new Random(unchecked((seed * 1_000_003) + (step * 7_919))));
            }

            history.ComeToRest();
        }
        catch (Exception error) when (error is not BrokenPromiseException)
        {
            throw new BrokenPromiseException($"{error}", history.Log);
        }

        return history;
    }

    private void Step(Random random)
    {
        time += TimeSpan.FromMilliseconds(random.Next(3) * random.Next(100_000));
        var replica = replicas[random.Next(replicas.Count)];
        var key = keys[random.Next(keys.Length)];
        switch (random.Next(100))
        {
            case < 38 when replica.Files.Count > 0:
                EditFile(random, replica, replica.Files[random.Next(replica.Files.Count)], key);
                break;
            case < 44 when replica.Files.Count > 0:
                EditStale(random, replica, random.Next(replica.Files.Count), key);
                break;
            case < 52:
                Command(random, replica, key);
                break;
            case < 64:
                Publish(replica);
                break;
            case < 84:
                Fetch(random, replica);
                break;
            default:
                WriteBack(random, replica);
                break;
        }
    }

    private void EditFile(Random random, SimulatedReplica replica, SimulatedActor file, EntryKey key)
    {
        file.Remember();
        var onto = file.Baseline.GetValueOrDefault(key) ?? [];
        if (onto.Count > 0 && random.Next(6) == 0)
        {
            Delete(replica, file, key, onto);
            file.Baseline.Remove(key);
        }
        else
        {
            var value = onto.Count == 0 ? New(random) : json.Changed(random, Face.Of(onto).Value.ToString());
            file.Baseline[key] = [Write(random, replica, file, key, onto, value, resolves: false)];
        }
    }

    private void EditStale(Random random, SimulatedReplica replica, int file, EntryKey key)
    {
        var former = replica.Files[file];
        if (former.Remembered.Count > 0)
        {
            replica.Files[file] = former.FreshAt(replica.NextActor(), random.Next(former.Remembered.Count));
            Log.Add($"{replica.Files[file].Id} goes on from an older state of {former.Id}");
            EditFile(random, replica, replica.Files[file], key);
        }
    }

    // What a command or a tool call does: it reads what is live now, and writes on top of it.
    private void Command(Random random, SimulatedReplica replica, EntryKey key)
    {
        if (replica.MissesAny)
        {
            return;
        }

        Publish(replica);
        var onto = replica.Memory(random).Live(key);
        if (onto.Count == 0)
        {
            Write(random, replica, replica.Store, key, onto, New(random), resolves: false);
        }
        else if (random.Next(5) == 0)
        {
            Delete(replica, replica.Store, key, onto);
        }
        else
        {
            var face = Face.Of(onto).Value.ToString();
            var resolves = random.Next(2) == 0;
            Write(random, replica, replica.Store, key, onto, resolves && random.Next(2) == 0 ? face : json.Changed(random, face), resolves);
        }

        Publish(replica);
    }

    // What comes new is often not new: a copy from elsewhere, a line that was deleted and is typed again.
    private string New(Random random) => said.Count > 0 && random.Next(3) == 0 ? said[random.Next(said.Count)] : json.Whole(random);

    private Version Write(
        Random random,
        SimulatedReplica replica,
        SimulatedActor actor,
        EntryKey key,
        IReadOnlyList<Version> onto,
        string value,
        bool resolves)
    {
        var stamp = replica.NextStamp(time, onto);
        if (hasOddStamps && onto.Count == 0 && random.Next(3) == 0)
        {
            stamp = new Stamp(new DateTime(OddYears[random.Next(OddYears.Length)], 1, 1).Ticks + random.Next(2));
        }

        var mayHaveWritten = !actor.Wrote.Add(key);
        var edit = new Edit
        {
            Key = key,
            Base = onto,
            Value = JsonText.Parse(value),
            IsBare = value[0] != '{',
            Dot = actor.NextDot(),
            Stamp = stamp,
            Host = replica.Id,
            ActorMayHaveWrittenKey = mayHaveWritten,
            Resolves = resolves,
        };
        var version = edit.ToVersion();
        Log.Add($"{edit.Dot} {(resolves ? "resolves" : "writes")} {key} at {stamp} onto [{string.Join(", ", onto.Select(one => one.Dot))}]: {value}");
        var written = truth.Wrote(key, edit.Dot, stamp, Events(onto), value, resolves);
        Check(FlatJson.SaySame(FlatJson.Of(version.Value.ToString()), written.Said), $"{edit.Dot} shows {version.Value} instead of {value}");
        CheckFacts($"the version {edit.Dot}", version.Elements, written.Left);
        replica.Draft.Write(version, onto);
        said.Add(value);
        return version;
    }

    private void Delete(SimulatedReplica replica, SimulatedActor actor, EntryKey key, IReadOnlyList<Version> onto)
    {
        Log.Add($"{actor.Id} deletes {key}: [{string.Join(", ", onto.Select(one => one.Dot))}]");
        truth.Deleted(key, actor.Id, Events(onto));
        replica.Draft.Delete(onto);
    }

    private void Publish(SimulatedReplica replica)
    {
        if (replica.Publish())
        {
            Log.Add($"{replica.Id} publishes {replica.Own.Publication}: [{string.Join(", ", replica.Own.Versions.Keys)}] removed [{string.Join(", ", replica.Own.Removed.Dots)}]");
            published[replica.Id].Add((replica.Own, replica.Knows()));
        }
    }

    // Some of the others' states, not always the newest. With one remote and atomic pushes whatever a state was made from comes along.
    private void Fetch(Random random, SimulatedReplica replica)
    {
        foreach (var other in replicas.Where(other => other != replica && random.Next(3) > 0))
        {
            var states = published[other.Id];
            if (states.Count > 0)
            {
                var back = random.Next(2) == 0 ? 0 : random.Next(states.Count);
                Learn(replica, other.Id, states.Count - back);
            }
        }
    }

    private void Learn(SimulatedReplica replica, string other, long publication)
    {
        var (state, knows) = published[other][(int)publication - 1];
        if (replica.Known.TryGetValue(other, out var known) && known.Publication >= publication)
        {
            replica.Learn(state, knows);
            return;
        }

        replica.Learn(state, knows);
        Log.Add($"{replica.Id} learns {other} {publication}");
        foreach (var (third, number) in knows.Where(known => fetchesWhatIsKnown && known.Key != replica.Id))
        {
            Learn(replica, third, number);
        }
    }

    private void WriteBack(Random random, SimulatedReplica replica)
    {
        if (!replica.MissesAny && replica.Files.Count > 0)
        {
            Publish(replica);
            var memory = replica.Memory(random);
            var file = replica.Files[random.Next(replica.Files.Count)];
            Log.Add($"{file.Id} reflects");
            file.Reflect(memory.Keys.ToDictionary(key => key, memory.Live));
        }
    }

    private void ComeToRest()
    {
        ExchangeAll();
        CheckAll();

        // Who has nothing to say publishes nothing. Two rounds of saying something: one drops own versions, the other the removals of them.
        for (var round = 0; round < 2; round++)
        {
            foreach (var replica in replicas)
            {
                Write(new Random(seed), replica, replica.Store, EntryKey.Entity($"last words {round} of {replica.Id}"), [], $"{{\"a\":\"{replica.Id} {round}\"}}", resolves: false);
            }

            ExchangeAll();
            CheckAll();
        }

        foreach (var replica in replicas)
        {
            Check(replica.Own.Removed.Count == 0, $"{replica.Id} still lists as removed: {string.Join(", ", replica.Own.Removed.Dots)}");
            var live = replica.Memory(new Random(seed)).Keys.SelectMany(replica.Memory(new Random(seed)).Live).Count();
            Check(live == replicas.Sum(one => one.Own.Versions.Count), $"versions that do not count are still listed");
        }
    }

    private void ExchangeAll()
    {
        foreach (var replica in replicas)
        {
            Publish(replica);
        }

        foreach (var replica in replicas)
        {
            foreach (var other in replicas.Where(other => other != replica && published[other.Id].Count > 0))
            {
                Learn(replica, other.Id, published[other.Id].Count);
            }
        }
    }

    private void CheckAll()
    {
        var random = new Random(seed);
        var memories = replicas.Select(replica => replica.Memory(random)).ToList();
        foreach (var memory in memories)
        {
            Check(Bytes(memory) == Bytes(memories[0]), $"two replicas know the same and show\n{Bytes(memories[0])}\nand\n{Bytes(memory)}");
        }

        foreach (var key in truth.Events.Select(one => one.Key).Distinct())
        {
            new Promises(truth, key, memories[0].Live(key), Log).Check();
        }
    }

    private static string Bytes(Memory memory) =>
        string.Join('\n', memory.Faces().Select(face =>
            $"{face.Key} {face.Value} {face.IsBare} {face.Primary.Dot} [{string.Join(", ", face.Versions.Select(version => version.Dot))}] "
            + string.Join("; ", face.Conflicts.Select(conflict => $"{conflict.Path}: {conflict.Shown} | {string.Join(", ", conflict.Others)}"))));

    private List<Event> Events(IEnumerable<Version> versions) => [.. versions.Select(version => truth[version.Dot])];

    private void CheckFacts(string what, Elements elements, HashSet<Fact> facts) => Promises.CheckFacts(truth, what, elements, facts, Log);

    private void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BrokenPromiseException(otherwise, Log);
        }
    }
}
