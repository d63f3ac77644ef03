using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MemoryBackup.Crdt;

/// <summary>A set of dots, kept as runs per actor: <c>1-41,43</c>. Immutable.</summary>
public sealed class DotSet
{
    private readonly SortedDictionary<Actor, Run[]> runs;

    private DotSet(SortedDictionary<Actor, Run[]> runs) => this.runs = runs;

    /// <summary>The set without dots.</summary>
    public static DotSet Empty { get; } = new([]);

    /// <summary>How many dots there are; the greatest <see cref="long"/> if there are more, which a foreign set may claim.</summary>
    public long Count => (long)UInt128.Min((ulong)long.MaxValue, runs.Values.Aggregate(UInt128.Zero, (count, ofActor) => count + Length(ofActor)));

    /// <summary>The actors that have a dot in the set, in order.</summary>
    public IEnumerable<Actor> Actors => runs.Keys;

    /// <summary>All dots, in order.</summary>
    public IEnumerable<Dot> Dots
    {
        get
        {
            foreach (var (actor, ofActor) in runs)
            {
                foreach (var run in ofActor)
                {
                    for (var sequence = run.First; sequence <= run.Last; sequence++)
                    {
                        yield return new Dot(actor, sequence);
                    }
                }
            }
        }
    }

    /// <summary>The set of these dots.</summary>
    public static DotSet Of(IEnumerable<Dot> dots)
    {
        // Dots of one actor mostly follow one another.
        var met = new Dictionary<Actor, List<Run>>();
        var (last, ofLast) = (default(Actor), (List<Run>?)null);
        foreach (var dot in dots)
        {
            if (ofLast is null || dot.Actor != last)
            {
                ref var ofActor = ref CollectionsMarshal.GetValueRefOrAddDefault(met, dot.Actor, out _);
                (last, ofLast) = (dot.Actor, ofActor ??= []);
            }

            if (ofLast.Count > 0 && ofLast[^1].Last == dot.Sequence - 1)
            {
                ofLast[^1] = ofLast[^1] with { Last = dot.Sequence };
            }
            else
            {
                ofLast.Add(new Run(dot.Sequence, dot.Sequence));
            }
        }

        var runs = new SortedDictionary<Actor, Run[]>();
        foreach (var (actor, ofActor) in met)
        {
            ofActor.Sort((left, right) => left.First.CompareTo(right.First));
            runs.Add(actor, Join(ofActor));
        }

        return new DotSet(runs);
    }

    /// <summary>The set of all dots of each actor from its first to the one given.</summary>
    public static DotSet UpTo(IEnumerable<KeyValuePair<Actor, long>> greatest)
    {
        var runs = new SortedDictionary<Actor, Run[]>();
        foreach (var (actor, last) in greatest)
        {
            runs.Add(actor, [new Run(1, last)]);
        }

        return new DotSet(runs);
    }

    /// <summary>Whether the dot is in the set.</summary>
    public bool Contains(Dot dot) => RunOf(dot) is not null;

    /// <summary>Whether all these dots are in the set; the quicker told the more of them follow one another.</summary>
    public bool ContainsAll(IEnumerable<Dot> dots)
    {
        var (actor, run) = (default(Actor), default(Run));
        foreach (var dot in dots)
        {
            if (dot.Sequence >= run.First && dot.Sequence <= run.Last && dot.Actor == actor)
            {
                continue;
            }

            if (RunOf(dot) is not { } found)
            {
                return false;
            }

            (actor, run) = (dot.Actor, found);
        }

        return true;
    }

    /// <summary>The dots that are in either set.</summary>
    public DotSet Union(DotSet other)
    {
        if (runs.Count == 0 || other.runs.Count == 0)
        {
            return runs.Count == 0 ? other : this;
        }

        var union = new SortedDictionary<Actor, Run[]>(runs);
        foreach (var (actor, theirs) in other.runs)
        {
            union[actor] = union.TryGetValue(actor, out var ours)
                ? Join(ours.Concat(theirs).OrderBy(run => run.First))
                : theirs;
        }

        return new DotSet(union);
    }

    /// <summary>The dots of this set for which the condition holds. Walks every dot: not for a set that somebody else made.</summary>
    public DotSet Where(Func<Dot, bool> condition) => Of(Dots.Where(condition));

