using System.Diagnostics;
using MemoryBackup.TestServers;
using ProductionScenarios.Infra;

namespace ProductionScenarios;

/// <summary>The remotes that people have, each a real server on loopback.</summary>
public sealed class RemotesTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Git_daemon()
    {
        await world.InitRemoteAsync();
        using var daemon = await GitDaemon.StartAsync(world.Folder, world.Folder);
        await ShouldCarryAsync($"git://127.0.0.1:{daemon.Port}/remote.git", _ => { });
    }

    [Fact]
    public async Task Http_with_credentials_from_the_users_own_helper()
    {
        await world.InitRemoteAsync();
        (await world.GitAsync("-C", world.Remote, "config", "http.receivepack", "true")).ShouldExitWith(0);
        using var server = new HttpRemote(world.Folder, world.Folder, "me:secret-word");
        await ShouldCarryAsync($"http://127.0.0.1:{server.Port}/remote.git", host =>
        {
            File.WriteAllText(Path.Combine(host.Home, ".git-credentials"), $"http://me:secret-word@127.0.0.1:{server.Port}\n");
            File.WriteAllText(Path.Combine(host.Home, ".gitconfig"), "[credential]\n\thelper = store\n");
        });
    }

    [Fact]
    public async Task Ssh_with_the_command_of_the_users_own_configuration()
    {
        await world.InitRemoteAsync();
        using var server = await SshServer.StartAsync(world.Folder);
        await ShouldCarryAsync($"ssh://root@127.0.0.1:{server.Port}{world.Remote}", host => File.WriteAllText(
            Path.Combine(host.Home, ".gitconfig"),
            $"[core]\n\tsshCommand = ssh -i {server.Key} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes\n"));
    }

    [Fact]
    public async Task Refused_credentials_are_told_with_what_to_configure_and_not_tried_again()
    {
        await world.InitRemoteAsync();
        using var server = new HttpRemote(world.Folder, world.Folder, "me:secret-word");
        var host = world.Host("ada");
        host.Lines = ["""{"id":"a"}"""];
        var outcome = await host.RunAsync("sync", host.FileName, "--remote", $"http://me:wrong-word@127.0.0.1:{server.Port}/remote.git", "-v");
        outcome.ShouldExitWith(6);
        outcome.Error.ShouldContain("Git pull failed: ");
        outcome.Error.ShouldNotContain("attempt 2");
        (outcome.Output + outcome.Error).ShouldNotContain("wrong-word");
        (outcome.Output + outcome.Error).ShouldContain("credential");
    }

    [Fact]
    public async Task An_unreachable_remote_costs_nothing_and_what_was_saved_goes_out_later()
    {
        await world.InitRemoteAsync();
        var host = world.Host("ada");
        host.Lines = ["""{"id":"a"}"""];
        var refused = await host.RunAsync(
            "sync", host.FileName, "--remote", $"git://127.0.0.1:{LoopbackPort.Free()}/remote.git", "-v", "--git-retry-delay-ms", "10");
        refused.ShouldExitWith(5);
        refused.Error.ShouldContain("Git operation failed (attempt 3/3): ");
        (await host.RunAsync("sync", host.FileName, "--remote", world.Remote)).ShouldExitWith(0);
        var reader = await world.HostAsync("reader");
        (await reader.RunAsync("merge")).ShouldExitWith(0).Json.GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_remote_that_hangs_is_left_after_the_timeout_and_leaves_no_process_behind()
    {
        using var silent = new SilentServer();
        var host = world.Host("ada");
        host.Lines = ["""{"id":"a"}"""];
        var url = $"git://127.0.0.1:{silent.Port}/hangs.git";
        var started = Stopwatch.StartNew();
        (await host.RunAsync("sync", host.FileName, "--remote", url, "--git-timeout-seconds", "1", "--git-attempts", "1")).ShouldExitWith(5);
        started.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        await Processes.ShouldNotMentionAsync(url);
    }

    [Fact]
    public async Task Of_several_remotes_one_hangs_and_one_is_gone_and_the_third_has_everything()
    {
        await world.InitRemoteAsync();
        using var silent = new SilentServer();
        var host = world.Host("ada");
        host.Lines = ["""{"id":"a"}"""];
        (await host.RunAsync("remote", "add", "good", world.Remote)).ShouldExitWith(0).Output.ShouldContain("It answers, and is empty.");
        (await host.RunAsync("remote", "add", "hangs", $"git://127.0.0.1:{silent.Port}/hangs.git", "--offline")).ShouldExitWith(0);
        (await host.RunAsync("remote", "add", "gone", Path.Combine(world.Folder, "gone.git"))).ShouldExitWith(5);
        var outcome = await host.RunAsync("backup", host.FileName, "--git-timeout-seconds", "2", "--git-attempts", "1", "--log-format", "json");
        outcome.ShouldExitWith(5);
        outcome.Output.ShouldContain("Sent to good.");
        outcome.Output.ShouldContain("Pending for gone: ");
        outcome.Output.ShouldContain("Pending for hangs: ");
        outcome.Error.ShouldContain("\"remote\":\"hangs\"");
        var reader = await world.HostAsync("reader");
        (await reader.RunAsync("merge")).ShouldExitWith(0).Json.GetArrayLength().ShouldBe(1);
        var status = (await host.RunAsync("status", "--json")).ShouldExitWith(0).Json;
        status.GetProperty("remotes").EnumerateArray().Select(remote => (remote.GetProperty("remote").GetString(), remote.GetProperty("pending").GetInt64()))
            .ShouldBe([("gone", 1), ("good", 0), ("hangs", 1)]);
        (await host.RunAsync("remote", "remove", "gone")).ShouldExitWith(0);
        (await host.RunAsync("remote", "remove", "hangs")).ShouldExitWith(0);
        (await host.SyncAsync()).ShouldExitWith(0);
    }

    private async Task ShouldCarryAsync(string url, Action<Host> configure)
    {
        var (ada, bob) = (world.Host("ada"), world.Host("bob"));
        configure(ada);
        configure(bob);
        ada.Lines = ["""{"id":"a","text":"from ada"}"""];
        bob.Lines = ["""{"id":"b","text":"from bob"}"""];
        foreach (var host in new[] { ada, bob })
        {
            (await host.RunAsync("init", "--remote", url)).ShouldExitWith(0);
        }

        foreach (var host in new[] { ada, bob, ada })
        {
            (await host.SyncAsync()).ShouldExitWith(0);
        }

        ada.Lines.Order().ShouldBe(bob.Lines.Order());
        ada.Lines.Length.ShouldBe(2);
    }
}
