using MemoryBackup.Crdt.Json;
using MemoryBackup.Crdt.Tests.Infra;
using MemoryBackup.Generators;

namespace MemoryBackup.Crdt.Tests;

public class MergeTests
{
    private readonly Author ada = new("a");
    private readonly Author bob = new("b");
    private readonly Author cy = new("c");

    [Fact]
    public void Edits_of_different_fields_all_stay()
    {
        var start = ada.Adds("""{"x":1,"y":1,"z":{"p":1,"q":1}}""");
        var one = ada.Edits("""{"x":2,"y":1,"z":{"p":1,"q":1}}""", start);
        var two = bob.Edits("""{"x":1,"y":2,"z":{"p":2,"q":1}}""", start);
        var three = cy.Edits("""{"x":1,"y":1,"z":{"p":1,"q":2},"new":3}""", start);

        Shown.By(one, two, three).ShouldBe("""{"x":2,"y":2,"z":{"p":2,"q":2},"new":3}""");
        Shown.ConflictsOf(one, two, three).ShouldBe("");
    }

    [Fact]
    public void Members_added_to_a_set_all_stay_and_removed_ones_are_gone()
    {
        var start = ada.Adds("""{"name":"Ada","observations":["a","b","c"]}""");
        var one = ada.Edits("""{"name":"Ada","observations":["a","b","c","d"]}""", start);
        var two = bob.Edits("""{"name":"Ada","observations":["a","c","e"]}""", start);

        Shown.By(one, two).ShouldBe("""{"name":"Ada","observations":["a","c","e","d"]}""");
        Shown.ConflictsOf(one, two).ShouldBe("");
    }

    [Fact]
    public void Of_two_values_of_one_field_the_later_is_shown_and_the_other_kept()
    {
        var start = ada.Adds("""{"x":1}""");
        var later = bob.EditsAt(20_000_002, """{"x":3}""", start);
        var earlier = ada.EditsAt(20_000_001, """{"x":2}""", start);

        Shown.By(earlier, later).ShouldBe("""{"x":3}""");
        Shown.ConflictsOf(earlier, later).ShouldBe("/x: 3 | 2");
    }

    [Fact]
    public void Of_values_with_one_stamp_the_dot_decides_and_the_number_of_an_actor_is_a_number()
    {
        var start = ada.Adds("""{"x":1}""");
        var two = new Author("r", 2).EditsAt(20_000_001, """{"x":2}""", start);
        var ten = new Author("r", 10).EditsAt(20_000_001, """{"x":10}""", start);

        Shown.By(ten, two).ShouldBe("""{"x":10}""");
    }

    [Fact]
    public void Causality_comes_before_stamps()
    {
        var start = ada.Adds("""{"x":1}""", Author.At(30_000_000));
        var edited = bob.EditsAt(1, """{"x":2}""", start);

        Shown.By(edited).ShouldBe("""{"x":2}""");
        Shown.By(start, edited).ShouldBe("""{"x":2}""");
        Shown.ConflictsOf(start, edited).ShouldBe("");
    }

    [Fact]
    public void Equal_values_count_as_one()
    {
        var start = ada.Adds("""{"x":0,"y":0}""");
        var one = ada.Edits("""{"x":1,"y":0}""", start);
        var two = bob.Edits("""{"x":1.0,"y":0}""", start);

        Shown.By(one, two).ShouldBe("""{"x":1.0,"y":0}""");
        Shown.ConflictsOf(one, two).ShouldBe("");
        Shown.By(cy.Edits("""{"x":2,"y":0}""", one, two), one, two).ShouldBe("""{"x":2,"y":0}""");
    }

    [Fact]
    public void An_alternative_that_several_wrote_is_listed_once()
    {
        var start = ada.Adds("""{"x":0}""");
        var one = ada.Edits("""{"x":1}""", start);
        var two = bob.Edits("""{"x":1.0}""", start);
        var three = cy.Edits("""{"x":3}""", start);

        Shown.ConflictsOf(one, two, three).ShouldBe("/x: 3 | 1.0");
    }

    [Fact]
    public void The_number_text_stays_as_it_was_when_only_the_text_differs()
    {
        var start = ada.Adds("""{"x":1.0,"y":1}""");

        var edited = bob.Edits("""{"x":1,"y":2}""", start);

        Shown.By(edited).ShouldBe("""{"x":1.0,"y":2}""");
        edited.Elements.Greatest("/x")!.Dot.ShouldBe(start.Dot);
    }

    [Fact]
    public void A_number_and_the_text_of_it_are_two_values()
    {
        var start = ada.Adds("""{"x":0}""");

        Shown.ConflictsOf(ada.Edits("""{"x":1}""", start), bob.Edits("""{"x":"1"}""", start)).ShouldBe("/x: \"1\" | 1");
    }

