using MemoryBackup.Crdt.Tests.Infra;

namespace MemoryBackup.Crdt.Tests;

public class MemoryTests
{
    private readonly Author ada = new("a");
    private readonly Author bob = new("b");

    [Fact]
    public void Of_two_states_of_one_replica_the_one_published_later_counts_whatever_came_first()
    {
        var old = States.Of("a", 1, ada.Adds("""{"x":1}"""));
        var @new = States.Of("a", 2, ada.Adds("""{"x":2}"""));

        States.Memory(old, @new).Face(Author.Key)!.Value.ToString().ShouldBe("""{"x":2}""");
        States.Memory(@new, old).Face(Author.Key)!.Value.ToString().ShouldBe("""{"x":2}""");
    }

    [Fact]
    public void What_any_replica_removed_is_not_there()
    {
        var version = ada.Adds("""{"x":1}""");
        var memory = States.Memory(States.Of("a", 1, version), States.Of("b", 1).Removing(version));

        memory.Keys.ShouldBeEmpty();
        memory.Live(Author.Key).ShouldBeEmpty();
        memory.Face(Author.Key).ShouldBeNull();
        memory.Faces().ShouldBeEmpty();
        memory.Removed.Dots.ShouldBe([version.Dot]);
    }

    [Fact]
    public void Faces_come_by_the_stamp_and_dot_of_their_primary_versions()
    {
        var one = ada.Adds("""{"x":1}""", Author.At(3), EntryKey.Entity("one"));
        var two = bob.Adds("""{"x":2}""", Author.At(1), EntryKey.Entity("two"));
        var three = bob.Adds("""{"x":3}""", Author.At(3), EntryKey.Entity("three"));
        var odd = bob.Adds("""{"x":4}""", new Stamp(DateTime.MaxValue.Ticks), EntryKey.Entity("odd"));

        States.Memory(States.Of("b", 1, two, three, odd), States.Of("a", 1, one)).Faces().Select(face => face.Value.ToString())
            .ShouldBe(["""{"x":4}""", """{"x":2}""", """{"x":1}""", """{"x":3}"""]);
    }

    [Fact]
    public void A_memory_of_nothing_is_empty()
    {
        var memory = States.Memory();

        memory.Keys.ShouldBeEmpty();
        memory.Known.ShouldBeEmpty();
        memory.Removed.Count.ShouldBe(0);
    }
}
