using MemoryBackup.Crdt;
using MemoryBackup.Store.Local;

namespace MemoryBackup.Store.Tests;

/// <summary>How many of a file's states are remembered: many where they have much in common, few where each is all new.</summary>
public sealed class TrackedFileTests
{
    private static readonly Actor Ada = new("ada-aaaaaaaaaa", 1);

    [Theory]
    [InlineData(100, 100, 24)]
    [InlineData(10_000, 1, 24)]
    [InlineData(10_000, 10_000, 3)]
    [InlineData(5_000, 5_000, 5)]
    [InlineData(30_000, 10_000, 7)]
    [InlineData(100_000, 100_000, 3)]
    [InlineData(100_000, 5_000, 24)]
    public void Of_so_many_entries_of_which_so_many_change_each_time(int entries, int changed, int remembered)
    {
        var states = Enumerable.Range(0, 40).Select(i => State(i, 1 + ((long)i * changed), entries)).ToList();

        var kept = TrackedFile.Remembered(states);

        kept.ShouldBe(states.TakeLast(remembered));
    }

    [Fact]
    public void That_nearly_all_is_deleted_makes_nobody_forget_what_was_there()
    {
        List<FileState> states = [.. Enumerable.Range(0, 30).Select(i => State(i, 1 + i, 30_000)), State(30, 20_000, 10)];
        TrackedFile.Remembered(states).ShouldBe(states.TakeLast(24));
    }

    [Fact]
    public void Few_are_all_remembered() =>
        TrackedFile.Remembered([State(0, 1, 100_000), State(1, 100_001, 100_000), State(2, 200_001, 100_000)]).Count.ShouldBe(3);

    // Each change gives an entry a new name, the oldest first.
    private static FileState State(int number, long first, int entries) =>
        new() { Hash = $"{number}", Dots = DotSet.Of(Enumerable.Range(0, entries).Select(i => new Dot(Ada, first + i))) };
}
