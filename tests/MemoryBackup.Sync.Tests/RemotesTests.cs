using System.Net;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

public sealed class RemotesTests : IDisposable
{
    private const string A = """{"id":"a"}""";
    private readonly World world = new();
    private readonly Machine ada;
    private readonly Machine bob;

    public RemotesTests() => (ada, bob) = (world.Machine("ada"), world.Machine("bob"));

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_commit_that_could_not_be_sent_is_pending_and_goes_out_with_the_next_run()
    {
        ada.Lines = [A];
        await ada.SyncAsync();
        var away = world.Remote + ".away";
        Directory.Move(world.Remote!, away);
        ada.Lines = [A, """{"id":"offline"}"""];
        foreach (var run in new[] { ada.BackupAsync, (Func<RunOptions?, Task<Reports.RunReport>>)ada.SyncAsync })
        {
            var report = await run(null);
            report.ExitCode.ShouldBe(ExitCode.RemotePending);
            var remote = report.Remotes.Single();
            remote.Confirmed.ShouldBeFalse();
            remote.Failure.ShouldNotBeNull();
            remote.Remedy!.ShouldContain("goes out with the next run");
        }

        Directory.Move(away, world.Remote!);
        (await ada.BackupAsync()).Remotes.Single().Pushed.ShouldBeTrue();
        await bob.SyncAsync();
        bob.Lines.Length.ShouldBe(2);
        ada.Log.Messages.ShouldContain("Committed backup for ada");
        ada.Log.Messages.ShouldContain("Successfully pushed changes to remote");
        ada.Log.Messages.ShouldContain($"Prepared 1 entries from {ada.File}");
        ada.Log.Messages.ShouldContain(message => message.StartsWith("Git pull failed: "));
    }

    [Fact]
    public async Task A_remote_that_refuses_credentials_ends_with_its_own_exit_code()
    {
        using var listener = new HttpListener();
        var port = FreePort();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        var serving = RefuseAsync(listener);
        ada.Remote = $"http://127.0.0.1:{port}/memory.git";
        ada.Lines = [A];
        var report = await ada.BackupAsync();
        report.ExitCode.ShouldBe(ExitCode.AuthenticationPending);
        report.Publication.ShouldBe(1);
        listener.Close();
        await serving;
    }

    [Fact]
    public async Task Without_a_file_and_with_the_remote_away_the_remote_is_what_is_wrong()
    {
        ada.Remote = Path.Combine(world.Folder, "nowhere.git");
        var error = await Should.ThrowAsync<MemoryBackupException>(async () => await ada.SyncAsync());
        error.ExitCode.ShouldBe(ExitCode.RemotePending);
        error.Message.ShouldContain(ada.File);
    }

    [Fact]
    public async Task Offline_leaves_the_remote_alone()
    {
        ada.Lines = [A];
        var report = await ada.SyncAsync(new RunOptions { Offline = true });
        report.Remotes.ShouldBeEmpty();
        report.ExitCode.ShouldBe(ExitCode.Done);
        world.Git("--git-dir", world.Remote!, "for-each-ref").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_done_and_does_nothing()
    {
        ada.Lines = [A, """{"id":"gone"}""", """{"id":"changed","v":1}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = [.. bob.Lines, """{"id":"arrives"}"""];
        await bob.SyncAsync();
        ada.Lines = [A, """{"id":"changed","v":2}""", """{"id":"mine"}""", """{"id":"mine","twice":true}"""];
        var before = Everything();
        var backup = await ada.BackupAsync(new RunOptions { DryRun = true });
        backup.Recorded.Added.ShouldBe(["mine"]);
        var report = await ada.SyncAsync(new RunOptions { DryRun = true });
        report.Recorded.Added.ShouldBe(["mine"]);
        report.Recorded.Changed.ShouldBe(["changed"]);
        report.Recorded.Deleted.ShouldBe(["gone"]);
        report.Received.Added.ShouldBe(["arrives"]);
        report.EntriesAfter.ShouldBe(4);
        await ada.MergeAsync(Path.Combine(ada.Home, "merged.json"), new RunOptions { DryRun = true });
        Everything().ShouldBe(before);
        var real = await ada.SyncAsync();
        real.Recorded.Added.ShouldBe(report.Recorded.Added);
        real.Recorded.Changed.ShouldBe(report.Recorded.Changed);
        real.Recorded.Deleted.ShouldBe(report.Recorded.Deleted);
        real.Received.Added.ShouldBe(report.Received.Added);
    }

    [Fact]
    public async Task The_merged_array_is_refused_as_a_tracked_file_and_written_whole_elsewhere()
    {
        ada.Lines = [A];
        await ada.SyncAsync();
        var error = await Should.ThrowAsync<MemoryBackupException>(async () => await ada.MergeAsync(ada.File));
        error.ExitCode.ShouldBe(ExitCode.Usage);
        var output = Path.Combine(ada.Home, "merged.json");
        File.WriteAllText(output, "what was there");
        (await ada.MergeAsync(output)).Output.ShouldBe(output);
        File.ReadAllText(output).ShouldStartWith("[\n  {\n    \"id\": \"a\",\n    \"_crdt_metadata\": {\n      \"host\": \"ada\",\n");
        ada.Leftovers.ShouldBeEmpty();
        ada.Log.Messages.ShouldContain("Successfully merged 1 entries");
    }

    // Refs that count, the file, its time, and what the folder holds. What was fetched and is believed by nobody lies under "incoming".
    private string Everything()
    {
        var store = Path.Combine(ada.DataFolder, "store.git");
        var refs = world.Git("--git-dir", store, "for-each-ref").Split('\n').Where(line => !line.Contains("/incoming/"));
        return string.Join(
            '\n',
            [
                .. refs,
                world.Git("--git-dir", world.Remote!, "for-each-ref"),
                ada.Content,
                File.GetLastWriteTimeUtc(ada.File).ToString("O"),
                .. Directory.EnumerateFileSystemEntries(ada.Home).Order(),
            ]);
    }

    private static async Task RefuseAsync(HttpListener listener)
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                context.Response.StatusCode = 401;
                context.Response.AddHeader("WWW-Authenticate", "Basic realm=\"test\"");
                context.Response.Close();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
