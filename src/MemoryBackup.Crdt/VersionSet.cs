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

    /// <inheritdoc/>
    public Version this[Dot key] => TryGetValue(key, out var version) ? version : throw new KeyNotFoundException($"There is no version {key}.");

    /// <summary>The set of these versions.</summary>
    /// <param name="all">The versions, in any order; the quicker the more each actor's are in their order.</param>
    /// <exception cref="ArgumentException">Two have one dot.</exception>
    public static VersionSet Of(IEnumerable<Version> all) =>
        TryOf(all, out var set, out var repeated) ? set : throw new ArgumentException($"The dot {repeated} names two versions.", nameof(all));

    /// <summary>The set of these versions, if no two of them have one dot.</summary>
    /// <param name="all">As for <see cref="Of"/>.</param>
    /// <param name="set">The set.</param>
    /// <param name="repeated">Else a dot that names two of them.</param>
    public static bool TryOf(IEnumerable<Version> all, [NotNullWhen(true)] out VersionSet? set, out Dot repeated)
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

        var versions = new Version[ofActors.Values.Sum(list => list.Count)];
        var runs = new Run[ofActors.Count];
        var (start, count) = (0, 0);
        foreach (var (actor, list) in ofActors.OrderBy(ofActor => ofActor.Key))
        {
            list.CopyTo(versions, start);
            Sort(versions.AsSpan(start, list.Count));
            runs[count++] = new Run(actor, start, start + list.Count);
            start += list.Count;
        }

        for (var i = 1; i < versions.Length; i++)
        {
            if (versions[i].Dot == versions[i - 1].Dot)
            {
                (set, repeated) = (null, versions[i].Dot);
                return false;
            }
        }

        (set, repeated) = (new VersionSet(versions, runs), default);
        return true;
    }

    /// <inheritdoc/>
    public bool ContainsKey(Dot key) => TryGetValue(key, out _);

    /// <inheritdoc/>
    public bool TryGetValue(Dot key, [MaybeNullWhen(false)] out Version value) => TryFind(key, out value, out _);

    /// <summary>How many versions a lookup looks at.</summary>
    internal int StepsTo(Dot key)
    {
        TryFind(key, out _, out var steps);
        return steps;
    }

    private bool TryFind(Dot key, [MaybeNullWhen(false)] out Version value, out int steps)
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
                value = versions[at];
                return true;
            }

            (from, to) = found < key.Sequence ? (at + 1, to) : (from, at);
        }

        value = null;
        return false;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<Dot, Version>> GetEnumerator() => versions.Select(version => KeyValuePair.Create(version.Dot, version)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

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
