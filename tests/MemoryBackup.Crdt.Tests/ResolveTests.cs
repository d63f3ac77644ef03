using MemoryBackup.Crdt.Tests.Infra;

namespace MemoryBackup.Crdt.Tests;

public class ResolveTests
{
    private readonly Author ada = new("a");
    private readonly Author bob = new("b");
    private readonly Author cy = new("c");

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_resolve_keeps_the_chosen_value_alone(int chosen)
    {
        var start = ada.Adds("""{"x":1,"y":1}""");
        var two = ada.Edits("""{"x":2,"y":1}""", start);
        var three = bob.Edits("""{"x":3,"y":1}""", start);

        var resolved = cy.Resolves($$"""{"x":{{chosen}},"y":1}""", two, three);

        Shown.By(resolved).ShouldBe($$"""{"x":{{chosen}},"y":1}""");
        Shown.ConflictsOf(resolved).ShouldBe("");
        Shown.By(resolved, two, three).ShouldBe(Shown.By(resolved));
        Shown.ConflictsOf(resolved, two, three).ShouldBe("");
    }

    [Fact]
    public void One_element_is_settled_and_the_alternatives_of_the_others_stay()
    {
        var start = ada.Adds("""{"x":1,"y":1,"z":{"p":1}}""");
        var two = ada.Edits("""{"x":2,"y":2,"z":{"p":2}}""", start);
        var three = bob.Edits("""{"x":3,"y":3,"z":{"p":3}}""", start);

        var onlyX = cy.Settles("/x", """{"x":2,"y":3,"z":{"p":3}}""", two, three);
        Shown.By(onlyX, two, three).ShouldBe("""{"x":2,"y":3,"z":{"p":3}}""");
        Shown.ConflictsOf(onlyX, two, three).ShouldBe("/y: 3 | 2\n/z/p: 3 | 2");

        var allOfZ = cy.Settles("/z", """{"x":3,"y":3,"z":{"p":2}}""", two, three);
        Shown.ConflictsOf(allOfZ).ShouldBe("/x: 3 | 2\n/y: 3 | 2");
    }

    [Fact]
    public void An_element_settled_alone_in_two_ways_at_once_is_a_conflict_again()
    {
        var start = ada.Adds("""{"x":1,"y":1}""");
        var two = ada.Edits("""{"x":2,"y":2}""", start);
        var three = bob.Edits("""{"x":3,"y":3}""", start);
        var forTwo = ada.Settles("/x", """{"x":2,"y":3}""", two, three);
        var forThree = bob.Settles("/x", """{"x":3,"y":3}""", two, three);

        Shown.By(forTwo, forThree).ShouldBe("""{"x":3,"y":3}""");
        Shown.ConflictsOf(forTwo, forThree).ShouldBe("/x: 3 | 2\n/y: 3 | 2");
    }

    [Fact]
    public void A_resolve_leaves_nothing_hidden()
    {
        var start = ada.Adds("""{"x":1}""");
        var toObject = ada.Edits("""{"x":{"p":5}}""", start);
        var toText = bob.Edits("""{"x":"t"}""", start);

        cy.Resolves("""{"x":"t"}""", toObject, toText).Elements.Values.Keys.ShouldBe(["", "/x"]);
    }

    [Fact]
    public void A_value_that_the_resolver_had_not_seen_stays_an_alternative()
    {
        var start = ada.Adds("""{"x":1}""");
        var two = ada.Edits("""{"x":2}""", start);
        var three = bob.Edits("""{"x":3}""", start);
        var unseen = new Author("d").Edits("""{"x":4}""", start);
        var resolved = cy.Resolves("""{"x":2}""", two, three);

        Shown.By(unseen, resolved).ShouldBe("""{"x":2}""");
        Shown.ConflictsOf(unseen, resolved).ShouldBe("/x: 2 | 4");
    }

    [Fact]
    public void Two_resolves_that_choose_differently_are_a_conflict_again()
    {
        var start = ada.Adds("""{"x":1}""");
        var two = ada.Edits("""{"x":2}""", start);
        var three = bob.Edits("""{"x":3}""", start);

        var forTwo = ada.Resolves("""{"x":2}""", two, three);
        var forThree = bob.Resolves("""{"x":3}""", two, three);

        Shown.By(forTwo, forThree).ShouldBe("""{"x":3}""");
        Shown.ConflictsOf(forTwo, forThree).ShouldBe("/x: 3 | 2");
    }

    [Fact]
    public void Two_resolves_that_choose_different_kinds_keep_both_with_their_members()
    {
        var start = ada.Adds("""{"x":1}""");
        var toObject = ada.Edits("""{"x":{"p":{"q":5}}}""", start);
        var toText = bob.Edits("""{"x":"t"}""", start);

        var forText = bob.Resolves("""{"x":"t"}""", toObject, toText);
        var forObject = ada.Resolves("""{"x":{"p":{"q":5}}}""", toObject, toText);

        Shown.By(forText, forObject).ShouldBe("""{"x":{"p":{"q":5}}}""");
        Shown.ConflictsOf(forText, forObject).ShouldBe("/x: {} | \"t\"");
    }

    [Fact]
    public void Two_resolves_that_choose_something_new_each_are_a_conflict_again()
    {
        var start = ada.Adds("""{"x":1}""");
        var two = ada.Edits("""{"x":2}""", start);
        var three = bob.Edits("""{"x":3}""", start);

        var four = ada.Resolves("""{"x":4}""", two, three);
        var five = bob.Resolves("""{"x":5}""", two, three);

        Shown.By(four, five).ShouldBe("""{"x":5}""");
        Shown.ConflictsOf(four, five).ShouldBe("/x: 5 | 4");
    }

    [Fact]
    public void A_member_of_a_set_that_two_authors_made_keeps_its_place_when_one_resolves_and_another_removes_the_set_of_one()
    {
        var fromAda = ada.Adds("""{"s":["m"]}""");
        var fromBob = bob.Adds("""{"s":[]}""");

        var resolved = ada.Resolves("""{"s":["m"]}""", fromAda, fromBob);
        var removed = bob.Edits("{}", fromBob);

        Shown.By(resolved, removed).ShouldBe("""{"s":["m"]}""");
        Shown.ConflictsOf(resolved, removed).ShouldBe("");
    }
}
