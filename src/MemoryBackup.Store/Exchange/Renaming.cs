using MemoryBackup.Crdt;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Exchange;

/// <summary>Renames the writes of one replica that came after some point, wherever they occur.</summary>
/// <param name="From">The former name.</param>
/// <param name="To">The new name. Actors keep their numbers, and writes their sequence numbers.</param>
/// <param name="Until">Per former actor the last sequence number that keeps its name.</param>
internal sealed record Renaming(string From, string To, IReadOnlyDictionary<Actor, long> Until)
{
    /// <summary>Whether the write gets a new name.</summary>
    public bool Concerns(Dot dot) => dot.Actor.Replica == From && dot.Sequence > Until.GetValueOrDefault(dot.Actor);

    /// <summary>The name of the write afterwards.</summary>
    public Dot Apply(Dot dot) => Concerns(dot) ? dot with { Actor = dot.Actor with { Replica = To } } : dot;

    /// <summary>The version afterwards.</summary>
    public Version Apply(Version version) => new()
    {
        Key = version.Key,
        Dot = Apply(version.Dot),
        Stamp = version.Stamp,
        Host = version.Host,
        Number = version.Number,
        Value = version.Value,
        IsBare = version.IsBare,
        IsFirst = version.IsFirst,
        Seen = version.IsFirst ? CausalPast.Of(Apply(version.Dot)) : Apply(version.Seen),
        Carried = [.. version.Carried.Select(carried => carried with { Value = carried.Value with { Dot = Apply(carried.Value.Dot) } })],
    };

    // What was seen up to the point keeps its name, and what was seen after it is covered under the new one.
    private CausalPast Apply(CausalPast past)
    {
        var renamed = new Dictionary<Actor, long>();
        foreach (var (actor, sequence) in past.Greatest)
        {
            if (!Concerns(new Dot(actor, sequence)))
            {
                renamed[actor] = sequence;
                continue;
            }

            renamed[actor with { Replica = To }] = sequence;
            if (Until.TryGetValue(actor, out var last) && last > 0)
            {
                renamed[actor] = last;
            }
        }

        return CausalPast.Of(renamed);
    }
}