    [Fact]
    public void An_edit_carries_what_it_did_not_touch_with_the_dot_of_the_write_that_made_it()
    {
        var start = ada.Adds("""{"x":1,"y":1,"s":["m"]}""");
        var edited = bob.Edits("""{"x":2,"y":1,"s":["m","n"]}""", start);

        edited.Carried.Select(carried => carried.Path).ShouldBe(["/s#m", "/y"]);
        edited.Carried.ShouldAllBe(carried => carried.IsShown && carried.Value.Dot == start.Dot && carried.Value.Stamp == start.Stamp);
        edited.Number.ShouldBe(2);
        edited.Seen.Greatest.ShouldBe([new(ada.Actor, 1), new(bob.Actor, 1)]);
    }

    [Fact]
    public void An_edit_of_something_else_carries_the_alternatives()
    {
        var start = ada.Adds("""{"x":1,"y":1}""");
        var two = ada.Edits("""{"x":2,"y":1}""", start);
        var three = bob.Edits("""{"x":3,"y":1}""", start);

        var edited = cy.Edits("""{"x":3,"y":2}""", two, three);

        Shown.By(edited).ShouldBe("""{"x":3,"y":2}""");
        Shown.ConflictsOf(edited).ShouldBe("/x: 3 | 2");
        Shown.ConflictsOf(edited, two, three).ShouldBe("/x: 3 | 2");
    }

    [Fact]
    public void In_a_changed_element_the_shown_value_is_replaced_and_its_alternatives_are_carried()
    {
        var start = ada.Adds("""{"x":1}""");
        var two = ada.Edits("""{"x":2}""", start);
        var three = bob.Edits("""{"x":3}""", start);

        var edited = cy.Edits("""{"x":4}""", two, three);

        Shown.By(edited, two, three).ShouldBe("""{"x":4}""");
        Shown.ConflictsOf(edited, two, three).ShouldBe("/x: 4 | 2");
    }

    [Fact]
    public void Choosing_the_alternative_by_an_edit_leaves_no_conflict()
    {
        var start = ada.Adds("""{"x":1}""");
        var two = ada.Edits("""{"x":2}""", start);
        var three = bob.Edits("""{"x":3}""", start);

        var edited = cy.Edits("""{"x":2}""", two, three);

        Shown.By(edited).ShouldBe("""{"x":2}""");
        Shown.ConflictsOf(edited).ShouldBe("");
    }

    [Fact]
    public void A_removed_element_goes_with_its_alternatives()
    {
        var start = ada.Adds("""{"x":1,"y":1}""");
        var two = ada.Edits("""{"x":2,"y":1}""", start);
        var three = bob.Edits("""{"x":3,"y":1}""", start);

        var removed = cy.Edits("""{"y":1}""", two, three);

        Shown.By(removed, two, three).ShouldBe("""{"y":1}""");
        Shown.ConflictsOf(removed, two, three).ShouldBe("");
    }

    [Fact]
    public void A_change_wins_over_a_concurrent_removal_of_the_field()
    {
        var start = ada.Adds("""{"x":1,"y":1}""");

        Shown.By(ada.Edits("""{"y":1}""", start), bob.Edits("""{"x":2,"y":1}""", start)).ShouldBe("""{"x":2,"y":1}""");
    }

    [Theory]
    [InlineData("""{"o":{"p":1,"q":2},"y":1}""", """{"o":{"q":2},"y":1}""")]
    [InlineData("""{"o":{"p":1,"q":1,"r":{"s":1}},"y":1}""", """{"o":{"r":{"s":1}},"y":1}""")]
    [InlineData("""{"o":{"p":1,"q":1,"t":["m"]},"y":1}""", """{"o":{"t":["m"]},"y":1}""")]
    public void A_change_inside_a_container_keeps_its_place_against_a_concurrent_removal_of_the_container(string changed, string merged)
    {
        var start = ada.Adds("""{"o":{"p":1,"q":1},"y":1}""");

        var removed = ada.Edits("""{"y":1}""", start);
        var edited = bob.Edits(changed, start);

        FlatJson.SaySame(FlatJson.Of(Shown.By(removed, edited)), FlatJson.Of(merged)).ShouldBeTrue(Shown.By(removed, edited));
        Shown.ConflictsOf(removed, edited).ShouldBe("");
    }

    [Fact]
    public void A_change_deep_inside_keeps_its_place_against_a_removal_at_every_level()
    {
        var start = ada.Adds("""{"o":{"p":{"q":{"s":["m"]}}}}""");
        var edited = bob.Edits("""{"o":{"p":{"q":{"s":["m","n"]}}}}""", start);

        Shown.By(edited, ada.Edits("""{"o":{"p":{"q":{}}}}""", start)).ShouldBe("""{"o":{"p":{"q":{"s":["n"]}}}}""");
        Shown.By(edited, cy.Edits("""{"o":{"p":{}}}""", start)).ShouldBe("""{"o":{"p":{"q":{"s":["n"]}}}}""");
        Shown.By(edited, new Author("d").Edits("{}", start)).ShouldBe("""{"o":{"p":{"q":{"s":["n"]}}}}""");
    }

