using MemoryBackup.Crdt;

namespace MemoryBackup.FormalVerification.Histories;

/// <summary>One store: its own state, what it knows of the others', its actors, and a clock that may be wrong.</summary>
internal sealed class SimulatedReplica(string id, TimeSpan clockError)
{
    private Draft? draft;
    private Stamp last;
    private int actors;

    public string Id { get; } = id;

    public ReplicaState Own { get; private set; } = ReplicaState.Empty(id);

    public Dictionary<string, ReplicaState> Known { get; } = [];

    /// <summary>What each publication that is here was made from: replica → publication number.</summary>
    public Dictionary<string, IReadOnlyDictionary<string, long>> KnownKnows { get; } = [];

    public List<SimulatedActor> Files { get; } = [];

    public SimulatedActor Store { get; } = new(new Actor(id, 0));

    public Draft Draft => draft ??= new Draft(Own);

    public Memory Others => Crdt.Memory.Of(Known.Values);

    public Memory Memory(Random random) => Crdt.Memory.Of(Known.Values.Append(Own).OrderBy(_ => random.Next()));

    public SimulatedActor NewFile()
    {
        var file = new SimulatedActor(NextActor());
        Files.Add(file);
        return file;
    }

    public Actor NextActor() => new(Id, ++actors);

    /// <summary>Whether someone whose state is here had a newer state of that replica than there is here.</summary>
    public bool Misses(string replica) =>
        replica != Id && KnownKnows.Values.Any(knows => knows.TryGetValue(replica, out var known) && known > Publication(replica));

    public bool MissesAny => KnownKnows.Values.SelectMany(knows => knows.Keys).Any(Misses);

    public Stamp NextStamp(DateTimeOffset time, IReadOnlyList<Version> onto)
    {
        var now = Stamp.At(time + clockError);
        var clock = new StampClock(last, now, TimeSpan.FromMinutes(5));
        var stamp = clock.Next(now, onto);
        last = clock.Last;
        return stamp;
    }

    /// <returns>Whether there was anything to publish.</returns>
    public bool Publish()
    {
        if (draft is null)
        {
            return false;
        }

        var before = Own.Publication;
        Own = draft.Publish(Others, dot => Misses(dot.Actor.Replica));
        draft = null;
        return Own.Publication > before;
    }

    public IReadOnlyDictionary<string, long> Knows() => Known.ToDictionary(known => known.Key, known => known.Value.Publication);

    public void Learn(ReplicaState state, IReadOnlyDictionary<string, long> knows)
    {
        // An old state that arrives after a newer one: which of the two counts is for the tested join to say.
        ReplicaState[] both = Known.TryGetValue(state.Replica, out var known) ? [known, state] : [state];
        var joined = Crdt.Memory.Of(both).Known[state.Replica];
        Known[state.Replica] = joined;
        if (ReferenceEquals(joined, state))
        {
            KnownKnows[state.Replica] = knows;
        }
    }

    private long Publication(string replica) => Known.TryGetValue(replica, out var state) ? state.Publication : 0;
}
