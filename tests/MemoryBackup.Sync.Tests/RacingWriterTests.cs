using MemoryBackup.Git;
using MemoryBackup.Sync.Tests.Infra;
using MemoryBackup.Sync.WritingBack;

namespace MemoryBackup.Sync.Tests;

/// <summary>A program writes the file while a run is between reading it and putting the merged memory in its place.</summary>
public sealed class RacingWriterTests : IDisposable
{
    private const string A = """{"id":"a"}""";
    private const string B = """{"id":"b"}""";
    private const string C = """{"id":"c"}""";
    private const string Mine = """{"id":"mine"}""";
    private readonly World world = new();
    private readonly Machine ada;
    private readonly Machine bob;

    public RacingWriterTests() => (ada, bob) = (world.Machine("ada"), world.Machine("bob"));

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData("rename")]
    [InlineData("in place")]
    [InlineData("append")]
    public async Task What_a_writer_puts_there_before_the_exchange_is_merged(string how)
    {
        await ShareAsync([A], arrives: [A, B]);
        Once(WriteBackStep.Remembered, () => Write(how, A, Mine));
        (await ada.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
        ada.Lines.ShouldBe([A, B, Mine], ignoreOrder: true);
        await bob.SyncAsync();
        bob.Lines.ShouldBe([A, B, Mine], ignoreOrder: true);
        ada.Leftovers.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("rename")]
    [InlineData("in place")]
    [InlineData("append")]
    public async Task What_a_writer_puts_there_after_the_exchange_is_merged(string how)
    {
        await ShareAsync([A], arrives: [A, B]);
        Once(WriteBackStep.Replaced, () => Write(how, [.. ada.Lines, Mine]));
        (await ada.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
        await ada.SyncAsync();
        await bob.SyncAsync();
        ada.Lines.ShouldBe([A, B, Mine], ignoreOrder: true);
        bob.Lines.ShouldBe([A, B, Mine], ignoreOrder: true);
        ada.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stale_writer_that_saves_after_the_exchange_deletes_nothing_that_had_just_come()
    {
        await ShareAsync([A], arrives: [A, B]);
        Once(WriteBackStep.Settled, () => Write("rename", A, Mine));
        await ada.SyncAsync();
        ada.Lines.ShouldBe([A, B, Mine], ignoreOrder: true);
    }

    [Fact]
    public async Task What_was_kept_from_a_stale_writer_in_one_run_it_does_not_delete_in_the_next()
    {
        await ShareAsync([A], arrives: [A, B, C]);
        var settled = 0;
        ada.Reached = step =>
        {
            if (step == WriteBackStep.Settled && settled++ < 2)
            {
                ada.Replace(A, Mine);
            }
        };
        await ada.SyncAsync();
        ada.Replace(A, Mine, """{"id":"more"}""");
        (await ada.SyncAsync()).Recorded.Deleted.ShouldBeEmpty();
        ada.Lines.Length.ShouldBe(5);
    }

    [Fact]
    public async Task A_delete_in_displaced_bytes_that_is_taken_for_a_stale_writers_is_told()
    {
        await ShareAsync([A], arrives: [A, B]);
        await ada.SyncAsync();
        bob.Lines = [A, B, C];
        await bob.SyncAsync();

        // Found by the run, and deleted by the program before the exchange, together with an addition: it may as well never have loaded it.
        ada.Lines = [A, B, """{"id":"found"}"""];
        Once(WriteBackStep.Remembered, () => ada.Replace(A, B, Mine));
        var report = await ada.SyncAsync();
        ada.Lines.ShouldContain("""{"id":"found"}""");
        report.KeptForStaleWriter.ShouldBe(["found"]);
        report.Warnings.ShouldContain(warning => warning.Contains("A program saved an older state", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_writer_that_changes_the_same_entry_keeps_both_values()
    {
        await ShareAsync(["""{"id":"a","v":0}"""], arrives: ["""{"id":"a","v":1}"""]);
        Once(WriteBackStep.Remembered, () => Write("rename", """{"id":"a","v":2}"""));
        var report = await ada.SyncAsync();
        report.Conflicts.Single().Others.Single().Json.ShouldBe("1");
        ada.Lines.ShouldBe(["""{"id":"a","v":2}"""]);
    }

    [Fact]
    public async Task A_stale_writer_that_saves_just_after_the_exchange_and_changes_the_same_entry_keeps_both_values()
    {
        await ShareAsync(["""{"id":"a","v":0}"""], arrives: ["""{"id":"a","v":1}"""]);
        Once(WriteBackStep.Settled, () => Write("rename", """{"id":"a","v":2}"""));
        var report = await ada.SyncAsync();
        report.Conflicts.Single().Others.Single().Json.ShouldBe("1");
        ada.Lines.ShouldBe(["""{"id":"a","v":2}"""]);
    }

    [Fact]
    public async Task A_stale_writer_that_deletes_what_others_deleted_as_well_deletes_nothing_that_came()
    {
        await ShareAsync([A, C], arrives: [A, B]);
        Once(WriteBackStep.Settled, () => Write("rename", A));
        await ada.SyncAsync();
        ada.Lines.ShouldBe([A, B], ignoreOrder: true);
    }

    [Fact]
    public async Task A_writer_that_deletes_before_the_exchange_has_deleted()
    {
        await ShareAsync([A, C], arrives: [A, C, B]);
        Once(WriteBackStep.Remembered, () => Write("rename", A));
        await ada.SyncAsync();
        ada.Lines.ShouldBe([A, B], ignoreOrder: true);
    }

    [Fact]
    public async Task What_a_writer_appends_later_to_the_displaced_file_is_recorded_by_the_next_run()
    {
        await ShareAsync([A], arrives: [A, B]);
        using (var writer = new FileStream(ada.File, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            await ada.SyncAsync();
            ada.Lines.ShouldBe([A, B]);
            ada.Leftovers.ShouldHaveSingleItem();
            writer.Write(System.Text.Encoding.UTF8.GetBytes(Mine + "\n"));
            writer.Flush();
            await ada.SyncAsync();
            ada.Lines.ShouldBe([A, B, Mine], ignoreOrder: true);
            writer.Write(System.Text.Encoding.UTF8.GetBytes(C + "\n"));
        }

        await ada.SyncAsync();
        ada.Lines.ShouldBe([A, B, Mine, C], ignoreOrder: true);
        ada.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_came_meanwhile_is_not_deleted_by_a_displaced_file_that_is_written_runs_later()
    {
        await ShareAsync([A], arrives: [A, B]);
        using (var writer = new FileStream(ada.File, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            await ada.SyncAsync();
            await ada.SyncAsync();
            await ada.SyncAsync();
            writer.Write(System.Text.Encoding.UTF8.GetBytes(Mine + "\n"));
        }

        var report = await ada.SyncAsync();
        report.Recorded.Deleted.ShouldBeEmpty();
        ada.Lines.ShouldBe([A, B, Mine], ignoreOrder: true);
    }

    [Fact]
    public async Task An_entry_that_was_brought_back_is_not_deleted_by_a_displaced_file_without_it()
    {
        const string d = """{"id":"d"}""";
        await ShareAsync([A], arrives: [A, B, C]);
        await ada.SyncAsync();
        ada.Replace(A, Mine);
        Once(WriteBackStep.Remembered, () => ada.Replace(A, Mine, d));
        var report = await ada.SyncAsync();
        report.Recorded.Deleted.ShouldBeEmpty();
        report.KeptForStaleWriter.ShouldBe(["b", "c"]);
        ada.Lines.ShouldBe([A, Mine, d, B, C], ignoreOrder: true);
    }

    [Fact]
    public async Task A_writer_that_ends_its_write_just_after_half_of_it_was_read_has_deleted_nothing()
    {
        await ShareAsync([A, C], arrives: [A, C, B]);
        FileStream? writer = null;
        Once(WriteBackStep.Remembered, () => writer = HalfWritten());

        // Whoever asks who has the file open is told the truth of that moment; what was read before is of another one.
        ada.IsOpen = path =>
        {
            if (writer is { } ending)
            {
                writer = null;
                WriteRest(ending);
            }

            return OpenFiles.Any(path);
        };
        (await ada.SyncAsync()).Recorded.Deleted.ShouldBeEmpty();
        (await ada.SyncAsync()).Recorded.Deleted.ShouldBeEmpty();
        ada.Lines.ShouldBe([A, B, C, Mine], ignoreOrder: true);
        ada.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_writer_in_the_middle_of_its_write_when_the_file_is_exchanged_has_deleted_nothing()
    {
        await ShareAsync([A, C], arrives: [A, C, B]);
        FileStream? writer = null;
        Once(WriteBackStep.Remembered, () => writer = HalfWritten());
        var report = await ada.SyncAsync();
        report.Recorded.Deleted.ShouldBeEmpty();
        WriteRest(writer!);
        var next = await ada.SyncAsync();
        next.Recorded.Deleted.ShouldBeEmpty();
        ada.Lines.ShouldBe([A, C, B, Mine], ignoreOrder: true);
        ada.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_emptied_just_before_the_exchange_deletes_nothing_and_blocks_no_later_run()
    {
        await ShareAsync([A, C], arrives: [A, C, B]);
        Once(WriteBackStep.Remembered, () => ada.Replace());
        (await ada.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
        (await ada.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
        ada.Lines.ShouldBe([A, C, B], ignoreOrder: true);
        ada.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_emptied_during_the_run_is_refused_and_what_was_found_before_is_sent()
    {
        await ShareAsync([A], arrives: [A, B]);
        ada.Lines = [A, Mine];
        Once(WriteBackStep.Remembered, () => ada.Replace(A, Mine, C));
        var settled = ada.Reached;
        ada.Reached = step =>
        {
            settled(step);
            if (step == WriteBackStep.Settled)
            {
                ada.Replace();
            }
        };
        (await Should.ThrowAsync<MemoryBackupException>(async () => await ada.SyncAsync())).ExitCode.ShouldBe(ExitCode.InvalidData);
        await bob.SyncAsync();
        bob.Lines.ShouldBe([A, B, Mine, C], ignoreOrder: true);
    }

    [Fact]
    public async Task A_file_that_vanishes_just_before_the_exchange_is_put_back()
    {
        await ShareAsync([A], arrives: [A, B]);
        Once(WriteBackStep.Remembered, () => File.Delete(ada.File));
        (await ada.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
        ada.Lines.ShouldBe([A, B]);
        ada.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_appears_while_one_is_put_back_is_kept()
    {
        bob.Lines = [B];
        await bob.SyncAsync();
        Once(WriteBackStep.Remembered, () => ada.Lines = [Mine]);
        await ada.SyncAsync();
        ada.Lines.ShouldBe([Mine, B], ignoreOrder: true);
        await bob.SyncAsync();
        bob.Lines.ShouldBe([Mine, B], ignoreOrder: true);
        ada.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_never_rests_ends_the_run_with_a_warning_and_loses_nothing()
    {
        await ShareAsync([A], arrives: [A, B]);
        var written = new List<string>();
        ada.Reached = step =>
        {
            if (step == WriteBackStep.Remembered)
            {
                written.Add($$"""{"id":"w{{written.Count}}"}""");
                File.AppendAllText(ada.File, written[^1] + "\n");
            }
        };
        var report = await ada.SyncAsync();
        report.Warnings.ShouldContain(warning => warning.Contains("kept changing"));
        ada.Reached = _ => { };
        await ada.SyncAsync();
        ada.Lines.ShouldBe([A, B, .. written], ignoreOrder: true);
    }

    private async Task ShareAsync(string[] lines, string[] arrives)
    {
        ada.Lines = lines;
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = arrives;
        await bob.SyncAsync();
    }

    // The first half of a program that writes its memory anew: opened, cut to nothing, one line so far.
    private FileStream HalfWritten()
    {
        var writer = new FileStream(ada.File, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        writer.Write(System.Text.Encoding.UTF8.GetBytes(A + "\n"));
        writer.Flush();
        return writer;
    }

    private static void WriteRest(FileStream writer)
    {
        writer.Write(System.Text.Encoding.UTF8.GetBytes(C + "\n" + Mine + "\n"));
        writer.Dispose();
    }

    private void Once(WriteBackStep at, Action action)
    {
        var done = false;
        ada.Reached = step =>
        {
            if (step == at && !done)
            {
                done = true;
                action();
            }
        };
    }

    private void Write(string how, params string[] lines)
    {
        switch (how)
        {
            case "rename":
                ada.Replace(lines);
                break;
            case "in place":
                ada.Lines = lines;
                break;
            default:
                File.AppendAllText(ada.File, lines[^1] + "\n");
                File.SetLastWriteTimeUtc(ada.File, DateTime.UtcNow - TimeSpan.FromSeconds(1));
                break;
        }
    }
}
