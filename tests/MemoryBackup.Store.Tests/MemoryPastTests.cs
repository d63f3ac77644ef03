using System.Diagnostics;
using MemoryBackup.Generators;
using MemoryBackup.Git;
using MemoryBackup.Store.History;
using MemoryBackup.Store.Tests.Infra;

namespace MemoryBackup.Store.Tests;

public sealed class MemoryPastTests : IDisposable
{
    private readonly World world = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Every_write_and_delete_of_both_machines_is_told_with_what_it_replaced()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("x", """{"n":1}"""), ("y", """{"n":1}"""));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await bob.PutAsync(("x", """{"n":2}"""));
        await bob.DeleteAsync("y");
        await bob.SyncAsync();
        await ada.SyncAsync();
        await ada.PutAsync(("y", """{"n":3}"""));
        await ada.PutAsync(("x", """{"n":4}"""));
        await ada.SyncAsync();
        await bob.SyncAsync();
        string[] expected =
        [
            "ada x v1 by 1: ", "ada x v3 by 3: bob:1", "ada y v1 by 1: ", "ada y v1 by 2: ", "bob deleted y by 2: ada:2", "bob x v2 by 1: ada:1",
        ];
        (await ToldAsync(ada)).ShouldBe(expected);
        (await ToldAsync(bob)).ShouldBe(expected);
    }

    [Fact]
    public async Task What_two_machines_replaced_at_once_is_replaced_twice()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("x", """{"n":1}"""));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await ada.PutAsync(("x", """{"n":2}"""));
        await bob.PutAsync(("x", """{"n":3}"""));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await ada.SyncAsync();
        await ada.PutAsync(("x", """{"n":4}"""));
        (await ToldAsync(ada)).ShouldBe(["ada x v1 by 1: ", "ada x v2 by 2: ada:1", "ada x v3 by 3: ada:2 bob:1", "bob x v2 by 1: ada:1"]);
    }

    [Fact]
    public async Task What_was_deleted_and_put_again_on_top_of_another_s_edit_was_deleted_all_the_same()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("x", """{"n":1}"""), ("z", "{}"));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await bob.PutAsync(("x", """{"n":2,"by":"bob"}"""));
        await ada.DeleteAsync("x");
        await bob.SyncAsync();
        await ada.SyncAsync();
        await ada.PutAsync(("x", """{"n":3}"""));
        (await ToldAsync(ada)).ShouldBe(
            ["ada deleted x by 2: ada:1", "ada x v1 by 1: ", "ada x v3 by 3: bob:1", "ada z v1 by 1: ", "bob x v2 by 1: ada:1"]);
    }

    [Fact]
    public async Task That_equal_entries_count_as_one_is_no_delete()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("x", """{"n":1}"""));
        await bob.PutAsync(("x", """{"n":1}"""));
        await ada.SyncAsync();
        await bob.SyncAsync();
        await bob.PutAsync(("y", "{}"));
        await bob.SyncAsync();
        await ada.SyncAsync();
        await using var store = await ada.LoadAsync();
        (await MemoryPast.ReadAsync(store, Stop)).Deletes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(600, 900, 0.0)]
    [InlineData(150, 1500, 0.0)]
    [InlineData(600, 300, 1.0)]
    public async Task A_long_history_is_told_whole(int entries, int commits, double concentrated)
    {
        var (history, past, _) = await LongAsync(new LongHistory(entries, commits) { Concentrated = concentrated });
        past.Writes.Count.ShouldBe(history.Adds + history.Edits);
        past.Writes.Count(write => write.Replaced.Count == 1).ShouldBe(history.Edits);
        past.Deletes.ToDictionary(delete => delete.Deleted.Single().Dot, delete => delete.Publication.Number).ShouldBe(history.Deletes, ignoreOrder: true);
        past.Writes.ShouldAllBe(write => write.Publication != null);
    }

    [Theory(Explicit = true)]
    [InlineData(10_000, 10_000, 0.0)]
    [InlineData(10_000, 10_000, 1.0)]
    public async Task Ten_thousand_publications_of_ten_thousand_entries_in_seconds(int entries, int commits, double concentrated)
    {
        foreach (var loose in new[] { false, true })
        {
            var (history, past, elapsed) = await LongAsync(new LongHistory(entries, commits) { Concentrated = concentrated }, loose);
            TestContext.Current.SendDiagnosticMessage(
                $"{commits} commits, {entries} entries, concentrated {concentrated}, loose {loose}: {elapsed.TotalSeconds:0.00} s; {past.Writes.Count} writes, {past.Deletes.Count} deletes of {history.Deletes.Count}");
            elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));
        }
    }

    private async Task<(LongHistory History, MemoryPast Past, TimeSpan Elapsed)> LongAsync(LongHistory history, bool loose = false)
    {
        var remote = world.NewRemote($"long{loose}.git");
        await history.WriteAsync(await GitRepository.OpenAsync(world.GitProgram, remote, Stop), Stop);
        var ada = world.Station($"ada{loose}");
        ada.Remote = remote;
        await ada.SyncAsync();
        if (loose)
        {
            // As a store that made one backup after another has them.
            var packs = System.IO.Path.Combine(ada.Path, "objects", "pack");
            foreach (var pack in Directory.GetFiles(packs, "*.pack"))
            {
                var moved = System.IO.Path.Combine(world.Folder, System.IO.Path.GetFileName(pack));
                File.Move(pack, moved);
                Array.ForEach(Directory.GetFiles(packs), File.Delete);
                world.Git(ada.Path, await File.ReadAllBytesAsync(moved, Stop), "unpack-objects", "-q");
            }
        }

        await using var store = await ada.LoadAsync();
        var watch = Stopwatch.StartNew();
        var past = await MemoryPast.ReadAsync(store, Stop);
        return (history, past, watch.Elapsed);
    }

    private static async Task<string[]> ToldAsync(Station station)
    {
        await using var store = await station.LoadAsync();
        var past = await MemoryPast.ReadAsync(store, Stop);
        return
        [
            .. past.Writes.Select(write => $"{write.Version.Host} {write.Version.Key.Display()} v{write.Version.Number} by {write.Publication?.Number}: {Names(write.Replaced)}")
                .Concat(past.Deletes.Select(delete => $"{delete.Host} deleted {delete.Key.Display()} by {delete.Publication.Number}: {Names(delete.Deleted)}"))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string Names(IReadOnlyList<Crdt.Version> versions) =>
        string.Join(' ', versions.Select(version => $"{version.Host}:{version.Dot.Sequence}"));
}
