using MemoryBackup.Crdt;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.History;

/// <summary>Which publication of a replica brought which write, told by its line of descent alone: no object has to be read for it.</summary>
internal sealed class WrittenBy
{
    private readonly Dictionary<Actor, List<(long Last, long Publication)>> steps = [];
    private readonly List<UInt128> counts = [];

    public WrittenBy(LineOfDescent line)
    {
        foreach (var advanced in line.Advances)
        {
            var count = UInt128.Zero;
            foreach (var (actor, last) in advanced)
            {
                if (!steps.TryGetValue(actor, out var ofActor))
                {
                    steps.Add(actor, ofActor = []);
                }

                var before = ofActor.Count == 0 ? 0 : ofActor[^1].Last;
                if (last > before)
                {
                    count += (ulong)(last - before);
                    ofActor.Add((last, counts.Count + 1));
                }
            }

            counts.Add(count);
        }
    }

    /// <summary>How many writes a publication brought. A foreign line may claim any number.</summary>
    public UInt128 Count(long publication) => counts[(int)publication - 1];

    /// <summary>The publication that brought the write; 0 if none says so.</summary>
    public long Publication(Dot dot)
    {
        if (!steps.TryGetValue(dot.Actor, out var ofActor))
        {
            return 0;
        }

        var (low, high) = (0, ofActor.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ofActor[middle].Last < dot.Sequence ? (middle + 1, high) : (low, middle);
        }

        return low < ofActor.Count ? ofActor[low].Publication : 0;
    }
}
