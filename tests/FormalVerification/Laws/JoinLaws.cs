using CsCheck;
using MemoryBackup.Crdt;
using MemoryBackup.Generators;

namespace MemoryBackup.FormalVerification.Laws;

/// <summary>What is known grows by joining, and what is shown depends on what is known and on nothing else (design, section 4).</summary>
public class JoinLaws
{
    [Fact]
    public void A_join_is_commutative() =>
        Gen.Select(RandomWrites.Picks, RandomWrites.Picks).Holds(
            both =>
            {
                var (left, right) = (RandomWrites.States(both.Item1), RandomWrites.States(both.Item2));
                RandomWrites.Described(Memory.Of([.. left, .. right])).ShouldBe(RandomWrites.Described(Memory.Of([.. right, .. left])));
            },
            times: 1_000);

    [Fact]
    public void A_join_is_associative() =>
        Gen.Select(RandomWrites.Picks, RandomWrites.Picks, RandomWrites.Picks).Holds(
            three =>
            {
                var (a, b, c) = (RandomWrites.States(three.Item1), RandomWrites.States(three.Item2), RandomWrites.States(three.Item3));
                RandomWrites.Described(Join(Join(Memory.Of(a), Memory.Of(b)), Memory.Of(c)))
                    .ShouldBe(RandomWrites.Described(Join(Memory.Of(a), Join(Memory.Of(b), Memory.Of(c)))));
            },
            times: 1_000);

    [Fact]
    public void A_join_is_idempotent() =>
        RandomWrites.Picks.Holds(
            picks =>
            {
                var memory = Memory.Of(RandomWrites.States(picks));
                RandomWrites.Described(Join(memory, memory)).ShouldBe(RandomWrites.Described(memory));
            },
            times: 1_000);

    [Fact]
    public void A_join_is_monotone_and_no_replica_ever_goes_back() =>
        Gen.Select(RandomWrites.Picks, RandomWrites.Picks).Holds(
            both =>
            {
                var before = Memory.Of(RandomWrites.States(both.Item1));
                var after = Join(before, Memory.Of(RandomWrites.States(both.Item2)));
                foreach (var (replica, state) in before.Known)
                {
                    after.Known[replica].Publication.ShouldBeGreaterThanOrEqualTo(state.Publication);
                }
            },
            times: 1_000);

    [Fact]
    public void Any_order_any_repetition_and_any_detour_over_old_states_shows_the_same() =>
        Gen.Select(RandomWrites.Picks, Gen.Int).Holds(
            sample =>
            {
                var states = RandomWrites.States(sample.Item1);
                var old = states.SelectMany(state => Enumerable.Range(1, (int)state.Publication).Select(n => RandomWrites.State(state.Replica[1] - '0', n)));
                ReplicaState[] delivered = [.. states, .. old, .. states];
                new Random(sample.Item2).Shuffle(delivered);
                RandomWrites.Described(delivered.Aggregate(Memory.Of([]), (known, state) => Join(known, Memory.Of([state]))))
                    .ShouldBe(RandomWrites.Described(Memory.Of(states)));
            },
            times: 1_000);

    [Fact]
    public void What_is_removed_by_anyone_is_not_shown_and_nothing_else_is_missing() =>
        RandomWrites.Picks.Holds(
            picks =>
            {
                var memory = Memory.Of(RandomWrites.States(picks));
                var all = memory.Known.Values.SelectMany(state => state.Versions.Keys).ToHashSet();
                var removed = memory.Known.Values.SelectMany(state => state.Removed.Dots).ToHashSet();
                memory.Keys.SelectMany(memory.Live).Select(version => version.Dot).ShouldBe(all.Except(removed), ignoreOrder: true);
            },
            times: 1_000);

    [Fact]
    public void Equal_stamps_are_decided_by_the_dot_in_any_order() =>
        Gen.Select(Gen.Select(HostileJson.Value, Gen.Int[0, 4], Gen.Int[0, 2], Gen.Int[1, 9]).Array[2, 6], Gen.Int).Holds(
            sample =>
            {
                var versions = sample.Item1
                    .Select(write => RandomWrites.Write($"{{\"x\":{write.Item1}}}", [], second: 0, new Dot(new Actor($"r{write.Item2}", write.Item3), write.Item4)))
                    .DistinctBy(version => version.Dot).ToArray();
                versions.Select(version => version.Stamp).Distinct().Count().ShouldBe(1);
                var shuffled = versions.ToArray();
                new Random(sample.Item2).Shuffle(shuffled);
                var greatest = versions.MaxBy(version => version.Dot)!;

                RandomWrites.Described(Face.Of(shuffled)).ShouldBe(RandomWrites.Described(Face.Of(versions)));
                Face.Of(shuffled).Primary.Dot.ShouldBe(greatest.Dot);
                Face.Of(shuffled).Elements.Greatest("/x")!.Dot.ShouldBe(greatest.Dot);
            },
            times: 1_000);

    private static Memory Join(Memory left, Memory right) => Memory.Of([.. left.Known.Values, .. right.Known.Values]);
}
