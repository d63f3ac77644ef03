using CsCheck;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Generators;

namespace MemoryBackup.FormalVerification.Laws;

/// <summary>Random histories of one entry, and short texts of what merging makes of them.</summary>
internal static class RandomWrites
{
    private static readonly EntryKey Key = EntryKey.Entity("Ada");
    private static readonly Stamp Start = Stamp.At(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Writes, each with bits that choose which of the versions before it the author had in front of them, and a second.</summary>
    public static Gen<(string Value, int Onto, int Second, bool Resolves)[]> Plans { get; } =
        Gen.Select(HostileJson.Value, Gen.Int[0, 255], Gen.Int[0, 3], Gen.Bool).Array[1, 8];

    /// <summary>Small memories: for each state the replica and how far it has come. Of each replica there is one line of states.</summary>
    public static Gen<(int Replica, int Publication)[]> Picks { get; } = Gen.Select(Gen.Int[0, 3], Gen.Int[1, 5]).Array[1, 8];

    /// <summary>Each write is by an actor of its own, so that it may be written onto any of those before it (design, section 13.1).</summary>
    public static List<(Version Version, string Json)> Carry(IReadOnlyList<(string Value, int Onto, int Second, bool Resolves)> plan)
    {
        var written = new List<(Version Version, string Json)>();
        foreach (var (value, bits, second, resolves) in plan)
        {
            Version[] onto = [.. written.Where((_, i) => (bits & (1 << i)) != 0).Select(write => write.Version)];
            written.Add((Write(value, onto, second, new Dot(new Actor("r", written.Count), 1), resolves), value));
        }

        return written;
    }

    /// <summary>One write of the entry.</summary>
    public static Version Write(string value, IReadOnlyList<Version> onto, int second, Dot dot, bool resolves = false, EntryKey? key = null) => new Edit
    {
        Key = key ?? Key,
        Base = onto,
        Value = JsonText.Parse(value),
        IsBare = value[0] != '{',
        Dot = dot,
        Stamp = new StampClock(default, Start, TimeSpan.FromDays(1)).Next(new Stamp(Start.Ticks + (second * TimeSpan.TicksPerSecond)), onto),
        Host = dot.Actor.Replica,
        Resolves = resolves,
    }.ToVersion();

    /// <summary>The state of a replica after so many publications: each adds a version, replaces one of its own, and removes one of a neighbour's.</summary>
    public static ReplicaState State(int replica, int publication)
    {
        var name = $"r{replica}";
        var actor = new Actor(name, 1);
        var versions = Enumerable.Range(1, publication)
            .Select(i => Write($$"""{"by":"{{name}} {{i}}"}""", [], i % 3, new Dot(actor, i), key: EntryKey.Entity($"e{i % 3}")))
            .Where(version => version.Dot.Sequence * 2 > publication);
        var removed = Enumerable.Range(1, publication - 1).Where(i => i % 2 == 1).Select(i => new Dot(new Actor($"r{(replica + 1) % 4}", 1), i));
        return new ReplicaState(name, publication, VersionSet.Of(versions), DotSet.Of(removed));
    }

    public static ReplicaState[] States(IEnumerable<(int Replica, int Publication)> picks) => [.. picks.Select(pick => State(pick.Replica, pick.Publication))];

    public static string Described(Memory memory) =>
        string.Join('\n', memory.Faces().Select(face => $"{face.Key} {Described(face)} of {string.Join(' ', face.Versions.Select(version => version.Dot))}"));

    /// <summary>All that a face says.</summary>
    public static string Described(Face face) =>
        $"{face.Value} {face.Primary.Dot} {face.IsBare} {DescribedElements(face)}"
        + string.Join("; ", face.Conflicts.Select(conflict => $"{conflict.Path}: {conflict.Shown} | {string.Join(", ", conflict.Others)}"));

    /// <summary>The elements alone: which version counts as primary is no part of it.</summary>
    public static string DescribedElements(Face face) =>
        string.Join("; ", face.Elements.Values.Select(element => $"{element.Key}: {string.Join(", ", element.Value.Select(value => $"{value.Value} by {value.Dot}"))}"));
}
