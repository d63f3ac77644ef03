using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace MemoryBackup.Crdt;

/// <summary>Versions by dot, in little room: an array in the order of their dots. Immutable.</summary>
/// <remarks>
/// An actor's sequence numbers are nearly dense, so where one stands can be guessed. Where they are not, every second guess halves what is left: a lookup takes at most some
/// 2·log₂ <i>n</i> steps.
/// </remarks>
public sealed class VersionSet : IReadOnlyDictionary<Dot, Version>
{
    private readonly Version[] versions;

    // In the order of their actors. A state has few.
    private readonly Run[] runs;

    private VersionSet(Version[] versions, Run[] runs)
    {
        this.versions = versions;
        this.runs = runs;
    }

    /// <summary>No version.</summary>
    public static VersionSet Empty { get; } = new([], []);

    /// <inheritdoc/>
    public int Count => versions.Length;

    /// <inheritdoc/>
    public IEnumerable<Dot> Keys => versions.Select(version => version.Dot);

    /// <inheritdoc/>
    public IEnumerable<Version> Values => versions;

    /// <summary>The versions in the order of their dots.</summary>
    internal ReadOnlySpan<Version> Span => versions;

    /// <inheritdoc/>
    public Version this[Dot key] => TryGetValue(key, out var version) ? version : throw new KeyNotFoundException($"There is no version {key}.");

    /// <summary>The set of these versions.</summary>
    /// <param name="all">The versions, in any order; the quicker the more each actor's are in their order.</param>
    /// <exception cref="ArgumentException">Two have one dot.</exception>
    public static VersionSet Of(IEnumerable<Version> all) =>
        TryOf([.. all], out var set, out var repeated) ? set : throw new ArgumentException($"The dot {repeated} names two versions.", nameof(all));

    /// <summary>This set without some versions and with others: one pass over it, however many they are.</summary>
    /// <param name="dropped">The dots of versions to leave out; what is not there is passed over.</param>
    /// <param name="added">Versions to take in, in any order.</param>
    /// <exception cref="ArgumentException">One that is added has the dot of another that is added or stays.</exception>
    public VersionSet Change(IReadOnlySet<Dot> dropped, IEnumerable<Version> added)
    {
        Version[] more = [.. added];
        if (more.Zip(more.Skip(1)).Any(pair => pair.First.Dot.CompareTo(pair.Second.Dot) > 0))
        {
            more = [.. more.OrderBy(version => version.Dot)];
        }

        var next = new Version[versions.Length - dropped.Count(ContainsKey) + more.Length];
        var (count, taken) = (0, 0);
        foreach (var run in runs)
        {
            // Those of actors in between come before the whole run, the others where their numbers say.
            for (; taken < more.Length && more[taken].Dot.Actor.CompareTo(run.Actor) < 0; taken++)
            {
                next[count++] = more[taken];
            }

            foreach (var version in versions.AsSpan(run.Start, run.End - run.Start))
            {
                for (; taken < more.Length && more[taken].Dot.Actor == run.Actor && more[taken].Dot.Sequence < version.Dot.Sequence; taken++)
                {
                    next[count++] = more[taken];
                }

                if (dropped.Count == 0 || !dropped.Contains(version.Dot))
                {
                    next[count++] = version;
                }
            }
        }

        more.AsSpan(taken).CopyTo(next.AsSpan(count));
        return new VersionSet(next, TryRunsOf(next) ?? throw new ArgumentException($"The dot {RepeatedIn(next)} names two versions.", nameof(added)));
    }

    /// <summary>The versions of this set that the other does not have, by their identity as objects.</summary>
    public IEnumerable<Version> Except(VersionSet other)
    {
        // Both are in the order of their dots, so what both have mostly stands at the same distance.
        var ahead = 0;
        for (var i = 0; i < versions.Length; i++)
        {
            var at = i + ahead;
            if (at >= 0 && at < other.versions.Length && ReferenceEquals(versions[i], other.versions[at]))
            {
                continue;
            }

            if (other.IndexOf(versions[i].Dot) is var found and >= 0 && ReferenceEquals(versions[i], other.versions[found]))
            {
                ahead = found - i;
                continue;
            }

            yield return versions[i];
        }
    }

