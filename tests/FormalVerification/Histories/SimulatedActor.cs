using MemoryBackup.Crdt;

namespace MemoryBackup.FormalVerification.Histories;

/// <summary>A tracked file, or the store itself: its line of descent and what it last reflected.</summary>
internal sealed class SimulatedActor(Actor id)
{
    private const int RememberedMax = 6;

    public Actor Id { get; } = id;

    public long Sequence { get; private set; }

    /// <summary>What the file last reflected: key → the versions that were shown.</summary>
    public Dictionary<EntryKey, IReadOnlyList<Version>> Baseline { get; private set; } = [];

    /// <summary>Older baselines, on top of which a stale writer may still come.</summary>
    public List<Dictionary<EntryKey, IReadOnlyList<Version>>> Remembered { get; private init; } = [];

    public HashSet<EntryKey> Wrote { get; } = [];

    public Dot NextDot() => new(Id, ++Sequence);

    public void Reflect(Dictionary<EntryKey, IReadOnlyList<Version>> live)
    {
        Remember();
        Baseline = live;
    }

    public void Remember()
    {
        Remembered.Add(new(Baseline));
        if (Remembered.Count > RememberedMax)
        {
            Remembered.RemoveAt(0);
        }
    }

    /// <summary>Whoever goes on from an older state is another line of descent (design, section 13.1).</summary>
    public SimulatedActor FreshAt(Actor fresh, int remembered) =>
        new(fresh) { Baseline = new(Remembered[remembered]), Remembered = Remembered };
}
