using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Tests;

/// <summary>What a run of several rounds tells of all of them.</summary>
public sealed class ChangesTests
{
    [Fact]
    public void An_entry_that_changed_in_several_rounds_is_told_once()
    {
        var (first, second) = (new Changes(["a"], ["b"], []), new Changes(["c", "a"], ["b"], ["d"]));
        var both = first.And(second);
        both.Added.ShouldBe(["a", "c"]);
        both.Changed.ShouldBe(["b"]);
        both.Deleted.ShouldBe(["d"]);
    }

    // A million keys would be spelled out to be told apart from none.
    [Fact]
    public void One_round_is_told_as_it_is()
    {
        var only = new Changes(["a"], [], []);
        Changes.None.And(only).ShouldBeSameAs(only);
        only.And(Changes.None).ShouldBeSameAs(only);
    }
}
