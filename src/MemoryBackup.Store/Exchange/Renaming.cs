using MemoryBackup.Crdt;
using MemoryBackup.Store.Local;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Exchange;

/// <summary>Gives a new name to the writes of names that are given up, from where their lines parted, wherever they occur.</summary>
internal sealed class Renaming
{
    private readonly Dictionary<string, Part> parts = [];

    /// <param name="to">The new name. Writes keep their sequence numbers, and the actors of the store's own name their numbers.</param>
    /// <param name="lines">What is given up; the store's own name among it.</param>
    /// <param name="local">What the store remembers under its own name.</param>
    public Renaming(string to, IEnumerable<GivenUpLine> lines, LocalState local)
    {
        To = to;
        NextActor = local.NextActor;
        foreach (var line in lines)
        {
            var used = line.Name == local.Replica ? local.Sequences : line.Ours!.Header.Sequences;
            var offset = line.Name == local.Replica ? 0 : NextActor;
            var part = new Part(line.Until, offset);
            parts.Add(line.Name, part);
            foreach (var (actor, sequence) in used.Where(used => offset == 0 || Concerns(new Dot(used.Key, used.Value))))
            {
                var renamed = part.Apply(actor, To);
                Sequences.Add(renamed, sequence);
                NextActor = Math.Max(NextActor, renamed.Number + 1);
            }
        }
    }

    /// <summary>The new name.</summary>
    public string To { get; }

    /// <summary>The number of the next actor to be taken under the new name.</summary>
    public int NextActor { get; }

    /// <summary>The greatest sequence number that each actor of the new name has used.</summary>
    public Dictionary<Actor, long> Sequences { get; } = [];

    /// <summary>Whether the name is given up.</summary>
    public bool GivesUp(string replica) => parts.ContainsKey(replica);

    /// <summary>Whether the write gets a new name.</summary>
    public bool Concerns(Dot dot) => parts.TryGetValue(dot.Actor.Replica, out var part) && dot.Sequence > part.Until.GetValueOrDefault(dot.Actor);

    /// <summary>The name of the write afterwards.</summary>
    public Dot Apply(Dot dot) => Concerns(dot) ? dot with { Actor = parts[dot.Actor.Replica].Apply(dot.Actor, To) } : dot;

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
        CarriedWrites = [.. version.CarriedWrites.Select(write => new CarriedWrite(Apply(write.Dot), write.Stamp, write.Shown, write.Hidden))],
    };

    /// <summary>The request to forget afterwards: of the writes that it bans, those that get a new name are banned under it.</summary>
    public ForgetRequest Apply(ForgetRequest request)
    {
        var concerned = request.Dots.Actors.Where(actor => Concerns(new Dot(actor, request.Dots.Greatest(actor)))).ToDictionary(actor => actor, request.Dots.Greatest);
        return concerned.Count == 0 ? request : request with
        {
            Dots = request.Dots.Except(DotSet.UpTo(concerned)).Union(DotSet.UpTo(Apply(CausalPast.Of(concerned)).Greatest)),
        };
    }

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

            var part = parts[actor.Replica];
            renamed[part.Apply(actor, To)] = sequence;
            if (part.Until.TryGetValue(actor, out var last) && last > 0)
            {
                renamed[actor] = last;
            }
        }

        return CausalPast.Of(renamed);
    }

    /// <param name="Until">Per former actor the last sequence number that keeps its name.</param>
    /// <param name="Offset">What is added to the numbers of actors, so that two names' actors stay apart.</param>
    private sealed record Part(IReadOnlyDictionary<Actor, long> Until, int Offset)
    {
        public Actor Apply(Actor actor, string to) => new(to, actor.Number + Offset);
    }
}
