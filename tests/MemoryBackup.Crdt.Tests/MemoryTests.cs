using CsCheck;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Crdt.Tests.Infra;

namespace MemoryBackup.Crdt.Tests;

public class MemoryTests
{
    private readonly Author ada = new("a");
    private readonly Author bob = new("b");

    [Fact]
    public void Of_two_states_of_one_replica_the_one_published_later_counts_whatever_came_first()
    {
        var old = States.Of("a", 1, ada.Adds("""{"x":1}"""));
        var @new = States.Of("a", 2, ada.Adds("""{"x":2}"""));

        States.Memory(old, @new).Face(Author.Key)!.Value.ToString().ShouldBe("""{"x":2}""");
        States.Memory(@new, old).Face(Author.Key)!.Value.ToString().ShouldBe("""{"x":2}""");
    }

    [Fact]
    public void What_any_replica_removed_is_not_there()
    {
        var version = ada.Adds("""{"x":1}""");
        var memory = States.Memory(States.Of("a", 1, version), States.Of("b", 1).Removing(version));

        memory.Keys.ShouldBeEmpty();
        memory.Live(Author.Key).ShouldBeEmpty();
        memory.Face(Author.Key).ShouldBeNull();
        memory.Faces().ShouldBeEmpty();
        memory.Removed.Dots.ShouldBe([version.Dot]);
    }

    [Fact]
    public void Faces_come_by_the_stamp_and_dot_of_their_primary_versions()
    {
        var one = ada.Adds("""{"x":1}""", Author.At(3), EntryKey.Entity("one"));
        var two = bob.Adds("""{"x":2}""", Author.At(1), EntryKey.Entity("two"));
        var three = bob.Adds("""{"x":3}""", Author.At(3), EntryKey.Entity("three"));
        var odd = bob.Adds("""{"x":4}""", new Stamp(DateTime.MaxValue.Ticks), EntryKey.Entity("odd"));

        States.Memory(States.Of("b", 1, two, three, odd), States.Of("a", 1, one)).Faces().Select(face => face.Value.ToString())
            .ShouldBe(["""{"x":4}""", """{"x":2}""", """{"x":1}""", """{"x":3}"""]);
    }

    [Fact]
    public void So_many_entries_that_some_have_one_hash_are_told_apart()
    {
        var all = Enumerable.Range(0, 400_000).Select(i => ada.Adds("{}", Author.At(1), EntryKey.Entity($"{i}"))).ToList();
        all.Select(version => version.Key.GetHashCode()).Distinct().Count().ShouldBeLessThan(all.Count);
        var versions = new VersionsByKey(0);
        all.ForEach(versions.Add);

        versions.Keys.Count.ShouldBe(all.Count);
        all.ShouldAllBe(version => versions.OneOf(version.Key) == version);
    }

    [Fact]
    public void What_is_live_is_told_from_more_and_from_less_and_from_several_versions_of_an_entry()
    {
        var (one, two, other) = (ada.Adds("""{"x":1}""", Author.At(1), EntryKey.Entity("one")), bob.Adds("""{"x":2}""", Author.At(1), EntryKey.Entity("two")), bob.Adds("""{"x":3}""", Author.At(1), EntryKey.Entity("one")));
        var memory = States.Memory(States.Of("a", 1, one), States.Of("b", 1, two));
        var exact = DotSet.Of([one.Dot, two.Dot]);

        memory.LiveIfOnly(exact).ShouldNotBeNull().One.ShouldBe([one, two], ignoreOrder: true);
        memory.LiveIfOnly(DotSet.Of([one.Dot])).ShouldBeNull();
        memory.LiveIfOnly(DotSet.Of([one.Dot, two.Dot, other.Dot])).ShouldBeNull();
        memory.LiveIfOnly(DotSet.Of([one.Dot, other.Dot])).ShouldBeNull();
        memory.LiveIfOnly(exact).ShouldNotBeNull();
        States.Memory(States.Of("a", 1, one), States.Of("b", 1, two).Removing(one)).LiveIfOnly(exact).ShouldBeNull();
        States.Memory(States.Of("a", 1, one), States.Of("b", 1, other)).LiveIfOnly(DotSet.Of([one.Dot, other.Dot])).ShouldBeNull();
    }

