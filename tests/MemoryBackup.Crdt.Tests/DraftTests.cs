using MemoryBackup.Crdt.Tests.Infra;

namespace MemoryBackup.Crdt.Tests;

public class DraftTests
{
    private readonly Author ada = new("a");
    private readonly Author bob = new("b");

    [Fact]
    public void A_write_drops_the_own_versions_that_it_replaces_and_lists_the_foreign_ones_as_removed()
    {
        var own = ada.Adds("""{"x":1}""");
        var foreign = bob.Adds("""{"x":2}""");
        var draft = new Draft(States.Of("a", 4, own));
        var edited = ada.Edits("""{"x":3}""", own, foreign);

        draft.Write(edited, [own, foreign]);
        var next = draft.Publish(States.Of("b", 1, foreign));

        next.Publication.ShouldBe(5);
        next.Versions.ShouldBe(new Dictionary<Dot, Version> { [edited.Dot] = edited });
        next.Removed.Dots.ShouldBe([foreign.Dot]);
        draft.Dropped.ShouldBe([own.Dot]);
        draft.Written.ShouldBe([edited]);
    }

    [Fact]
    public void A_delete_removes_exactly_what_its_author_had()
    {
        var own = ada.Adds("""{"x":1}""");
        var seen = bob.Adds("""{"x":2}""");
        var unseen = new Author("c").Adds("""{"x":3}""");
        var draft = new Draft(States.Of("a", 1, own));

        draft.Delete([own, seen]);
        var next = draft.Publish(States.Of("b", 1, seen), States.Of("c", 1, unseen));

        States.Memory(next, States.Of("b", 1, seen), States.Of("c", 1, unseen)).Live(Author.Key).ShouldBe([unseen]);
    }

    [Fact]
    public void An_edit_concurrent_with_a_delete_wins_and_keeps_the_whole_entry()
    {
        var start = ada.Adds("""{"x":1,"y":{"p":1},"s":["m"]}""");
        var edited = bob.Edits("""{"x":2,"y":{"p":1},"s":["m"]}""", start);
        var draft = new Draft(States.Of("a", 1, start));
        draft.Delete([start]);

        var memory = States.Memory(draft.Publish(), States.Of("b", 1, edited).Removing(start));

        memory.Face(Author.Key)!.Value.ToString().ShouldBe("""{"x":2,"y":{"p":1},"s":["m"]}""");
        memory.Face(Author.Key)!.Conflicts.ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_written_is_nothing_to_publish_whatever_there_is_to_tidy()
    {
        var own = ada.Adds("""{"x":1}""");
        var state = States.Of("a", 7, own);
        var draft = new Draft(state);

        var next = draft.Publish(States.Of("b", 1).Removing(own));

        draft.Changed.ShouldBeFalse();
        next.Publication.ShouldBe(7);
        next.Versions.Keys.ShouldBe([own.Dot]);
    }

    [Fact]
    public void Publishing_drops_own_versions_that_others_removed()
    {
        var own = ada.Adds("""{"x":1}""");
        var draft = new Draft(States.Of("a", 1, own));
        var other = ada.Adds("""{"x":2}""", Author.At(1), EntryKey.Entity("Bob"));
        draft.Write(other, []);

        draft.Publish(States.Of("b", 1).Removing(own)).Versions.Keys.ShouldBe([other.Dot]);
    }

    [Fact]
    public void Publishing_forgets_a_removal_once_its_owner_lists_the_dot_no_more()
    {
        var listed = bob.Adds("""{"x":1}""");
        var gone = bob.Adds("""{"x":2}""");
        var missed = new Author("c").Adds("""{"x":3}""");
        var draft = new Draft(States.Of("a", 1).Removing(listed, gone, missed));
        draft.Write(ada.Adds("{}"), []);

        var next = draft.Publish(States.Memory(States.Of("b", 2, listed)), dot => dot == missed.Dot);

        next.Removed.Dots.ShouldBe([listed.Dot, missed.Dot]);
    }

    [Fact]
    public void What_was_published_stays_as_it_was_when_the_draft_goes_on()
    {
        var draft = new Draft(ReplicaState.Empty("a"));
        var first = ada.Adds("""{"x":1}""");
        draft.Write(first, []);
        var published = draft.Publish();

        draft.Write(ada.Edits("""{"x":2}""", first), [first]);

        published.Versions.Keys.ShouldBe([first.Dot]);
    }

    [Fact]
    public void Its_own_former_state_among_the_known_ones_does_no_harm()
    {
        var first = ada.Adds("""{"x":1}""");
        var second = ada.Adds("""{"x":1}""", Author.At(5), EntryKey.Entity("Bob"));
        var own = States.Of("a", 1, first);
        var draft = new Draft(own);
        draft.Write(second, []);
        draft.Write(new Author("a", 2).Adds("""{"y":1}"""), []);

        var next = draft.Publish(own);

        next.Versions.Keys.ShouldContain(first.Dot);
        States.Memory(next).Face(Author.Key)!.Value.ToString().ShouldBe("""{"y":1,"x":1}""");
    }

    [Fact]
    public void A_state_of_its_own_that_listed_more_does_not_count_in_what_is_said_twice()
    {
        var former = ada.Adds("""{"x":1}""", Author.At(9_000_000));
        var draft = new Draft(States.Of("a", 1, former));
        draft.Delete([former]);
        var other = new Author("a", 2).Adds("""{"x":1}""", Author.At(8_000_000));
        draft.Write(other, []);

        draft.Publish(States.Of("a", 1, former)).Versions.Keys.ShouldBe([other.Dot]);
    }
}
