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
}
