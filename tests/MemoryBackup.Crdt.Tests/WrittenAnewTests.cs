using MemoryBackup.Crdt.Tests.Infra;

namespace MemoryBackup.Crdt.Tests;

/// <summary>An actor that writes a deleted entry anew covers its own deleted writes: a causal past is a number per actor.</summary>
public class WrittenAnewTests
{
    private readonly Author ada = new("a");
    private readonly Author bob = new("b");
    private readonly Author cy = new("c");

    [Fact]
    public void What_the_actor_had_written_before_stays_deleted_and_what_others_wrote_concurrently_is_there()
    {
        var start = ada.Adds("""{"x":1,"y":1}""");
        var concurrent = bob.Edits("""{"x":1,"y":2}""", start);

        var anew = ada.AddsAnew("""{"z":9}""");

        Shown.By(anew, concurrent).ShouldBe("""{"z":9,"y":2}""");
        Shown.ConflictsOf(anew, concurrent).ShouldBe("");
    }

    [Fact]
    public void A_value_that_lost_its_container_to_that_is_listed_and_carried_and_goes_with_its_place()
    {
        var fromBob = bob.Adds("""{"a":{"c":1}}""");
        var fromAda = ada.Edits("""{"a":{"c":1,"b":2}}""", fromBob);
        var concurrent = cy.Edits("""{"a":{"c":1,"b":2},"d":3}""", fromAda);
        var anew = ada.AddsAnew("""{"a":"w"}""");

        Shown.By(anew, concurrent).ShouldBe("""{"a":"w","d":3}""");
        Shown.ConflictsOf(anew, concurrent).ShouldBe("/a/c: - | 1");

        var edited = cy.Edits("""{"a":"v","d":4}""", anew, concurrent);
        Shown.ConflictsOf(edited).ShouldBe("/a/c: - | 1");

        var removed = cy.Edits("""{"d":4}""", edited);
        Shown.ConflictsOf(removed).ShouldBe("");
        cy.Resolves("""{"a":"v","d":4}""", edited).Elements.Values.Keys.ShouldBe(["", "/a", "/d"]);
    }
}