    [Fact]
    public void An_entry_with_alternatives_is_contested_whether_several_versions_hold_them_or_one()
    {
        var start = ada.Adds("""{"x":1}""");
        var (left, right) = (ada.Edits("""{"x":2}""", start), bob.Edits("""{"x":3}""", start));
        States.Memory(States.Of("a", 1, left), States.Of("b", 1, right)).Contested().Select(face => face.Key).ShouldBe([Author.Key]);

        var onTop = ada.Edits("""{"x":3,"y":1}""", left, right);
        States.Memory(States.Of("a", 1, onTop)).Contested().Select(face => face.Key).ShouldBe([Author.Key]);
        States.Memory(States.Of("a", 1, ada.Resolves("""{"x":3,"y":1}""", onTop))).Contested().ShouldBeEmpty();
    }

    [Fact]
    public void A_memory_of_nothing_is_empty()
    {
        var memory = States.Memory();

        memory.Keys.ShouldBeEmpty();
        memory.Known.ShouldBeEmpty();
        memory.Removed.Count.ShouldBe(0);
    }

    [Fact]
    public void A_memory_made_from_a_former_one_is_the_one_that_its_states_make()
    {
        // Three replicas with many writes each of a few entries, some of which are there in another wording, as forgetting leaves them. Where much changes at once the memory is made anew,
        // so mostly little does.
        const int WritesEach = 24;
        var writes = Enumerable.Range(0, 3).ToDictionary(
            replica => $"r{replica}",
            replica => Enumerable.Range(0, WritesEach).Select(i => (Whole: Write(replica, i, "whole"), Less: Write(replica, i, "less"))).ToArray());
        var changes = Gen.Select(Gen.Int[0, WritesEach - 1], Gen.Int[0, 2]).Array[0, 7];
        var moves = Gen.Select(Gen.Int[0, 2], changes, Gen.Int[0, (2 * WritesEach) - 1].Array[0, 3]).Array[1, 8];
        Gen.Select(moves, Gen.Bool).Sample((steps, asks) =>
        {
            var kept = writes.Keys.ToDictionary(replica => replica, _ => Enumerable.Repeat(1, WritesEach).ToArray());
            var gone = writes.Keys.ToDictionary(replica => replica, _ => new HashSet<Dot>());
            var states = writes.Keys.ToDictionary(replica => replica, replica => State(replica, 1));
            var memory = Memory.Of(states.Values);
            foreach (var (index, changed, toggled) in steps)
            {
                if (asks)
                {
                    _ = memory.Faces(); // What was folded already must not be shown when it is outdated.
                }

                var replica = $"r{index}";
                Array.ForEach(changed, change => kept[replica][change.Item1] = change.Item2);
                var foreign = writes.Where(other => other.Key != replica).SelectMany(other => other.Value).Select(write => write.Whole.Dot).ToList();
                Array.ForEach(toggled, toggle => _ = gone[replica].Add(foreign[toggle]) || gone[replica].Remove(foreign[toggle]));
                states[replica] = State(replica, states[replica].Publication + 1);
                memory = Memory.Of(states.Values, memory);
                var anew = Memory.Of(states.Values);
                memory.Known.ShouldBe(anew.Known);
                memory.Keys.ShouldBe(anew.Keys, ignoreOrder: true);
                memory.Removed.Dots.ShouldBe(anew.Removed.Dots);
                foreach (var key in anew.Keys)
                {
                    memory.Live(key).ShouldBe(anew.Live(key), ReferenceEqualityComparer.Instance);
                    memory.Face(key)!.Value.ShouldBe(anew.Face(key)!.Value);
                }

                memory.Contested().Select(face => face.Key).ShouldBe(anew.Contested().Select(face => face.Key));
            }

            Memory.Of(states.Values, memory).ShouldBeSameAs(memory);

            ReplicaState State(string replica, long publication) => new(
                replica,
                publication,
                VersionSet.Of(writes[replica].Zip(kept[replica]).Where(pair => pair.Second > 0).Select(pair => pair.Second == 1 ? pair.First.Whole : pair.First.Less)),
                DotSet.Of(gone[replica]));
        });

        static Version Write(int replica, int i, string text) => new()
        {
            Key = EntryKey.Entity($"e{i % 5}"),
            Dot = new Dot(new Actor($"r{replica}", 1 + (i % 2)), i + 1),
            Stamp = Author.At((i * 3) + replica),
            Host = $"r{replica}",
            Number = 1,
            Value = JsonText.Parse($$"""{"{{text}}":"{{replica}} {{i}}"}"""),
        };
    }
}
