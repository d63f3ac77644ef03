using CsCheck;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Crdt.Tests.Infra;

namespace MemoryBackup.Crdt.Tests;

public class CrdtProperties
{
    /// <summary>A value, and what it is written onto: a number whose bits choose among the versions before it.</summary>
    private static readonly Gen<(string Value, int Onto, int Second, bool Resolves)[]> Writes =
        Gen.Select(HostileJson.Value, Gen.Int[0, 255], Gen.Int[0, 3], Gen.Bool).Array[1, 8];

    [Fact]
    public void Composing_the_elements_of_a_value_says_the_same() =>
        HostileJson.Value.Sample(
            json =>
            {
                var value = JsonText.Parse(json);
                ElementTree.Compose([.. ElementTree.Decompose(value)]).ToString().ShouldBe(value.ToString());
            },
            iter: Scale.Times(4_000));

    [Fact]
    public void Elements_have_the_paths_that_the_design_gives_them() =>
        HostileJson.Value.Sample(
            json =>
            {
                var canonical = JsonText.Parse(json);
                ElementTree.Decompose(canonical).ToDictionary(element => element.Key, element => element.Value.ToString())
                    .ShouldBe(FlatJson.Of(canonical.ToString()), ignoreOrder: true);
            },
            iter: Scale.Times(3_000));

    [Fact]
    public void An_edit_shows_the_value_edited_to_whatever_it_is_written_onto() =>
        Writes.Sample(
            writes => ShouldAllBe(Written(writes), (version, json) =>
                Face.Of([version]).Value.SaysTheSame(JsonText.Parse(json)).ShouldBeTrue($"{version.Value} instead of {json}")),
            iter: Scale.Times(2_500));

    [Fact]
    public void A_resolve_leaves_no_alternatives() =>
        Writes.Sample(
            writes => ShouldAllBe(Written([.. writes.Select(write => write with { Resolves = true })]), (version, _) =>
                Face.Of([version]).Conflicts.ShouldBeEmpty()),
            iter: Scale.Times(1_000));

    [Fact]
    public void A_fold_does_not_depend_on_the_order() =>
        Gen.Select(Writes, Gen.Int).Sample(
            (writes, seed) =>
            {
                var versions = Written(writes).Select(write => write.Version).ToArray();
                var shuffled = versions.ToArray();
                new Random(seed).Shuffle(shuffled);
                Described(Face.Of(shuffled)).ShouldBe(Described(Face.Of(versions)));
            },
            iter: Scale.Times(2_000));

    [Fact]
    public void Versions_that_were_replaced_add_nothing_to_a_fold() =>
        Writes.Sample(
            writes =>
            {
                var versions = Written(writes).Select(write => write.Version).ToArray();
                var newest = versions.Where(version => !Array.Exists(versions, other => other != version && other.Seen.Covers(version.Dot))).ToArray();
                Described(Face.Of(versions), elementsOnly: true).ShouldBe(Described(Face.Of(newest), elementsOnly: true));
            },
            iter: Scale.Times(2_000));

    [Fact]
    public void What_a_version_holds_can_be_read_from_its_value_and_what_it_carries() =>
        Writes.Sample(
            writes => ShouldAllBe(Written(writes), (version, _) =>
                version.Carried.Where(carried => carried.IsShown).ShouldAllBe(carried =>
                    version.Elements.Greatest(carried.Path)!.Value == carried.Value.Value && version.Elements.IsShown(carried.Path))),
            iter: Scale.Times(1_000));

    [Fact]
    public void Joining_known_states_is_commutative_associative_and_idempotent_in_effect() =>
        Gen.Select(Gen.Select(Gen.Int[0, 2], Gen.Int[1, 3]).Array[1, 6], Gen.Int).Sample(
            (picks, seed) =>
            {
                var states = picks.Select(pick => StateOf(pick.Item1, pick.Item2)).ToArray();
                var shuffled = states.Concat(states).ToArray();
                new Random(seed).Shuffle(shuffled);
                var half = shuffled.Length / 2;
                var joinedInTwo = Memory.Of(Memory.Of(shuffled[half..]).Known.Values.Concat(Memory.Of(shuffled[..half]).Known.Values));

                Described(Memory.Of(shuffled)).ShouldBe(Described(Memory.Of(states)));
                Described(joinedInTwo).ShouldBe(Described(Memory.Of(states)));
            },
            iter: Scale.Times(2_000));

    // Each write is by an actor of its own, so that it may be written onto any of those before it (section 13.1).
    private static List<(Version Version, string Json)> Written((string Value, int Onto, int Second, bool Resolves)[] writes)
    {
        var written = new List<(Version Version, string Json)>();
        for (var i = 0; i < writes.Length; i++)
        {
            var (value, bits, second, resolves) = writes[i];
            Version[] onto = [.. written.Where((_, j) => (bits & (1 << j)) != 0).Select(write => write.Version)];
            var stamp = new StampClock(default, Author.At(0), TimeSpan.FromDays(1)).Next(Author.At(second), onto);
            var edit = new Edit
            {
                Key = Author.Key,
                Base = onto,
                Value = JsonText.Parse(value),
                IsBare = value[0] != '{',
                Dot = new Dot(new Actor("r", i), 1),
                Stamp = stamp,
                Host = "h",
                Resolves = resolves,
            };
            written.Add((edit.ToVersion(), value));
        }

        return written;
    }

    private static ReplicaState StateOf(int replica, int publication)
    {
        var name = $"r{replica}";
        var versions = Enumerable.Range(1, publication).Select(i => new Edit
        {
            Key = EntryKey.Entity($"e{i % 2}"),
            Base = [],
            Value = JsonText.Parse($$"""{"by":"{{name}} {{i}}"}"""),
            Dot = new Dot(new Actor(name, i), 1),
            Stamp = Author.At(i),
            Host = name,
        }.ToVersion()).ToDictionary(version => version.Dot);
        var removed = publication == 1 ? [] : new[] { new Dot(new Actor($"r{(replica + 1) % 3}", publication - 1), 1) };
        return new ReplicaState(name, publication, versions, DotSet.Of(removed));
    }

    private static void ShouldAllBe(List<(Version Version, string Json)> written, Action<Version, string> check) =>
        written.ForEach(write => check(write.Version, write.Json));

    private static string Described(Memory memory) => string.Join('\n', memory.Faces().Select(face => $"{face.Key} {Described(face)}"));

    private static string Described(Face face, bool elementsOnly = false) =>
        (elementsOnly ? "" : $"{face.Value} {face.Primary.Dot} {face.IsBare} ")
        + string.Join("; ", face.Elements.Values.Select(element => $"{element.Key}: {string.Join(", ", element.Value.Select(value => $"{value.Value} by {value.Dot}"))}"))
        + string.Join("; ", face.Conflicts.Select(conflict => $"{conflict.Path}: {conflict.Shown} | {string.Join(", ", conflict.Others)}"));
}
