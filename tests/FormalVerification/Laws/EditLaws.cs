using CsCheck;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.FormalVerification.Laws;

/// <summary>What edits, resolves and folds do to one entry, element by element (docs/format.md, section 6).</summary>
public class EditLaws
{
    [Fact]
    public void An_edit_shows_the_value_edited_to_whatever_it_is_written_onto() =>
        RandomWrites.Plans.Holds(
            plan =>
            {
                foreach (var (version, json) in RandomWrites.Carry(plan))
                {
                    Face.Of([version]).Value.SaysTheSame(JsonText.Parse(json)).ShouldBeTrue($"{version.Value} instead of {json}");
                }
            },
            times: 2_500);

    [Fact]
    public void A_resolve_leaves_no_alternatives() =>
        RandomWrites.Plans.Holds(
            plan =>
            {
                foreach (var (version, _) in RandomWrites.Carry([.. plan.Select(write => write with { Resolves = true })]))
                {
                    Face.Of([version]).Conflicts.ShouldBeEmpty();
                }
            },
            times: 1_000);

    [Fact]
    public void A_fold_does_not_depend_on_the_order() =>
        Gen.Select(RandomWrites.Plans, Gen.Int).Holds(
            sample =>
            {
                var versions = RandomWrites.Carry(sample.Item1).Select(write => write.Version).ToArray();
                var shuffled = versions.ToArray();
                new Random(sample.Item2).Shuffle(shuffled);
                RandomWrites.Described(Face.Of(shuffled)).ShouldBe(RandomWrites.Described(Face.Of(versions)));
            },
            times: 2_000);

    [Fact]
    public void Versions_that_were_replaced_add_nothing_to_a_fold() =>
        RandomWrites.Plans.Holds(
            plan =>
            {
                var versions = RandomWrites.Carry(plan).Select(write => write.Version).ToArray();
                var newest = versions.Where(version => !Array.Exists(versions, other => other != version && other.Seen.Covers(version.Dot))).ToArray();
                RandomWrites.DescribedElements(Face.Of(versions)).ShouldBe(RandomWrites.DescribedElements(Face.Of(newest)));
            },
            times: 2_000);

    [Fact]
    public void What_a_version_holds_can_be_read_from_its_value_and_what_it_carries() =>
        RandomWrites.Plans.Holds(
            plan =>
            {
                foreach (var (version, _) in RandomWrites.Carry(plan))
                {
                    version.Carried.Where(carried => carried.IsShown).ShouldAllBe(carried =>
                        version.Elements.Greatest(carried.Path)!.Value == carried.Value.Value && version.Elements.IsShown(carried.Path));
                }
            },
            times: 1_000);

    [Fact]
    public void Of_concurrent_writes_every_value_is_shown_or_listed_as_an_alternative() =>
        RandomWrites.Plans.Holds(
            plan =>
            {
                var versions = RandomWrites.Carry([.. plan.Select(write => write with { Onto = 0 })]).Select(write => write.Version).ToArray();
                var face = Face.Of(versions);
                var conflicts = face.Conflicts.ToDictionary(conflict => conflict.Path);
                foreach (var version in versions)
                {
                    foreach (var (path, value) in ElementTree.Decompose(version.Value))
                    {
                        IsThere(face, conflicts, path, value).ShouldBeTrue($"{path} = {value} by {version.Dot} is buried in {face.Value}");
                    }
                }
            },
            times: 2_000);

    [Fact]
    public void Concurrent_edits_of_different_members_both_stand() =>
        Gen.Select(Generators.HostileJson.Value, Generators.HostileJson.Value, Generators.HostileJson.Value, Gen.Int[0, 3]).Holds(
            sample =>
            {
                var (before, left, right, second) = sample;
                var first = RandomWrites.Write($$"""{"a":{{before}},"b":{{before}}}""", [], 0, new Dot(new Actor("r", 0), 1));
                var one = RandomWrites.Write($$"""{"a":{{left}},"b":{{before}}}""", [first], second, new Dot(new Actor("r", 1), 1));
                var other = RandomWrites.Write($$"""{"a":{{before}},"b":{{right}}}""", [first], 1, new Dot(new Actor("r", 2), 1));
                var face = Face.Of([one, other]);

                face.Value.SaysTheSame(JsonText.Parse($$"""{"a":{{left}},"b":{{right}}}""")).ShouldBeTrue(face.Value.ToString());
                face.Conflicts.ShouldBeEmpty();
            },
            times: 2_000);

    // A hidden container speaks for what is in it.
    private static bool IsThere(Face face, Dictionary<string, Alternatives> conflicts, string path, JsonText value)
    {
        for (var at = path; ; at = ElementPath.Parent(at).Container)
        {
            if (face.Elements.IsShown(at) && at == path && face.Elements.Greatest(at)!.Value.SaysTheSame(value))
            {
                return true;
            }

            if (conflicts.TryGetValue(at, out var conflict) && (at != path || conflict.Others.Any(other => other.Value.SaysTheSame(value))))
            {
                return true;
            }

            if (at == ElementPath.Root)
            {
                return false;
            }
        }
    }
}
