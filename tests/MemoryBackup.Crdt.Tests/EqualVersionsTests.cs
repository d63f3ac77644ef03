using MemoryBackup.Crdt.Tests.Infra;

namespace MemoryBackup.Crdt.Tests;

public class EqualVersionsTests
{
    private readonly Author ada = new("a");
    private readonly Author bob = new("b");

    [Fact]
    public void Of_two_that_wrote_the_same_the_later_stays_whoever_publishes()
    {
        var early = ada.Adds("""{"x":1,"s":["p","q"]}""");
        var late = bob.Adds("""{"s":["q","p"],"x":1.0}""");

        PublishedBy("a", early, States.Of("b", 1, late)).Versions.ShouldBeEmpty();
        PublishedBy("b", late, States.Of("a", 1, early)).Removed.Dots.ShouldBe([early.Dot]);
        PublishedBy("b", late, States.Of("a", 1, early)).Versions.Keys.ShouldBe([late.Dot]);
    }

    [Theory]
    [InlineData("""{"x":1}""", """{"x":"1"}""")]
    [InlineData("""{"x":1}""", """{"x":1,"y":1}""")]
    [InlineData("""{"x":[1,2]}""", """{"x":[2,1]}""")]
    [InlineData("{}", "[]")]
    public void Two_that_differ_both_stay(string one, string other)
    {
        var early = ada.Adds(one);
        var late = bob.Adds(other);

        PublishedBy("a", early, States.Of("b", 1, late)).Versions.Keys.ShouldBe([early.Dot]);
        PublishedBy("b", late, States.Of("a", 1, early)).Removed.Count.ShouldBe(0);
    }

    [Fact]
    public void Only_versions_of_one_key_are_compared()
    {
        var early = ada.Adds("""{"x":1}""");
        var late = bob.Adds("""{"x":1}""", Author.At(1_000_000), EntryKey.Entity("Bob"));

        PublishedBy("a", early, States.Of("b", 1, late)).Versions.Keys.ShouldBe([early.Dot]);
    }

    [Fact]
    public void A_version_that_replaced_something_stays_or_a_removed_field_is_shown_again()
    {
        var start = bob.Adds("""{"x":1,"y":1}""");
        var without = ada.Edits("""{"x":1}""", start);
        var alone = new Author("c").Adds("""{"x":1}""");
        var changed = bob.Edits("""{"x":1,"y":1,"z":1}""", start);

        var next = PublishedBy("a", without, States.Of("b", 2, changed), States.Of("c", 1, alone));

        next.Versions.Keys.ShouldBe([without.Dot]);
        States.Memory(next, States.Of("b", 2, changed), States.Of("c", 1, alone)).Face(Author.Key)!.Value.ToString().ShouldBe("""{"x":1,"z":1}""");
    }

    [Fact]
    public void A_version_of_an_actor_that_wrote_the_key_before_stays()
    {
        var anew = ada.AddsAnew("""{"x":1}""");
        var late = bob.Adds("""{"x":1}""");

        anew.IsFirst.ShouldBeFalse();
        PublishedBy("a", anew, States.Of("b", 1, late)).Versions.Keys.ShouldBe([anew.Dot]);
    }

    [Fact]
    public void Of_three_the_last_stays()
    {
        var one = ada.Adds("""{"x":1}""");
        var two = bob.Adds("""{"x":1}""");
        var three = new Author("c").Adds("""{"x":1}""");

        PublishedBy("a", one, States.Of("b", 1, two), States.Of("c", 1, three)).Removed.Dots.ShouldBe([two.Dot]);
        PublishedBy("c", three, States.Of("b", 1, two), States.Of("a", 1, one)).Removed.Dots.ShouldBe([one.Dot, two.Dot]);
    }

    [Fact]
    public void Two_actors_of_one_replica_count_as_two_writers()
    {
        var one = ada.Adds("""{"x":1}""");
        var two = new Author("a", 2).Adds("""{"x":1}""");
        var draft = new Draft(States.Of("a", 1, one));
        draft.Write(two, []);

        draft.Publish().Versions.Keys.ShouldBe([two.Dot]);
    }

    [Fact]
    public void Nothing_is_dropped_in_favour_of_what_was_removed_here()
    {
        var theirs = bob.Adds("""{"x":1}""", Author.At(1_000_000));
        var anew = ada.Adds("""{"x":1}""", Author.At(500_000));
        var draft = new Draft(ReplicaState.Empty("a"));
        draft.Delete([theirs]);
        draft.Write(anew, []);

        draft.Publish(States.Of("b", 1, theirs)).Versions.Keys.ShouldBe([anew.Dot]);
    }

    [Fact]
    public void Nothing_is_dropped_in_favour_of_what_its_owner_may_have_dropped_in_a_state_that_is_not_here()
    {
        // Ada deleted Bob's version and wrote the same again; Bob dropped his, so Ada forgot the removal. Cy has Ada's newest state, but Bob's old one.
        var theirs = bob.Adds("""{"x":1}""", Author.At(1_000_000));
        var anew = ada.Adds("""{"x":1}""", Author.At(500_000));
        var cy = new Author("c").Adds("""{"y":1}""");
        var draft = new Draft(ReplicaState.Empty("c"));
        draft.Write(cy, []);

        var next = draft.Publish(States.Memory(States.Of("a", 2, anew), States.Of("b", 1, theirs)), dot => dot.Actor.Replica == "b");

        States.Memory(next, States.Of("a", 2, anew), States.Of("b", 2)).Face(Author.Key)!.Value.ToString().ShouldBe("""{"x":1,"y":1}""");
    }

    [Fact]
    public void An_edit_of_the_dropped_one_and_the_one_that_stayed_merge_as_one()
    {
        var early = ada.Adds("""{"x":1,"y":1}""");
        var late = bob.Adds("""{"x":1,"y":1}""");
        var edited = ada.Edits("""{"x":2,"y":1}""", early);

        Shown.By(edited, late).ShouldBe("""{"x":2,"y":1}""");
        Shown.ConflictsOf(edited, late).ShouldBe("/x: 2 | 1");
    }

    private static ReplicaState PublishedBy(string replica, Version version, params ReplicaState[] others)
    {
        var draft = new Draft(ReplicaState.Empty(replica));
        draft.Write(version, []);
        return draft.Publish(others);
    }
}