    /// <summary>The dots of this set that are not in the other.</summary>
    public DotSet Except(DotSet other)
    {
        var rest = new SortedDictionary<Actor, Run[]>();
        foreach (var (actor, ours) in runs)
        {
            var kept = other.runs.TryGetValue(actor, out var theirs) ? Cut(ours, theirs) : ours;
            if (kept.Length > 0)
            {
                rest.Add(actor, kept);
            }
        }

        return new DotSet(rest);
    }

    /// <summary>Whether every dot of this set is in the other.</summary>
    public bool IsWithin(DotSet other) => Except(other).runs.Count == 0;

    /// <summary>The greatest sequence number of an actor that is in the set; 0 if there is none.</summary>
    public long Greatest(Actor actor) => runs.TryGetValue(actor, out var ofActor) ? ofActor[^1].Last : 0;

    /// <summary>The text of one actor's runs, <c>1-41,43</c>.</summary>
    public string Text(Actor actor)
    {
        var text = new StringBuilder();
        foreach (var run in runs[actor])
        {
            text.Append(text.Length == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{run.First}");
            if (run.Last > run.First)
            {
                text.Append(CultureInfo.InvariantCulture, $"-{run.Last}");
            }
        }

        return text.ToString();
    }

    /// <summary>Reads the runs of each actor. A text that this type would not write (unsorted, touching or empty runs) is refused.</summary>
    public static bool TryParse(IEnumerable<KeyValuePair<Actor, string>> texts, out DotSet set)
    {
        var runs = new SortedDictionary<Actor, Run[]>();
        set = Empty;
        foreach (var (actor, text) in texts)
        {
            var ofActor = new List<Run>();
            foreach (var part in text.Split(','))
            {
                var dash = part.IndexOf('-');
                if (!PlainInteger.TryParseSequence(dash < 0 ? part : part[..dash], out var first)
                    || !PlainInteger.TryParseSequence(dash < 0 ? part : part[(dash + 1)..], out var last)
                    || (dash >= 0 && last <= first)
                    || (ofActor.Count > 0 && first <= ofActor[^1].Last + 1))
                {
                    return false;
                }

                ofActor.Add(new Run(first, last));
            }

            if (!runs.TryAdd(actor, [.. ofActor]))
            {
                return false;
            }
        }

        set = new DotSet(runs);
        return true;
    }

    private static UInt128 Length(Run[] runs) =>
        runs.Aggregate(UInt128.Zero, (length, run) => length + (ulong)(run.Last - run.First) + 1);

    private static Run[] Cut(Run[] runs, Run[] holes)
    {
        var kept = new List<Run>();
        var hole = 0;
        foreach (var run in runs)
        {
            var first = run.First;
            while (hole < holes.Length && holes[hole].Last < first)
            {
                hole++;
            }

            // A hole that reaches beyond this run is still there for the next one.
            for (var next = hole; next < holes.Length && holes[next].First <= run.Last; next++)
            {
                if (first < holes[next].First)
                {
                    kept.Add(new Run(first, holes[next].First - 1));
                }

                first = holes[next].Last + 1;
            }

            if (first <= run.Last)
            {
                kept.Add(new Run(first, run.Last));
            }
        }

        return [.. kept];
    }

    private Run? RunOf(Dot dot)
    {
        if (runs.Count == 0 || !runs.TryGetValue(dot.Actor, out var ofActor))
        {
            return null;
        }

        var (low, high) = (0, ofActor.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (dot.Sequence < ofActor[middle].First)
            {
                high = middle - 1;
            }
            else if (dot.Sequence > ofActor[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return ofActor[middle];
            }
        }

        return null;
    }

    private static Run[] Join(IEnumerable<Run> sorted)
    {
        var joined = new List<Run>();
        foreach (var run in sorted)
        {
            if (joined.Count > 0 && run.First <= joined[^1].Last + 1)
            {
                joined[^1] = joined[^1] with { Last = Math.Max(joined[^1].Last, run.Last) };
            }
            else
            {
                joined.Add(run);
            }
        }

        return [.. joined];
    }

    private readonly record struct Run(long First, long Last);
}
