using CsCheck;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Crdt.Tests;

public class VersionSetTests
{
    // Dense, with gaps, and as far apart as a hostile state may have them.
    private static readonly Gen<long> Sequence = Gen.OneOf(Gen.Long[1, 12], Gen.Long[1, 500], Gen.Int[0, 62].Select(power => 1L << power), Gen.Long[1, long.MaxValue - 1]);

    private static readonly Gen<Dot> Dots =
        Gen.Select(Gen.OneOf(new Actor("a", 1), new Actor("b", 0), new Actor("a", 2), new Actor("a-b", 1)), Sequence).Select((actor, sequence) => new Dot(actor, sequence));

    [Fact]
    public void It_has_what_a_dictionary_of_the_same_versions_has() =>
        Gen.Select(Gen.OneOf(Dots.Array[0, 4], Dots.Array[0, 200]), Dots.Array[0, 50]).Sample((there, asked) =>
        {
            var byDot = there.Distinct().ToDictionary(dot => dot, Named);
            var set = VersionSet.Of(byDot.Values);
            set.Count.ShouldBe(byDot.Count);
            foreach (var dot in there.Concat(asked).Concat(there.Select(dot => dot with { Sequence = dot.Sequence + 1 })))
            {
                set.ContainsKey(dot).ShouldBe(byDot.ContainsKey(dot));
                set.GetValueOrDefault(dot).ShouldBeSameAs(byDot.GetValueOrDefault(dot));
            }

            set.Keys.ShouldBe(byDot.Keys.Order());
            set.Values.Select(version => version.Dot).ShouldBe(set.Keys);
            set.ShouldAllBe(pair => ReferenceEquals(pair.Value, byDot[pair.Key]));
        });

    [Fact]
    public void A_dot_that_names_two_versions_is_told() =>
        Gen.OneOf(Dots.Array[1, 4], Dots.Array[1, 50]).Sample(dots =>
        {
            var distinct = dots.Distinct().ToArray();
            VersionSet.TryOf([.. dots.Append(dots[0]).Select(Named)], out var set, out var repeated).ShouldBeFalse();
            set.ShouldBeNull();
            dots.Append(dots[0]).Count(dot => dot == repeated).ShouldBeGreaterThan(1);
            VersionSet.TryOf([.. distinct.Select(Named)], out set, out _).ShouldBeTrue();
            Should.Throw<ArgumentException>(() => VersionSet.Of(dots.Append(dots[0]).Select(Named)));
            Should.Throw<KeyNotFoundException>(() => set![new Dot(new Actor("nobody", 1), 1)]);
        });

    [Fact]
    public void A_changed_set_is_that_of_what_is_left_and_what_came() =>
        Gen.Select(Dots.Array[0, 100], Dots.Array[0, 20], Dots.Array[0, 20]).Sample((there, gone, came) =>
        {
            var set = VersionSet.Of(there.Distinct().Select(Named));
            HashSet<Dot> dropped = [.. gone, .. there.Take(3)];
            Version[] added = [.. came.Distinct().Where(dot => !set.ContainsKey(dot) || dropped.Contains(dot)).Select(Named)];
            var changed = set.Change(dropped, added);
            Version[] left = [.. set.Values.Where(version => !dropped.Contains(version.Dot)), .. added];
            changed.Values.ShouldBe(left.OrderBy(version => version.Dot), ReferenceEqualityComparer.Instance);
            left.ShouldAllBe(version => ReferenceEquals(changed[version.Dot], version));
            changed.Except(set).ShouldBe(added.OrderBy(version => version.Dot), ReferenceEqualityComparer.Instance);
            set.Except(changed).ShouldBe(set.Values.Where(version => dropped.Contains(version.Dot)), ReferenceEqualityComparer.Instance);
            if (changed.Count > 0)
            {
                Should.Throw<ArgumentException>(() => changed.Change(new HashSet<Dot>(), [Named(changed.Keys.Last())]));
            }
        });

    [Fact]
    public void Numbers_as_far_apart_as_they_can_be_take_few_steps()
    {
        // Guessing alone would take a step for each of them: every guess falls on the first.
        Dot[] dots = [.. Enumerable.Range(0, 62).Select(power => new Dot(new Actor("a", 1), 1L << power)), new(new Actor("a", 1), long.MaxValue - 1)];
        var set = VersionSet.Of(dots.Select(Named));
        dots.ShouldAllBe(dot => set[dot].Dot == dot);
        set.StepsTo(dots[20]).ShouldBeLessThanOrEqualTo(13);
        VersionSet.Of(Enumerable.Range(1, 100_000).Select(sequence => Named(new Dot(new Actor("a", 1), sequence)))).StepsTo(new Dot(new Actor("a", 1), 77_777)).ShouldBe(1);
    }

    private static Version Named(Dot dot) =>
        new() { Key = EntryKey.Entity("Ada"), Dot = dot, Stamp = Stamp.Earliest, Host = "h", Number = 1, Value = JsonText.Object };
}
