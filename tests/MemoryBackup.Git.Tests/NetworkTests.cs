using MemoryBackup.TestServers;
namespace MemoryBackup.Git.Tests;

/// <summary>Real servers on loopback.</summary>
public sealed class NetworkTests : IDisposable
{
    private const string Incoming = "+refs/heads/*:refs/memory-backup/incoming/*";
    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public async Task The_git_protocol_carries_pushes_and_fetches()
    {
        using var daemon = await GitDaemon.StartAsync(sandbox.Folder, sandbox.Home);
        await ShouldCarryAsync($"git://127.0.0.1:{daemon.Port}/far");
    }

    [Fact]
    public async Task A_daemon_that_does_not_know_the_repository_says_it_is_missing()
    {
        using var daemon = await GitDaemon.StartAsync(sandbox.Folder, sandbox.Home);
        var store = await sandbox.NewRepositoryAsync();
        await store.FetchAsync($"git://127.0.0.1:{daemon.Port}/none", [Incoming], cancellation: Stop).ShouldFailAsync(GitFailure.RemoteMissing);
    }

    [Fact]
    public async Task Smart_http_carries_pushes_and_fetches()
    {
        using var server = new HttpRemote(sandbox.Folder, sandbox.Home);
        await ShouldCarryAsync($"http://127.0.0.1:{server.Port}/far");
    }

    [Fact]
    public async Task Smart_http_without_the_repository_says_it_is_missing()
    {
        using var server = new HttpRemote(sandbox.Folder, sandbox.Home);
        var store = await sandbox.NewRepositoryAsync();
        await store.FetchAsync($"http://127.0.0.1:{server.Port}/none", [Incoming], cancellation: Stop).ShouldFailAsync(GitFailure.RemoteMissing);
    }