    [Fact]
    public void A_set_that_gains_a_duplicate_becomes_one_plain_value()
    {
        var start = ada.Adds("""{"s":["p","q"]}""");
        var doubled = bob.EditsAt(20_000_000, """{"s":["p","q","p"]}""", start);
        var added = ada.EditsAt(20_000_001, """{"s":["p","q","r"]}""", start);

        doubled.Elements.Values.Keys.ShouldBe(["", "/s"]);
        Shown.By(doubled).ShouldBe("""{"s":["p","q","p"]}""");
        Shown.By(doubled, added).ShouldBe("""{"s":["r"]}""");
        Shown.ConflictsOf(doubled, added).ShouldBe("""/s: [] | ["p","q","p"]""");
    }

    [Fact]
    public void Another_order_of_a_set_or_of_members_is_no_change()
    {
        var start = ada.Adds("""{"x":1,"s":["p","q"]}""");
        var reordered = bob.Edits("""{"s":["q","p"],"x":1}""", start);

        reordered.Carried.Select(carried => carried.Path).ShouldBe(["", "/s", "/s#p", "/s#q", "/x"]);
        Shown.By(reordered).ShouldBe("""{"s":["q","p"],"x":1}""");
    }

    [Fact]
    public void Shown_is_the_order_of_the_latest_version_then_what_it_lacks_by_stamp()
    {
        var start = ada.Adds("""{"a":1,"b":1}""", Author.At(20_000_000));
        var first = ada.EditsAt(20_000_001, """{"a":1,"b":1,"z":1}""", start);
        var second = bob.EditsAt(20_000_002, """{"a":1,"b":1,"y":1}""", start);
        var latest = cy.EditsAt(20_000_003, """{"b":1,"x":1,"a":1}""", start);

        Shown.By(latest, first, second).ShouldBe("""{"b":1,"x":1,"a":1,"z":1,"y":1}""");
    }

    [Fact]
    public void A_bare_entry_merges_as_a_value()
    {
        var start = ada.Adds("1");
        var two = ada.Edits("2", start);
        var set = bob.Edits("""["m"]""", start);

        Face.Of([start]).IsBare.ShouldBeTrue();
        Shown.By(two, set).ShouldBe("""["m"]""");
        Shown.ConflictsOf(two, set).ShouldBe(": [] | 2");
    }

    [Fact]
    public void An_object_and_a_bare_value_in_one_entry_are_a_conflict_of_kinds()
    {
        var one = ada.Adds("""{"x":1}""");
        var two = bob.Adds("2");

        Face.Of([one, two]).IsBare.ShouldBeTrue();
        Shown.ConflictsOf(one, two).ShouldBe(": 2 | {}");
        Face.Of([cy.Edits("""{"x":1}""", one, two)]).IsBare.ShouldBeFalse();
    }

    [Fact]
    public void At_the_last_tick_of_the_range_the_sequence_decides()
    {
        var start = ada.Adds("""{"x":1}""", Stamp.Latest);
        var edited = ada.EditsAt(Stamp.Latest, """{"x":2}""", start);

        Shown.By(edited).ShouldBe("""{"x":2}""");
        Shown.ConflictsOf(edited).ShouldBe("");
    }

    [Fact]
    public void An_edit_at_the_last_tick_shows_its_value_even_where_an_alternative_ranks_above_it()
    {
        var one = new Author("z").Adds("""{"x":1}""", Stamp.Latest);
        var two = new Author("y").Adds("""{"x":2}""", Stamp.Latest);

        Shown.By(ada.EditsAt(Stamp.Latest, """{"x":3}""", one, two)).ShouldBe("""{"x":3}""");
    }

    [Fact]
    public void A_version_is_first_if_it_replaced_nothing_and_its_actor_is_new_to_the_key()
    {
        var start = ada.Adds("{}");

        start.IsFirst.ShouldBeTrue();
        ada.AddsAnew("{}").IsFirst.ShouldBeFalse();
        bob.Edits("{}", start).IsFirst.ShouldBeFalse();
    }

    [Fact]
    public void Conflicts_name_the_writes()
    {
        var start = ada.Adds("""{"x":1}""");
        var two = ada.Edits("""{"x":2}""", start);
        var three = bob.Edits("""{"x":3}""", start);

        var conflict = Face.Of([two, three]).Conflicts.ShouldHaveSingleItem();

        conflict.Shown.ShouldBe(new ElementValue(three.Dot, three.Stamp, JsonText.Parse("3")));
        conflict.Others.ShouldBe([new ElementValue(two.Dot, two.Stamp, JsonText.Parse("2"))]);
    }
}
