using MemoryBackup.Crdt;
using MemoryBackup.Formats;
using MemoryBackup.HotPaths;
using MemoryBackup.PerformanceLoad.Infra;
using MemoryBackup.Store.Format;

namespace MemoryBackup.PerformanceLoad;

/// <summary>No step's cost grows faster than the data: six times the entries may take a little more than six times as long, and no more.</summary>
// One after another: what is timed must not have the others beside it.
[Collection("timed")]
public class ScaleTests
{
    private const int Few = 20_000;
    private const int Many = 120_000;

    // What grows with the square would take 36 times as long.
    private const double TimesMax = 20;

    [Fact]
    public void Reading_a_file() => Require("read a memory file", entries =>
    {
        var file = Sample.File(entries: entries);
        return () => MemoryFile.Read(file, new FormatOptions());
    });

    [Fact]
    public void Union_and_what_each_entry_shows() => Require("union of two replicas", entries =>
    {
        ReplicaState[] states = [Sample.State(Sample.Versions(0, 0, entries)), Sample.State(Sample.Versions(1, 1, entries))];
        return () => Memory.Of(states).Faces();
    });

    [Fact]
    public void The_next_state_after_one_edit() => Require("the next state after one edit", entries =>
    {
        var versions = Sample.Versions(0, 0, entries);
        var (own, layout) = (Sample.State(versions), EntryFiles.Empty.Change(_ => false, versions).Stored());
        var others = Memory.Of([Sample.State(Sample.Versions(1, 1, entries))]);
        var edited = versions[entries / 2];
        var edit = new Edit
        {
            Key = edited.Key,
            Base = [edited],
            Value = Sample.Edited(edited.Value),
            Dot = new Dot(edited.Dot.Actor, entries + 1),
            Stamp = new Stamp(edited.Stamp.Ticks + 1),
            Host = "host",
        }.ToVersion();
        return () =>
        {
            var draft = new Draft(own);
            draft.Write(edit, [edited]);
            draft.Publish(others, _ => false);
            var next = layout.Change(draft.Dropped.Contains, draft.Written);
            foreach (var number in next.Changed)
            {
                next.Bytes(number);
            }
        };
    });

    [Fact]
    public void Many_changes_of_a_file() => Require("write every tenth entry into a file anew", entries =>
    {
        var file = MemoryFile.Read(Sample.File(entries: entries), new FormatOptions());
        EntryChange[] changes = [.. file.Entries.Where((_, i) => i % 10 == 0).Select(entry => new EntryChange(entry.Key, Sample.Edited(entry.Value)))];
        return () => file.With(changes);
    });

    private static void Require(string what, Func<int, Action> prepare) =>
        Contest.Require($"{what}, {Many:N0} entries against {Few:N0}", TimesMax, prepare(Many), prepare(Few));
}