    [Fact]
    public async Task A_wrong_password_is_an_authentication_failure_sent_once_and_never_shown()
    {
        using var server = new HttpRemote(sandbox.Folder, sandbox.Home, "me:right");
        var store = await sandbox.NewRepositoryAsync();
        await sandbox.NewRepositoryAsync("far");

        var failure = await store.FetchAsync($"http://me:wrong-secret@127.0.0.1:{server.Port}/far", [Incoming], cancellation: Stop)
            .ShouldFailAsync(GitFailure.Authentication);
        server.RequestsWithCredentials.ShouldBe(1);
        (failure.ToString() + failure.Output + failure.Command + failure.Remedy + sandbox.FailedAttempts[0]).ShouldNotContain("wrong-secret");
        sandbox.FailedAttempts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task No_password_is_an_authentication_failure_at_once_and_no_prompt()
    {
        using var server = new HttpRemote(sandbox.Folder, sandbox.Home, "me:right");
        var store = await sandbox.NewRepositoryAsync();
        var failure = await store.FetchAsync($"http://127.0.0.1:{server.Port}/far", [Incoming], cancellation: Stop).ShouldFailAsync(GitFailure.Authentication);
        failure.Remedy.ShouldContain("credential.helper");
        server.RequestsWithCredentials.ShouldBe(0);
        sandbox.FailedAttempts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_user_s_credential_helper_is_asked()
    {
        using var server = new HttpRemote(sandbox.Folder, sandbox.Home, "me:right");
        sandbox.Configure($"[credential]\n\thelper = store --file={sandbox.PathOf("credentials")}");
        File.WriteAllText(sandbox.PathOf("credentials"), $"http://me:right@127.0.0.1%3a{server.Port}\n");
        await ShouldCarryAsync($"http://127.0.0.1:{server.Port}/far");
    }

    [Fact]
    public async Task The_user_s_own_askpass_program_still_answers()
    {
        using var server = new HttpRemote(sandbox.Folder, sandbox.Home, "me:right");
        var answer = sandbox.Script("answer", "case \"$1\" in Username*) echo me;; *) echo right;; esac");
        sandbox.Configure($"[core]\n\taskPass = {answer}");
        await ShouldCarryAsync($"http://127.0.0.1:{server.Port}/far");
    }

    [Fact]
    public async Task A_server_that_is_busy_twice_is_reached_at_the_third_attempt()
    {
        using var server = new HttpRemote(sandbox.Folder, sandbox.Home) { Failures = 2 };
        var store = await sandbox.NewRepositoryAsync();
        var far = await sandbox.NewRepositoryAsync("far");
        await far.CommitAsync("refs/heads/a", "a");

        (await store.FetchAsync($"http://127.0.0.1:{server.Port}/far", [Incoming], cancellation: Stop)).Changed.ShouldBeTrue();
        sandbox.FailedAttempts.Select(failed => (failed.Attempt, failed.Attempts)).ShouldBe([(1, 3), (2, 3)]);
        sandbox.FailedAttempts[0].Message.ShouldContain("503");
    }

    [Fact]
    public async Task A_refused_connection_is_tried_three_times()
    {
        var store = await sandbox.NewRepositoryAsync();
        var url = $"git://127.0.0.1:{LoopbackPort.Free()}/x";
        await store.FetchAsync(url, [Incoming], cancellation: Stop).ShouldFailAsync(GitFailure.Network);
        sandbox.FailedAttempts.Select(failed => (failed.Operation, failed.Attempt)).ShouldBe([($"git fetch {url}", 1), ($"git fetch {url}", 2), ($"git fetch {url}", 3)]);
    }

    [Theory]
    [InlineData("git")]
    [InlineData("http")]
    public async Task A_server_that_never_answers_is_given_up_twice_and_no_process_is_left(string scheme)
    {
        using var server = new SilentServer();
        var path = (await sandbox.NewRepositoryAsync()).GitDir;
        var store = await GitRepository.OpenAsync(sandbox.NewProgram(options => options with { Timeout = TimeSpan.FromSeconds(1) }), path, Stop);

        await store.FetchAsync($"{scheme}://127.0.0.1:{server.Port}/x", [Incoming], cancellation: Stop).ShouldFailAsync(GitFailure.Timeout);
        server.Connections.ShouldBe(2);
        await Processes.ShouldNotMentionAsync($"127.0.0.1:{server.Port}/x");
    }

    [Fact]
    public async Task A_remote_that_tells_how_far_it_is_may_take_longer_than_the_timeout()
    {
        sandbox.Configure($"[core]\n\tsshCommand = {sandbox.Script("ssh", "for step in 1 2 3 4 5 6; do printf \"remote: Compressing objects: $step%%\\r\" >&2; sleep 0.25; done; for last; do :; done; exec sh -c \"$last\"")}");
        var (path, far) = ((await sandbox.NewRepositoryAsync()).GitDir, await sandbox.NewRepositoryAsync("far"));
        await far.CommitAsync("refs/heads/a", "a");
        var store = await GitRepository.OpenAsync(sandbox.NewProgram(options => options with { Timeout = TimeSpan.FromSeconds(1) }), path, Stop);
        var progress = new List<string>();
        store.Program.Progressed += line =>
        {
            lock (progress)
            {
                progress.Add(line);
            }
        };

        var url = $"ssh://me@example.invalid{far.GitDir}";
        (await store.FetchAsync(url, [Incoming], cancellation: Stop)).Changed.ShouldBeTrue();
        sandbox.FailedAttempts.ShouldBeEmpty();
        progress.ShouldContain($"git fetch {url}: remote: Compressing objects: 3%");
        progress.ShouldContain(line => line.Contains("Receiving objects: ") || line.Contains("Unpacking objects: "));
    }

    [Fact]
    public async Task A_remote_that_only_pretends_to_get_on_is_not_tried_again()
    {
        sandbox.Configure($"[core]\n\tsshCommand = {sandbox.Script("ssh", "while true; do printf 'remote: Compressing objects:  1%%\\r' >&2; sleep 0.1; done")}");
        var path = (await sandbox.NewRepositoryAsync()).GitDir;
        var store = await GitRepository.OpenAsync(sandbox.NewProgram(options => options with { Timeout = TimeSpan.FromMilliseconds(600), TimeoutsInAll = 3 }), path, Stop);
        (await store.FetchAsync("ssh://me@example.invalid/x", [Incoming], cancellation: Stop).ShouldFailAsync(GitFailure.Timeout)).Message.ShouldContain("not done within 1.8 s");
        sandbox.FailedAttempts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_git_tells_of_its_progress_is_no_part_of_what_it_says_of_a_failure()
    {
        var store = await sandbox.NewRepositoryAsync();
        var far = await sandbox.NewRepositoryAsync("far");
        Directory.CreateDirectory(Path.Combine(far.GitDir, "hooks"));
        File.Move(sandbox.Script("hook", "echo no thanks >&2; exit 1"), Path.Combine(far.GitDir, "hooks", "pre-receive"));
        var id = await store.CommitAsync("refs/heads/a", "a");
        var pushed = await store.PushAsync(far.GitDir, [new(id, "refs/heads/a")], cancellation: Stop);
        pushed.Accepted.ShouldBeFalse();
        FailureText.FirstUsefulLine(pushed.Output).ShouldBe("remote: no thanks");
    }

    [Fact]
    public async Task The_user_s_ssh_command_is_kept_and_made_to_never_ask()
    {
        var seen = sandbox.PathOf("seen");
        sandbox.Configure($"[core]\n\tsshCommand = {FakeSsh(seen)} -i key\n[ssh]\n\tvariant = ssh");
        await ShouldCarryAsync($"ssh://me@example.invalid{sandbox.PathOf("far")}");
        foreach (var call in File.ReadAllLines(seen))
        {
            call.ShouldStartWith("-i key -oBatchMode=yes -oConnectTimeout=15 ");
        }
    }

    [Fact]
    public async Task An_ssh_that_knows_no_options_is_given_none()
    {
        var seen = sandbox.PathOf("seen");
        sandbox.Configure($"[core]\n\tsshCommand = {FakeSsh(seen)}\n[ssh]\n\tvariant = simple");
        await ShouldCarryAsync($"example.invalid:{sandbox.PathOf("far")}");
        File.ReadAllLines(seen).ShouldAllBe(call => call.StartsWith("example.invalid git-"));
    }

    [Fact]
    public async Task A_key_that_ssh_refuses_is_an_authentication_failure_and_not_tried_again()
    {
        sandbox.Configure($"[core]\n\tsshCommand = {sandbox.Script("ssh", "echo 'me@example.invalid: Permission denied (publickey).' >&2; exit 255")}");
        var store = await sandbox.NewRepositoryAsync();
        await store.FetchAsync("ssh://me@example.invalid/x", [Incoming], cancellation: Stop).ShouldFailAsync(GitFailure.Authentication);
        sandbox.FailedAttempts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_real_ssh_does_not_wait_for_a_password()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ssh"), "There is no ssh client.");
        var store = await sandbox.NewRepositoryAsync();
        await store.FetchAsync($"ssh://me@127.0.0.1:{LoopbackPort.Free()}/x", [Incoming], cancellation: Stop).ShouldFailAsync(GitFailure.Network);
        sandbox.FailedAttempts.Count.ShouldBe(3);
    }

    // In place of a server: runs here what it was asked to run there.
    private string FakeSsh(string seen) => sandbox.Script("ssh", $"echo \"$*\" >> {seen}; for last; do :; done; exec sh -c \"$last\"");

    private async Task ShouldCarryAsync(string url)
    {
        var store = await sandbox.NewRepositoryAsync();
        var far = await sandbox.NewRepositoryAsync("far");
        var id = await store.CommitAsync("refs/heads/a", "a");
        await store.AddRemoteAsync("origin", url, Stop);

        var pushed = await store.PushAsync("origin", [new(id, "refs/heads/a"), new(id, "refs/heads/b", ObjectId.None)], cancellation: Stop);
        pushed.Refs.Select(one => one.Status).ShouldBe([PushStatus.Updated, PushStatus.Updated]);
        pushed.AtomicUnsupported.ShouldBeFalse();
        (await far.RefsAsync("refs/", Stop)).Keys.ShouldBe(["refs/heads/a", "refs/heads/b"]);
        (await store.LsRemoteAsync("origin", [], Stop)).Count.ShouldBe(2);
        (await store.FetchAsync("origin", [Incoming], prune: true, Stop)).Changed.ShouldBeTrue();
        (await store.FetchAsync("origin", [Incoming], prune: true, Stop)).Changed.ShouldBeFalse();
        sandbox.FailedAttempts.ShouldBeEmpty();
    }
}
