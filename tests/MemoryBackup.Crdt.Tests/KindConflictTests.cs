using MemoryBackup.Crdt.Tests.Infra;

namespace MemoryBackup.Crdt.Tests;

public class KindConflictTests
{
    private readonly Author ada = new("a");
    private readonly Author bob = new("b");
    private readonly Author cy = new("c");

    [Fact]
    public void Of_an_object_and_a_plain_value_the_later_is_shown_and_the_other_is_the_alternative()
    {
        var start = ada.Adds("""{"x":1}""");
        var toObject = ada.Edits("""{"x":{"p":1}}""", start);
        var toText = bob.Edits("""{"x":"t"}""", start);

        Shown.By(toObject, toText).ShouldBe("""{"x":"t"}""");
        Shown.ConflictsOf(toObject, toText).ShouldBe("""/x: "t" | {}""");
    }

    [Fact]
    public void Of_an_object_and_a_set_the_later_is_shown_with_its_members_only()
    {
        var start = ada.Adds("""{"x":1}""");
        var toSet = ada.Edits("""{"x":["p","q"]}""", start);
        var toObject = bob.Edits("""{"x":{"p":2}}""", start);

        Shown.By(toSet, toObject).ShouldBe("""{"x":{"p":2}}""");
        Shown.ConflictsOf(toSet, toObject).ShouldBe("/x: {} | []");
    }

    [Fact]
    public void Members_hidden_under_a_losing_kind_are_carried_by_edits_of_something_else()
    {
        var start = ada.Adds("""{"x":1,"y":1}""");
        var toObject = ada.Edits("""{"x":{"p":{"q":5}},"y":1}""", start);
        var toText = bob.Edits("""{"x":"t","y":1}""", start);

        var edited = cy.Edits("""{"x":"t","y":2}""", toObject, toText);

        Shown.ConflictsOf(edited).ShouldBe("""/x: "t" | {}""");
        edited.Elements.Greatest("/x/p/q")!.Value.ToString().ShouldBe("5");
    }

    [Fact]
    public void Members_hidden_under_a_losing_kind_are_carried_by_an_edit_of_the_winner()
    {
        var start = ada.Adds("""{"x":1}""");
        var toObject = ada.Edits("""{"x":{"p":{"q":5}}}""", start);
        var toText = bob.Edits("""{"x":"t"}""", start);

        var edited = cy.Edits("""{"x":"u"}""", toObject, toText);

        Shown.By(edited).ShouldBe("""{"x":"u"}""");
        edited.Elements.Values.Keys.ShouldBe(["", "/x", "/x/p", "/x/p/q"]);
    }

    [Fact]
    public void Members_hidden_under_a_losing_kind_are_shown_once_it_is_chosen_by_a_concurrent_change_below_it()
    {
        var start = ada.Adds("""{"x":1}""");
        var toObject = ada.Edits("""{"x":{"p":5}}""", start);
        var toText = bob.Edits("""{"x":"t"}""", start);
        var both = cy.Edits("""{"x":"t","y":1}""", toObject, toText);

        var below = ada.Edits("""{"x":{"p":5,"r":6}}""", toObject);

        Shown.By(both, below).ShouldBe("""{"x":{"p":5,"r":6},"y":1}""");
    }

    [Fact]
    public void A_hidden_container_that_becomes_an_alternative_keeps_what_is_in_it()
    {
        var text = ada.Adds("7", Author.At(1_000_001));
        var hidden = bob.Adds("""{"a":{"d":1}}""", Author.At(1_000_000));

        var edited = cy.EditsAt(1_000_002, """{"a":"w"}""", text, hidden);

        Shown.By(edited).ShouldBe("""{"a":"w"}""");
        Shown.ConflictsOf(edited).ShouldBe("""/a: "w" | {}""");
        edited.Elements.Greatest("/a/d")!.Value.ToString().ShouldBe("1");
    }

    [Fact]
    public void A_hidden_member_that_the_new_object_does_not_name_is_gone_and_one_that_it_names_is_an_alternative()
    {
        var start = ada.Adds("""{"x":1}""");
        var toObject = ada.Edits("""{"x":{"p":5,"q":6}}""", start);
        var toText = bob.Edits("""{"x":"t"}""", start);

        var edited = cy.Edits("""{"x":{"p":9}}""", toObject, toText);

        Shown.By(edited).ShouldBe("""{"x":{"p":9}}""");
        Shown.ConflictsOf(edited).ShouldBe("/x/p: 9 | 5");
        edited.Elements.Values.Keys.ShouldNotContain("/x/q");
    }

    [Fact]
    public void A_removed_element_goes_with_what_was_hidden_under_it()
    {
        var start = ada.Adds("""{"x":1,"y":1}""");
        var toObject = ada.Edits("""{"x":{"p":5},"y":1}""", start);
        var toText = bob.Edits("""{"x":"t","y":1}""", start);

        cy.Edits("""{"y":1}""", toObject, toText).Elements.Values.Keys.ShouldBe(["", "/y"]);
    }

    [Fact]
    public void An_entry_is_bare_by_what_it_shows_and_not_by_the_version_that_it_is_named_for()
    {
        var start = ada.Adds("5");
        var late = bob.EditsAt(2_000_001, """{"p":1}""", start);
        var concurrent = cy.EditsAt(2_000_002, "6", start);
        var unchanged = ada.EditsAt(2_000_003, """{"p":1}""", late);

        var face = Face.Of([unchanged, concurrent]);

        face.Primary.ShouldBe(unchanged);
        face.Value.ToString().ShouldBe("6");
        face.IsBare.ShouldBeTrue();
    }
}
