using System.Buffers;
using System.Text;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>A file that is too large to be held in memory is copied first, and read from there: what is recorded is what it said at one moment.</summary>
public sealed class LargeFilesTests : IDisposable
{
    private readonly World world = new();
    private readonly Machine ada;

    public LargeFilesTests()
    {
        ada = world.Machine("ada");
        ada.SnapshotFrom = 1;
    }

    public void Dispose() => world.Dispose();

    private string Copies => Path.Combine(ada.DataFolder, "store.git", "memory-backup", "copies");

    [Fact]
    public async Task It_is_kept_in_step_as_any_other()
    {
        var bob = world.Machine("bob");
        (ada.SnapshotFrom, bob.SnapshotFrom) = (1, long.MaxValue);
        ada.Content = Indented(400);
        (await ada.SyncAsync()).Recorded.Added.Count.ShouldBe(400);
        await bob.SyncAsync();
        bob.Lines.Length.ShouldBe(400);
        bob.Lines = [.. bob.Lines.Skip(1), """{"id":"b","text":"of bob"}"""];
        await bob.SyncAsync();
        ada.Content = ada.Content.Replace("the text of 7\"", "another\"", StringComparison.Ordinal);

        var report = await ada.SyncAsync();

        report.Recorded.Changed.ShouldBe(["7"]);
        report.Received.Added.ShouldBe(["b"]);
        report.Received.Deleted.ShouldBe(["0"]);
        ada.Content.ShouldBe(Indented([.. Enumerable.Range(1, 399).Select(id => Item($"{id}", id == 7 ? "another" : $"the text of {id}")), Item("\"b\"", "of bob")]));
        await bob.SyncAsync();
        bob.Lines.ShouldContain("""{"id":7,"text":"another"}""");
        Directory.EnumerateFileSystemEntries(Copies).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_program_that_writes_while_it_is_read_does_not_change_what_was_read()
    {
        // More than what was looked at last, which is held.
        const int entries = 8_000;
        ada.Content = Indented(entries);
        var doing = new List<string>();
        ada.Doing = step =>
        {
            doing.Add(step);
            if (step.StartsWith("saving", StringComparison.Ordinal) && doing.Count(other => other == step) == 1)
            {
                // In place, over the bytes that were read.
                using var file = new FileStream(ada.File, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                file.Write(Encoding.UTF8.GetBytes(Indented(entries).Replace("the text of", "overwritten", StringComparison.Ordinal)));
            }
        };
        await ada.BackupAsync();
        var before = ada.Content;
        ada.Content = "";
        await world.Machine("bob").SyncAsync();
        var bob = world.Machine("bob");
        bob.Lines.ShouldAllBe(line => line.Contains("the text of", StringComparison.Ordinal));
        bob.Lines.Length.ShouldBe(entries);
        before.ShouldContain("overwritten");
    }

    [Fact]
    public async Task Where_no_copy_can_be_made_it_is_held_all_the_same()
    {
        ada.Content = Indented(3);
        await ada.SyncAsync();
        Directory.Delete(Copies, recursive: true);
        File.WriteAllText(Copies, "in the way");
        ada.Content = Indented(4);
        (await ada.SyncAsync()).Recorded.Added.ShouldBe(["3"]);
        File.ReadAllText(Copies).ShouldBe("in the way");
    }

    [Fact]
    public async Task A_broken_one_is_refused_and_leaves_nothing_behind()
    {
        ada.Content = Indented(2);
        await ada.SyncAsync();
        ada.Content = Indented(900_000 / 60)[..^20];
        (await Should.ThrowAsync<MemoryBackupException>(async () => await ada.SyncAsync())).ExitCode.ShouldBe(ExitCode.InvalidData);
        Directory.EnumerateFileSystemEntries(Copies).ShouldBeEmpty();
        ada.Content = Indented(2);
        (await ada.SyncAsync()).Recorded.Any.ShouldBeFalse();
    }

    [Fact]
    public async Task A_snapshot_goes_away_when_nobody_looks_at_it_any_more()
    {
        var done = new TaskCompletionSource();
        FileSnapshot snapshot;
        using (var file = new FileStream(WithBytes("some bytes"), FileMode.Open))
        {
            var snapshots = new FileSnapshots(Copies, from: 1);
            snapshot = snapshots.TryTake(file, _ => { })!;
            var look = LookAsync();
            snapshot.IsUsedBy(look);
            var disposing = Task.Run(snapshots.Dispose, TestContext.Current.CancellationToken);
            (await Task.WhenAny(disposing, Task.Delay(50, TestContext.Current.CancellationToken))).ShouldNotBe(disposing);
            done.SetResult();
            await disposing;
            (await look).ShouldBe("some bytes");
        }

        Should.Throw<ObjectDisposedException>(() => _ = snapshot.GetSpan().Length);

        async Task<string> LookAsync()
        {
            await done.Task;
            return Encoding.UTF8.GetString(snapshot.GetSpan());
        }
    }

    [Fact]
    public void What_is_let_go_of_is_there_again_when_somebody_looks()
    {
        var text = string.Concat(Enumerable.Range(0, 1 << 18).Select(i => $"{i:000000000000}"));
        using var file = new FileStream(WithBytes(text), FileMode.Open);
        using var snapshots = new FileSnapshots(Copies, from: 1);
        var snapshot = snapshots.TryTake(file, _ => { })!;
        for (var i = 0; i < 20; i++)
        {
            snapshot.GetSpan().SequenceEqual(Encoding.UTF8.GetBytes(text)).ShouldBeTrue();
            Thread.Sleep(5);
        }
    }

    [Fact]
    public void An_empty_file_a_small_one_and_one_beyond_the_limit_are_not_taken()
    {
        using var snapshots = new FileSnapshots(Copies, from: 5);
        using (var empty = new FileStream(WithBytes(""), FileMode.Open))
        {
            new FileSnapshots(Copies, from: 0).TryTake(empty, _ => { }).ShouldBeNull();
        }

        using (var small = new FileStream(WithBytes("four"), FileMode.Open))
        {
            snapshots.TryTake(small, _ => { }).ShouldBeNull();
        }

        using var large = new FileStream(WithBytes("five and more"), FileMode.Open);
        Should.Throw<TimeoutException>(() => snapshots.TryTake(large, length => throw new TimeoutException($"{length}"))).Message.ShouldBe("13");
        Directory.EnumerateFileSystemEntries(Copies).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_written_in_pieces_of_any_size_comes_together()
    {
        var random = new Random(1);
        var expected = new List<byte>();
        using var snapshots = new FileSnapshots(Copies, from: 1);
        var output = snapshots.TryWrite(bytes: 1)!;
        for (var i = 0; i < 300; i++)
        {
            var piece = new byte[random.Next(4) switch { 0 => 0, 1 => random.Next(600_000), _ => random.Next(3_000) }];
            random.NextBytes(piece);
            expected.AddRange(piece);
            if (random.Next(2) == 0)
            {
                output.Write(piece);
            }
            else
            {
                piece.CopyTo(output.GetSpan(piece.Length));
                output.Advance(piece.Length);
            }

            output.Written.ShouldBe(expected.Count);
            if (expected.Count > 0)
            {
                output.Last.ShouldBe(expected[^1]);
            }
        }

        output.Complete().Span.SequenceEqual(expected.ToArray()).ShouldBeTrue();
        snapshots.TryWrite(bytes: 0).ShouldBeNull();
        snapshots.TryWrite(bytes: 1)!.Complete().Length.ShouldBe(0);
        Directory.EnumerateFileSystemEntries(Copies).ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_its_new_content_cannot_be_written_down_it_is_held_all_the_same()
    {
        var bob = world.Machine("bob");
        bob.Content = Indented(3);
        await bob.SyncAsync();
        ada.Content = Indented(1);
        ada.Doing = step =>
        {
            // After the file was read.
            if (step.StartsWith("merging", StringComparison.Ordinal))
            {
                Directory.Delete(Copies, recursive: true);
                File.WriteAllText(Copies, "in the way");
            }
        };
        (await ada.SyncAsync()).EntriesAfter.ShouldBe(3);
        File.Delete(Copies);
    }

    private string WithBytes(string text)
    {
        var path = Path.Combine(ada.Home, "bytes");
        File.WriteAllText(path, text);
        return path;
    }

    private static string Item(string id, string text) => $"{{\n    \"id\": {id},\n    \"text\": \"{text}\"\n  }}";

    private static string Indented(int count) => Indented([.. Enumerable.Range(0, count).Select(id => Item($"{id}", $"the text of {id}"))]);

    private static string Indented(params string[] items) => $"[\n  {string.Join(",\n  ", items)}\n]\n";
}
