using MemoryBackup.Git;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>A writer may be in the middle of its work when the file is read (design, section 6.2).</summary>
public sealed class SettleTests : IDisposable
{
    private readonly World world = new(remote: false);
    private readonly Machine ada;

    public SettleTests() => ada = world.Machine("ada");

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_half_written_file_becomes_whole_within_the_settle_time()
    {
        File.WriteAllText(ada.File, """[{"id":"a"},{"id":""");
        ada.Adjust = settings => settings with { SettleTime = TimeSpan.FromSeconds(20) };
        var run = ada.SyncAsync();
        await Task.Delay(150, TestContext.Current.CancellationToken);
        run.IsCompleted.ShouldBeFalse();
        File.WriteAllText(ada.File, """[{"id":"a"},{"id":"b"}]""");
        (await run).Recorded.Added.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Deletes_in_a_young_file_are_looked_at_again()
    {
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        await ada.BackupAsync();
        ada.Adjust = settings => settings with { SettleTime = TimeSpan.FromSeconds(20) };
        File.WriteAllText(ada.File, """{"id":"a"}""" + "\n");
        var run = ada.BackupAsync();
        await Task.Delay(150, TestContext.Current.CancellationToken);
        run.IsCompleted.ShouldBeFalse();
        File.AppendAllText(ada.File, """{"id":"b"}""" + "\n" + """{"id":"c"}""" + "\n");
        var report = await run;
        report.Recorded.Deleted.ShouldBeEmpty();
        report.Recorded.Added.ShouldBe(["c"]);
    }

    [Fact]
    public async Task A_writer_that_takes_longer_than_the_settle_time_is_waited_for_as_long_as_it_writes()
    {
        ada.Lines = [.. Enumerable.Range(0, 9).Select(i => $$"""{"id":{{i}}}""")];
        await ada.BackupAsync();
        ada.Adjust = settings => settings with { SettleTime = TimeSpan.FromMilliseconds(800) };
        File.WriteAllText(ada.File, "{\"id\":0}\n");
        var run = ada.BackupAsync();
        for (var i = 1; i < 9; i++)
        {
            await Task.Delay(200, TestContext.Current.CancellationToken);
            File.AppendAllText(ada.File, $"{{\"id\":{i}}}\n");
        }

        (await run).Recorded.Deleted.ShouldBeEmpty();
    }

    [Fact]
    public async Task Half_of_a_write_that_takes_longer_than_all_patience_is_no_delete()
    {
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        await ada.BackupAsync();
        await using var writer = Writing("""{"id":"a"}""");
        ada.IsOpen = _ =>
        {
            // The writer ends its work in the moment in which somebody asks for it.
            writer.End("""{"id":"b"}""", """{"id":"c"}""");
            return false;
        };
        var report = await ada.BackupAsync();
        report.Recorded.Deleted.ShouldBeEmpty();
        report.Recorded.Added.ShouldBe(["c"]);
    }

    [Fact]
    public async Task A_file_that_never_comes_to_rest_and_lacks_entries_is_left_alone()
    {
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        await ada.BackupAsync();
        await using var writer = Writing("""{"id":"a"}""", grows: true);
        ada.IsOpen = _ => true;
        var failure = await Should.ThrowAsync<MemoryBackupException>(() => ada.BackupAsync());
        failure.ExitCode.ShouldBe(ExitCode.InvalidData);
        failure.Message.ShouldContain("being written all the time");
        writer.End("""{"id":"b"}""");
        ada.IsOpen = OpenFiles.Any;
        (await ada.BackupAsync()).Recorded.Deleted.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_delete_in_a_file_that_is_touched_all_the_time_counts_where_nobody_knows_who_has_it_open()
    {
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        await ada.BackupAsync();
        await using var writer = Writing("""{"id":"a"}""");
        ada.IsOpen = _ => null;
        (await ada.BackupAsync()).Recorded.Deleted.ShouldBe(["b"]);
    }

    [Fact]
    public async Task The_end_of_the_last_line_is_waited_for_a_while()
    {
        File.WriteAllText(ada.File, """{"id":"a"}""");
        ada.Adjust = settings => settings with { SettleTime = TimeSpan.FromSeconds(80) };
        var run = ada.SyncAsync();
        await Task.Delay(150, TestContext.Current.CancellationToken);
        run.IsCompleted.ShouldBeFalse();
        File.AppendAllText(ada.File, "\n");
        (await run).Recorded.Added.ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_file_whose_last_line_never_ends_is_taken_as_it_is()
    {
        File.WriteAllText(ada.File, """{"id":"a"}""");
        ada.Adjust = settings => settings with { SettleTime = TimeSpan.FromMilliseconds(200) };
        (await ada.SyncAsync()).Recorded.Added.ShouldBe(["a"]);
        File.ReadAllText(ada.File).ShouldBe("""{"id":"a"}""");
    }

    [Fact]
    public async Task A_delete_in_a_young_file_counts_once_it_has_settled()
    {
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        await ada.BackupAsync();
        File.WriteAllText(ada.File, """{"id":"a"}""" + "\n");
        (await ada.BackupAsync()).Recorded.Deleted.ShouldBe(["b"]);
    }

    [Fact]
    public async Task A_file_that_is_away_for_a_moment_was_not_deleted()
    {
        ada.Lines = ["""{"id":"a"}"""];
        await ada.BackupAsync();
        File.Move(ada.File, ada.File + ".new");
        ada.Adjust = settings => settings with { SettleTime = TimeSpan.FromSeconds(20) };
        var run = ada.BackupAsync();
        await Task.Delay(150, TestContext.Current.CancellationToken);
        File.Move(ada.File + ".new", ada.File);
        (await run).ExitCode.ShouldBe(ExitCode.Done);
    }

    // A program that has written some lines anew, and keeps the file young until it ends its write.
    private SlowWriter Writing(string line, bool grows = false)
    {
        ada.Adjust = settings => settings with { SettleTime = TimeSpan.FromMilliseconds(60) };
        return new SlowWriter(ada.File, line, grows);
    }

    private sealed class SlowWriter : IAsyncDisposable
    {
        private readonly Lock gate = new();
        private readonly string file;
        private readonly Task writing;
        private bool ended;

        public SlowWriter(string file, string line, bool grows)
        {
            this.file = file;
            File.WriteAllText(file, line + "\n");
            writing = Task.Run(async () =>
            {
                for (var i = 0; ; i++)
                {
                    lock (gate)
                    {
                        if (ended)
                        {
                            return;
                        }

                        File.AppendAllText(file, grows ? $"{{\"id\":\"more {i}\"}}\n" : "");
                        File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
                    }

                    await Task.Delay(10);
                }
            });
        }

        public void End(params string[] lines)
        {
            lock (gate)
            {
                if (!ended)
                {
                    ended = true;
                    File.AppendAllText(file, string.Concat(lines.Select(line => line + "\n")));
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            End();
            await writing;
        }
    }
}
