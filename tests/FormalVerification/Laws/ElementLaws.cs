using CsCheck;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Generators;

namespace MemoryBackup.FormalVerification.Laws;

/// <summary>A value comes apart into elements and together again (docs/format.md, section 5).</summary>
public class ElementLaws
{
    [Fact]
    public void Composing_the_elements_of_a_value_says_the_same() =>
        HostileJson.Value.Holds(
            json =>
            {
                var value = JsonText.Parse(json);
                ElementTree.Compose([.. ElementTree.Decompose(value)]).ToString().ShouldBe(value.ToString());
            },
            times: 4_000);

    [Fact]
    public void Elements_have_the_paths_that_the_design_gives_them() =>
        HostileJson.Value.Holds(
            json =>
            {
                var canonical = JsonText.Parse(json);
                ElementTree.Decompose(canonical).ToDictionary(element => element.Key, element => element.Value.ToString())
                    .ShouldBe(FlatJson.Of(canonical.ToString()), ignoreOrder: true);
            },
            times: 3_000);

    [Fact]
    public void Canonical_text_is_read_back_as_itself() =>
        HostileJson.Value.Holds(
            json =>
            {
                var canonical = JsonText.Parse(json);
                JsonText.Parse(canonical.ToString()).ToString().ShouldBe(canonical.ToString());
            },
            times: 2_000);

    [Fact]
    public void Saying_the_same_is_an_equivalence_that_order_of_members_and_spelling_of_numbers_do_not_touch() =>
        Gen.Select(HostileJson.Value, HostileJson.Value, Gen.Int).Holds(
            sample =>
            {
                var (one, other) = (JsonText.Parse(sample.Item1), JsonText.Parse(sample.Item2));
                var rewritten = JsonText.Parse(Respelled.Of(sample.Item1, new Random(sample.Item3)));
                one.SaysTheSame(one).ShouldBeTrue();
                one.SaysTheSame(rewritten).ShouldBeTrue($"{rewritten} is {one}");
                rewritten.SaysTheSame(one).ShouldBeTrue();
                one.SaysTheSame(other).ShouldBe(other.SaysTheSame(one));
                rewritten.SaysTheSame(other).ShouldBe(one.SaysTheSame(other));
            },
            times: 2_000);
}
