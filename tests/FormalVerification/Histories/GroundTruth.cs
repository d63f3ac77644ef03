using MemoryBackup.Crdt;
using MemoryBackup.Generators;

namespace MemoryBackup.FormalVerification.Histories;

/// <summary>
/// Who wrote what, having what in front of them. Knows sets of events and nothing of dots as versions use them, of causal
/// pasts as numbers, of carried values or of states: what it says is what the tested code must come to by its own way.
/// </summary>
internal sealed class GroundTruth
{
    private readonly Dictionary<Dot, Event> byDot = [];

    public List<Event> Events { get; } = [];

    public Event this[Dot dot] => byDot[dot];

    public Event Wrote(EntryKey key, Dot dot, Stamp stamp, IReadOnlyCollection<Event> onto, string json, bool resolves)
    {
        var said = FlatJson.Of(json);
        var (had, past, wroteBefore) = Before(key, dot.Actor, onto);
        past.Add(Events.Count);
        var written = new Event
        {
            Id = Events.Count,
            Key = key,
            Actor = dot.Actor,
            IsDelete = false,
            Resolves = resolves,
            Dot = dot,
            Stamp = stamp,
            Said = said,
            Base = onto,
            Had = had,
            Left = Rewrite(had, said, Events.Count, resolves),
            Past = past,
            ActorWroteKeyBefore = wroteBefore,
        };
        Events.Add(written);
        byDot.Add(dot, written);
        return written;
    }

    public void Deleted(EntryKey key, Actor actor, IReadOnlyCollection<Event> onto)
    {
        var (had, past, wroteBefore) = Before(key, actor, onto);
        Events.Add(new Event
        {
            Id = Events.Count,
            Key = key,
            Actor = actor,
            IsDelete = true,
            Base = onto,
            Had = had,
            Left = [],
            Past = past,
            ActorWroteKeyBefore = wroteBefore,
        });
    }

    /// <summary>What stays of what these events left: all but what one of them knew of and did not leave.</summary>
    public static HashSet<Fact> Fold(IReadOnlyCollection<Event> events) =>
        [.. events.SelectMany(one => one.Left).Where(fact => events.All(other => other.Left.Contains(fact) || !other.Past.Contains(fact.Event)))];

    /// <summary>The facts that are shown: per place the greatest, where the containers above are shown as well.</summary>
    public Dictionary<string, Fact> Shown(HashSet<Fact> facts)
    {
        var greatest = facts.GroupBy(fact => fact.Path).ToDictionary(place => place.Key, place => place.Aggregate((one, other) => IsGreater(one, other) ? one : other));
        var shown = new Dictionary<string, Fact>();
        foreach (var (path, fact) in greatest.OrderBy(element => element.Key.Length))
        {
            var step = path.LastIndexOfAny(['/', '#']);
            if (step < 0 || (shown.TryGetValue(path[..step], out var above) && above.Text == (path[step] == '/' ? "{}" : "[]")))
            {
                shown.Add(path, fact);
            }
        }

        return shown;
    }

    public bool IsGreater(Fact one, Fact other) =>
        IsGreater(Events[one.Event].Stamp, Events[one.Event].Dot, Events[other.Event].Stamp, Events[other.Event].Dot);

    public static bool IsGreater(Stamp stamp, Dot dot, Stamp otherStamp, Dot otherDot)
    {
        static bool InRange(Stamp stamp) => new DateTime(stamp.Ticks).Year is >= 1970 and < 2100;
        return InRange(stamp) != InRange(otherStamp) ? InRange(stamp)
            : stamp.Ticks != otherStamp.Ticks ? stamp.Ticks > otherStamp.Ticks
            : dot.Actor.Replica != otherDot.Actor.Replica ? string.CompareOrdinal(dot.Actor.Replica, otherDot.Actor.Replica) > 0
            : dot.Actor.Number != otherDot.Actor.Number ? dot.Actor.Number > otherDot.Actor.Number
            : dot.Sequence > otherDot.Sequence;
    }

    private (HashSet<Fact> Had, HashSet<int> Past, bool WroteBefore) Before(EntryKey key, Actor actor, IReadOnlyCollection<Event> onto)
    {
        var own = Events.Where(other => !other.IsDelete && other.Key == key && other.Actor == actor).ToList();
        return ([.. Fold(onto)], [.. onto.SelectMany(other => other.Past), .. own.Select(other => other.Id)], own.Count > 0);
    }

    private HashSet<Fact> Rewrite(HashSet<Fact> had, Dictionary<string, string> said, int id, bool resolves)
    {
        var shown = Shown(had);
        bool IsChosen(string path) =>
            WithAllAbove(path).Any(above => had.Any(fact => fact.Path == above && !FlatJson.SaysSame(fact.Text, said[above])));
        var changed = said
            .Where(element => !shown.TryGetValue(element.Key, out var fact)
                || !FlatJson.SaysSame(fact.Text, element.Value)
                || (resolves && IsChosen(element.Key)))
            .SelectMany(element => WithAllAbove(element.Key)).ToHashSet();
        var left = new HashSet<Fact>();
        foreach (var (path, text) in said)
        {
            var at = had.Where(fact => fact.Path == path);
            if (changed.Contains(path))
            {
                left.Add(new Fact(path, id, text));
                left.UnionWith(at.Where(fact => !resolves
                    && !FlatJson.SaysSame(fact.Text, text)
                    && !(shown.TryGetValue(path, out var replaced) && FlatJson.SaysSame(fact.Text, replaced.Text))));
            }
            else
            {
                left.UnionWith(at.Where(fact => !resolves || FlatJson.SaysSame(fact.Text, text)));
            }
        }

        // What was hidden stays hidden where its place stays, as an alternative that did not win.
        foreach (var fact in had.Where(fact => !resolves && !said.ContainsKey(fact.Path) && !shown.ContainsKey(fact.Path)).OrderBy(fact => fact.Path.Length))
        {
            var step = fact.Path.LastIndexOfAny(['/', '#']);
            var (container, kind) = (fact.Path[..step], fact.Path[step] == '/' ? "{}" : "[]");
            bool Holds(HashSet<Fact> facts) => facts.Any(other => other.Path == container && other.Text == kind);
            bool StandsAsBefore(string place) => !had.Any(other => other.Path == place) || left.Any(other => other.Path == place);
            if (said.GetValueOrDefault(container) != kind && (Holds(had) ? Holds(left) : WithAllAbove(container).All(StandsAsBefore)))
            {
                left.Add(fact);
            }
        }

        return left;
    }

    private static IEnumerable<string> WithAllAbove(string path)
    {
        yield return path;
        for (var step = path.LastIndexOfAny(['/', '#']); step >= 0; step = path.LastIndexOfAny(['/', '#']))
        {
            yield return path = path[..step];
        }
    }
}
