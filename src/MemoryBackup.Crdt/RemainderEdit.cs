using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Crdt;

/// <summary>One write that leaves of an entry exactly a <see cref="Crdt.Remainder"/>, on top of all its live versions.</summary>
/// <remarks>
/// What is kept is carried with the writes that made it, so that what others do to it at the same time goes on to count. What comes back gets new
/// names: whoever had seen it go lets the former ones go again. The value shown is the one that was; an alternative that comes back is named by a
/// write of its own with the stamp that it had, since a write makes one value of an element.
/// </remarks>
public sealed class RemainderEdit
{
    /// <summary>What identifies the entry.</summary>
    public required EntryKey Key { get; init; }

    /// <summary>The live versions of the entry; none if it is not there.</summary>
    public required IReadOnlyList<Version> Base { get; init; }

    /// <summary>What is left; not empty.</summary>
    public required Remainder Remainder { get; init; }

    /// <summary>The version whose order of members is shown.</summary>
    public required Version Order { get; init; }

    /// <summary>When it was made; above every stamp that it replaces.</summary>
    public required Stamp Stamp { get; init; }

    /// <summary>The label of the writing host.</summary>
    public required string Host { get; init; }

    /// <summary>The actor may have written this key before, although the base is empty: it deleted it since.</summary>
    public bool ActorMayHaveWrittenKey { get; init; }

    /// <summary>What the entry says then.</summary>
    public JsonText Value => Face.Show(Remainder.All, Order);

    /// <summary>The version that the write makes.</summary>
    /// <param name="next">Gives the actor's next name; the version gets the last one that is asked for.</param>
    public Version ToVersion(Func<Dot> next)
    {
        var all = Remainder.All;
        var beside = Remainder.Returned.Values
            .SelectMany(element => element.Value.Where(value => !IsOwn(element.Key, value)).Select(value => (value.Dot, Stamp: StampOf(element.Key, value))))
            .Distinct()
            .OrderBy(former => former.Stamp)
            .ThenBy(former => former.Dot)
            .ToDictionary(former => former, _ => next());
        var dot = next();
        var elements = Elements.Of(all.Values.Select(element => KeyValuePair.Create(element.Key, element.Value.Select(value => Renewed(element.Key, value)))));
        return new Version
        {
            Key = Key,
            Dot = dot,
            Stamp = Stamp,
            Host = Host,
            Number = Base.Count == 0 ? 1 : Math.Min(Base.Max(version => version.Number) + 1, Version.NumberMax),
            Value = Value,
            IsBare = Value.Kind != JsonKind.Object,
            Seen = Base.Aggregate(CausalPast.Of(dot), (past, version) => past.Union(version.Seen).With(version.Dot)),
            IsFirst = Base.Count == 0 && beside.Count == 0 && !ActorMayHaveWrittenKey,
            Carried = elements.CarriedBeside(dot),
        };

        // What this very write makes is what is shown, and nothing that is kept says: of two values that say the same both would count as shown.
        bool IsOwn(string path, ElementValue value) =>
            all.IsShown(path)
            && all.Greatest(path) == value
            && !Remainder.Kept.Values.GetValueOrDefault(path, []).Any(kept => kept.Value.SaysTheSame(value.Value));

        ElementValue Renewed(string path, ElementValue value) =>
            !Remainder.Returned.Holds(path, value.Dot) ? value
            : IsOwn(path, value) ? value with { Dot = dot, Stamp = Stamp }
            : value with { Dot = beside[(value.Dot, StampOf(path, value))], Stamp = StampOf(path, value) };

        // At one instant names decide, and a new one may be greater or less: it must not change what is shown.
        Stamp StampOf(string path, ElementValue value)
        {
            var ofElement = all.Values[path];
            return ofElement.Length == 1 ? value.Stamp
                : value == ofElement[^1] ? ofElement[^2].Stamp == value.Stamp ? value.Stamp.Next() : value.Stamp
                : value.Stamp == ofElement[^1].Stamp && value.Stamp > Stamp.Earliest ? new Stamp(value.Stamp.Ticks - 1)
                : value.Stamp;
        }
    }
}
