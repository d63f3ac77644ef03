using System.Text.Json;
using System.Text.Json.Nodes;
using MemoryBackup.Git;
using MemoryBackup.Sync.Reports;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>A run that found nothing to do is remembered with all that it followed from; the next one goes through everything again as soon as any of it is another.</summary>
public sealed class UnchangedTests : IDisposable
{
    private readonly World world = new();
    private readonly List<string> done = [];

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_not_gone_through_again_is_reported_as_if_it_had_been(bool sync)
    {
        var ada = await QuietAsync(sync);
        ada.Log.Lines.Clear();
        var quick = await RunAsync(ada, sync);
        WasGoneThrough.ShouldBeFalse();
        var quickLog = ada.Log.Messages.ToList();
        File.Delete(RecordOf(ada));
        ada.Log.Lines.Clear();

        var whole = await RunAsync(ada, sync);

        WasGoneThrough.ShouldBeTrue();
        Shown(quick).ShouldBe(Shown(whole));
        quickLog.ShouldBe(ada.Log.Messages);
    }

    [Fact]
    public async Task An_edit_of_the_file_is_found()
    {
        var ada = await QuietAsync();
        ada.Lines = ["""{"id":"a","text":"another"}"""];
        (await RunAsync(ada)).Recorded.Changed.ShouldBe(["a"]);
    }

    [Fact]
    public async Task An_edit_back_and_forth_between_two_runs_is_none_and_one_that_stays_is_found()
    {
        var ada = await QuietAsync();
        var content = ada.Content;
        ada.Content = "";
        ada.Content = content;
        (await RunAsync(ada)).Recorded.Any.ShouldBeFalse();
        WasGoneThrough.ShouldBeFalse();
        ada.Content = content + """{"id":"b"}""" + "\n";
        (await RunAsync(ada)).Recorded.Added.ShouldBe(["b"]);
    }

    [Fact]
    public async Task A_file_that_is_gone_is_put_back()
    {
        var ada = await QuietAsync();
        var content = ada.Content;
        File.Delete(ada.File);
        await RunAsync(ada);
        ada.Content.ShouldBe(content);
    }