    /// <summary>The set of these versions, if no two of them have one dot.</summary>
    /// <param name="all">As for <see cref="Of"/>; the set takes the array over.</param>
    /// <param name="set">The set.</param>
    /// <param name="repeated">Else a dot that names two of them.</param>
    public static bool TryOf(Version[] all, [NotNullWhen(true)] out VersionSet? set, out Dot repeated)
    {
        var versions = all;
        var runs = TryRunsOf(versions);
        if (runs is null)
        {
            versions = Sorted(versions);
            runs = TryRunsOf(versions);
        }

        set = runs is null ? null : new VersionSet(versions, runs);
        repeated = runs is null ? RepeatedIn(versions) : default;
        return set is not null;
    }

    /// <inheritdoc/>
    public bool ContainsKey(Dot key) => TryGetValue(key, out _);

    /// <inheritdoc/>
    public bool TryGetValue(Dot key, [MaybeNullWhen(false)] out Version value)
    {
        var index = IndexOf(key);
        value = index < 0 ? null : versions[index];
        return index >= 0;
    }

    /// <summary>How many versions a lookup looks at.</summary>
    internal int StepsTo(Dot key)
    {
        Find(key, out var steps);
        return steps;
    }

    private int IndexOf(Dot key) => Find(key, out _);

    // Where it stands; -1 if it is not there.
    private int Find(Dot key, out int steps)
    {
        steps = 0;
        var run = RunOf(key.Actor);
        var (from, to) = (run.Start, run.End);
        while (from < to)
        {
            var (first, last) = (versions[from].Dot.Sequence, versions[to - 1].Dot.Sequence);
            if (key.Sequence < first || key.Sequence > last)
            {
                break;
            }

            var at = steps++ % 2 == 1 || last == first ? from + ((to - from) / 2) : from + (int)((double)(key.Sequence - first) / (last - first) * (to - 1 - from));
            var found = versions[at].Dot.Sequence;
            if (found == key.Sequence)
            {
                return at;
            }

            (from, to) = found < key.Sequence ? (at + 1, to) : (from, at);
        }

        return -1;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<Dot, Version>> GetEnumerator() => versions.Select(version => KeyValuePair.Create(version.Dot, version)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static Version[] Sorted(Version[] all)
    {
        var ofActors = new Dictionary<Actor, List<Version>>();
        var last = new List<Version>();
        foreach (var version in all)
        {
            // Those of one actor mostly stand together.
            if (last.Count == 0 || last[0].Dot.Actor != version.Dot.Actor)
            {
                last = ofActors.TryGetValue(version.Dot.Actor, out var known) ? known : ofActors[version.Dot.Actor] = [];
            }

            last.Add(version);
        }

        var sorted = new Version[all.Length];
        var start = 0;
        foreach (var (_, list) in ofActors.OrderBy(ofActor => ofActor.Key))
        {
            list.CopyTo(sorted, start);
            Sort(sorted.AsSpan(start, list.Count));
            start += list.Count;
        }

        return sorted;
    }

    private static void Sort(Span<Version> ofActor)
    {
        for (var i = 1; i < ofActor.Length; i++)
        {
            if (ofActor[i].Dot.Sequence < ofActor[i - 1].Dot.Sequence)
            {
                ofActor.Sort((left, right) => left.Dot.Sequence.CompareTo(right.Dot.Sequence));
                return;
            }
        }
    }

    // Of an array in the order of dots, one of which is there twice.
    private static Dot RepeatedIn(Version[] sorted)
    {
        var i = 1;
        while (sorted[i].Dot != sorted[i - 1].Dot)
        {
            i++;
        }

        return sorted[i].Dot;
    }

    // Null if the array is not in the order of its dots, or a dot is there twice.
    private static Run[]? TryRunsOf(Version[] versions)
    {
        var runs = new List<Run>();
        for (var (start, i) = (0, 0); i < versions.Length; i++)
        {
            var dot = versions[i].Dot;
            if (i + 1 == versions.Length || versions[i + 1].Dot.Actor != dot.Actor)
            {
                if (runs.Count > 0 && runs[^1].Actor.CompareTo(dot.Actor) >= 0)
                {
                    return null;
                }

                runs.Add(new Run(dot.Actor, start, i + 1));
                start = i + 1;
            }
            else if (versions[i + 1].Dot.Sequence <= dot.Sequence)
            {
                return null;
            }
        }

        return [.. runs];
    }

    private Run RunOf(Actor actor)
    {
        var (from, to) = (0, runs.Length);
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            var order = runs[middle].Actor.CompareTo(actor);
            if (order == 0)
            {
                return runs[middle];
            }

            (from, to) = order < 0 ? (middle + 1, to) : (from, middle);
        }

        return default;
    }

    // Where the versions of an actor stand, the end excluded.
    private readonly record struct Run(Actor Actor, int Start, int End);
}