    [Fact]
    public async Task What_others_publish_is_found_with_one_fetch()
    {
        var ada = await QuietAsync();
        var bob = world.Machine("bob");
        bob.Lines = ["""{"id":"b","text":"from bob"}"""];
        await bob.SyncAsync();

        (await RunAsync(ada)).Received.Added.ShouldBe(["b"]);

        done.Count(step => step.StartsWith("fetching", StringComparison.Ordinal)).ShouldBe(1);
        ada.Lines.Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_remote_that_lost_everything_is_sent_it_again()
    {
        var ada = await QuietAsync();
        Directory.Delete(world.Remote!, recursive: true);
        world.Git("init", "--quiet", "--bare", world.Remote!);
        var report = await RunAsync(ada);
        report.Remotes.Single().Pushed.ShouldBeTrue();
        world.Git("--git-dir", world.Remote!, "for-each-ref").ShouldContain("refs/heads/memory/default/ada-");
    }

    [Fact]
    public async Task A_remote_that_fails_is_asked_once_and_told_of()
    {
        var ada = await QuietAsync();
        Directory.Move(world.Remote!, world.Remote + ".away");

        var report = await RunAsync(ada);

        report.Remotes.Single().Failure.ShouldNotBeNull();
        report.ExitCode.ShouldBe(ExitCode.RemotePending);
        done.Count(step => step.StartsWith("fetching", StringComparison.Ordinal)).ShouldBe(1);
        Directory.Move(world.Remote + ".away", world.Remote!);
        (await RunAsync(ada)).Remotes.Single().Failure.ShouldBeNull();
        (await ada.StatusAsync()).Remotes.Single().Failure.ShouldBeNull();
    }

    [Fact]
    public async Task Status_tells_when_the_remote_was_asked_last()
    {
        var ada = await QuietAsync();
        var before = DateTimeOffset.UtcNow;
        await RunAsync(ada);
        WasGoneThrough.ShouldBeFalse();
        (await ada.StatusAsync()).Remotes.Single().FetchedAt.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(before);
    }

    [Fact]
    public async Task Another_setting_another_option_and_another_remote_have_it_gone_through_again()
    {
        var ada = await QuietAsync();
        ada.Adjust = settings => settings with { DepthMax = settings.DepthMax - 1 };
        await RunAsync(ada);
        WasGoneThrough.ShouldBeTrue();
        ada.Adjust = settings => settings;
        await RunAsync(ada, options: new RunOptions { AsNew = true });
        WasGoneThrough.ShouldBeTrue();
        await RunAsync(ada, options: new RunOptions { DryRun = true });
        WasGoneThrough.ShouldBeTrue();
        ada.Remote = world.NewRemote("second");
        var report = await RunAsync(ada);
        WasGoneThrough.ShouldBeTrue();
        report.Remotes.Single().Pushed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_limit_that_was_lowered_is_kept()
    {
        var ada = await QuietAsync();
        ada.Adjust = settings => settings with { FileBytesMax = 5 };
        (await Should.ThrowAsync<MemoryBackupException>(() => RunAsync(ada))).ExitCode.ShouldBe(ExitCode.Limit);
    }

    [Fact]
    public async Task A_store_that_came_to_another_machine_takes_another_name()
    {
        var ada = await QuietAsync();
        var eve = new Machine(world, "ada") { MachineId = "another", Doing = done.Add };
        var replica = (await RunAsync(ada)).Replica;
        (await RunAsync(eve)).Replica.ShouldNotBe(replica);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"sync x\":1}")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    public async Task A_record_that_cannot_be_read_costs_work_and_nothing_else(string content)
    {
        var ada = await QuietAsync();
        await File.WriteAllTextAsync(RecordOf(ada), content, TestContext.Current.CancellationToken);
        (await RunAsync(ada)).ExitCode.ShouldBe(ExitCode.Done);
        WasGoneThrough.ShouldBeTrue();
        await RunAsync(ada);
        WasGoneThrough.ShouldBeFalse();
    }

    [Fact]
    public async Task Conflicts_are_told_by_every_run()
    {
        var (ada, bob) = (await QuietAsync(), world.Machine("bob"));
        await bob.SyncAsync();
        ada.Lines = ["""{"id":"a","text":"by ada"}"""];
        bob.Lines = ["""{"id":"a","text":"by bob"}"""];
        await bob.SyncAsync();
        await RunAsync(ada);
        for (var i = 0; i < 3; i++)
        {
            (await RunAsync(ada)).Conflicts.Count.ShouldBe(1);
        }
    }

    [Fact]
    public async Task Two_files_of_one_space_are_remembered_each_for_itself()
    {
        var ada = await QuietAsync();
        var second = new Machine(world, "ada") { FileName = "second.jsonl", Doing = done.Add };
        second.Content = ada.Content;
        for (var i = 0; i < 4; i++)
        {
            await RunAsync(ada);
            await RunAsync(second);
        }

        WasGoneThrough.ShouldBeFalse();
        ada.Lines = [.. ada.Lines, """{"id":"b"}"""];
        await RunAsync(ada);
        (await RunAsync(second)).Received.Added.ShouldBe(["b"]);
    }

    [Fact]
    public async Task A_file_that_nobody_wrote_to_is_not_read_for_ten_minutes()
    {
        var ada = await SeenAsync();
        HashNothingHas(ada);
        await RunAsync(ada);
        WasGoneThrough.ShouldBeFalse();
        ada.FileClock = new LaterTime(TimeSpan.FromMinutes(9.9));
        await RunAsync(ada);
        WasGoneThrough.ShouldBeFalse();
        ada.FileClock = new LaterTime(TimeSpan.FromMinutes(10.2));
        await RunAsync(ada);
        WasGoneThrough.ShouldBeTrue();
    }

    [Fact]
    public async Task A_clock_that_was_set_back_has_the_file_read()
    {
        var ada = await SeenAsync();
        HashNothingHas(ada);
        ada.FileClock = new LaterTime(TimeSpan.FromSeconds(4));
        await RunAsync(ada);
        WasGoneThrough.ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_that_was_written_just_now_is_read_by_the_next_run()
    {
        var ada = await QuietAsync();
        await RunAsync(ada);
        (await File.ReadAllTextAsync(RecordOf(ada), TestContext.Current.CancellationToken)).ShouldNotContain("seen");
        HashNothingHas(ada);
        await RunAsync(ada);
        WasGoneThrough.ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_edit_of_the_same_size_with_the_time_set_back_is_found(bool replaces)
    {
        var ada = await SeenAsync();
        var time = File.GetLastWriteTimeUtc(ada.File);
        var edited = ada.Content.Replace("from ada", "of_ada__");
        if (replaces)
        {
            File.WriteAllText(ada.File + ".new", edited);
            File.Move(ada.File + ".new", ada.File, overwrite: true);
        }
        else
        {
            File.WriteAllText(ada.File, edited);
        }

        File.SetLastWriteTimeUtc(ada.File, time);
        (await RunAsync(ada)).Recorded.Changed.ShouldBe(["a"]);
    }

    [Fact]
    public void Times_are_believed_on_file_systems_of_this_machine_alone()
    {
        FileFacts.IsTimedHere(world.Folder).ShouldBeTrue();
        FileFacts.IsTimedHere("/proc/self/status").ShouldBeFalse();
        FileFacts.IsTimedHere(Path.Combine(world.Folder, "none")).ShouldBeFalse();
    }

    // Quiet for so long that the file's times tell something, and looked at once since.
    private async Task<Machine> SeenAsync()
    {
        var ada = await QuietAsync();
        ada.FileClock = new LaterTime(TimeSpan.FromSeconds(5));
        await RunAsync(ada);
        WasGoneThrough.ShouldBeFalse();
        (await File.ReadAllTextAsync(RecordOf(ada), TestContext.Current.CancellationToken)).ShouldContain("seen");
        return ada;
    }

    // So it shows whether the file was hashed.
    private static void HashNothingHas(Machine machine)
    {
        var record = JsonNode.Parse(File.ReadAllText(RecordOf(machine)))!;
        foreach (var (_, kept) in record.AsObject())
        {
            kept!["file"] = new string('0', 64);
        }

        File.WriteAllText(RecordOf(machine), record.ToJsonString());
    }

    // Twice: the first run has something to do, the second finds that there is nothing.
    private async Task<Machine> QuietAsync(bool sync = true)
    {
        var ada = new Machine(world, "ada") { Doing = done.Add };
        ada.Lines = ["""{"id":"a","text":"from ada"}"""];
        await RunAsync(ada, sync);
        await RunAsync(ada, sync);
        await RunAsync(ada, sync);
        WasGoneThrough.ShouldBeFalse();
        return ada;
    }

    private async Task<RunReport> RunAsync(Machine machine, bool sync = true, RunOptions? options = null)
    {
        done.Clear();
        return sync ? await machine.SyncAsync(options) : await machine.BackupAsync(options);
    }

    private bool WasGoneThrough => done.Exists(step => step.StartsWith("reading", StringComparison.Ordinal));

    private static string RecordOf(Machine machine) => Path.Combine(machine.Store, "memory-backup", "default", "unchanged.json");

    private static string Shown(RunReport report) => JsonSerializer.Serialize(report with { Elapsed = default });
}
