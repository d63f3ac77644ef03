using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MemoryBackup.Store.Local;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

public sealed class SeveralRemotesTests : IDisposable
{
    private readonly World world = new(remote: false);
    private readonly string first;
    private readonly string second;
    private readonly Machine ada;
    private readonly Machine bob;
    private readonly Machine carol;

    public SeveralRemotesTests()
    {
        (first, second) = (world.NewRemote("first"), world.NewRemote("second"));
        (ada, bob, carol) = (world.Machine("ada"), world.Machine("bob"), world.Machine("carol"));
    }

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_run_sends_to_all_remotes_and_fetches_from_all()
    {
        await AddAsync(ada, "first", "second");
        await AddAsync(bob, "second");
        ada.Lines = [Entry("a", 1)];
        bob.Lines = [Entry("b", 1)];
        var report = await ada.BackupAsync();
        report.Remotes.Select(remote => (remote.Remote, remote.Pushed, remote.Confirmed)).ShouldBe([("first", true, true), ("second", true, true)]);
        await bob.SyncAsync();
        var sync = await ada.SyncAsync();
        sync.Received.Added.ShouldBe(["b"]);

        // What came by the second goes on to the first.
        Refs(first).ShouldBe(Refs(second));
        Refs(first).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Machines_that_share_no_remote_hear_of_each_other_through_one_that_has_both()
    {
        await ChainAsync();
        ada.Lines = [Entry("a", 1), Entry("both", 1)];
        await ada.SyncAsync();
        await bob.SyncAsync();
        await carol.SyncAsync();
        carol.Lines = [Entry("a", 2), Entry("both", 1), Entry("c", 1)];
        await carol.SyncAsync();
        await bob.SyncAsync();
        await ada.SyncAsync();
        ada.Lines.Order().ShouldBe([Entry("a", 2), Entry("both", 1), Entry("c", 1)]);
        Refs(first).ShouldBe(Refs(second));
    }

    [Fact]
    public async Task Deletes_and_edits_that_cross_while_one_remote_is_away_neither_come_back_nor_get_lost()
    {
        await ChainAsync();
        ada.Lines = [Entry("gone-by-ada", 1), Entry("gone-by-carol", 1), Entry("edited", 1), Entry("contested", 1), Entry("stays", 1)];
        foreach (var machine in new[] { ada, bob, carol, bob, ada })
        {
            await machine.SyncAsync();
        }

        // The first remote is out of Bob's reach: Ada and he go on apart, Carol with him.
        var away = Away(first);
        bob.Lines = [.. bob.Lines, Entry("b", 1)];
        (await bob.SyncAsync()).ExitCode.ShouldBe(ExitCode.RemotePending);
        Back(first, away);
        ada.Lines = [Entry("gone-by-carol", 1), Entry("edited", 1), Entry("contested", 2), Entry("stays", 1), Entry("a", 1)];
        await ada.SyncAsync();
        carol.Lines = [Entry("gone-by-ada", 1), Entry("edited", 3), Entry("contested", 1), Entry("stays", 1), Entry("c", 1)];
        await carol.SyncAsync();
        away = Away(first);
        bob.Lines = [.. bob.Lines.Where(line => line != Entry("contested", 1))];
        await bob.SyncAsync();
        await carol.SyncAsync();
        Back(first, away);
        foreach (var machine in new[] { bob, ada, carol, bob, ada })
        {
            (await machine.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
        }

        // Carol's delete and Ada's stay; Carol's edit is there; Ada's edit of what Bob deleted without having seen it is there.
        string[] expected = [.. new[] { Entry("a", 1), Entry("b", 1), Entry("c", 1), Entry("contested", 2), Entry("edited", 3), Entry("stays", 1) }.Order()];
        foreach (var machine in new[] { ada, bob, carol })
        {
            machine.Lines.Order().ShouldBe(expected);
        }

        Refs(first).ShouldBe(Refs(second));
    }

    [Fact]
    public async Task A_removal_is_kept_while_the_newest_state_of_whose_entry_it_is_has_not_come_by_the_other_remote()
    {
        await ChainAsync();
        ada.Lines = [Entry("x", 1), Entry("y", 1)];
        foreach (var machine in new[] { ada, bob, carol, bob, ada })
        {
            await machine.SyncAsync();
        }

        // Bob has Ada's second state and deletes in it; Carol gets his state, and an old state of Ada's from a remote that was set back.
        ada.Lines = [Entry("x", 2), Entry("y", 1)];
        await ada.SyncAsync();
        bob.Remote = "first";
        await bob.SyncAsync();
        bob.Lines = [Entry("x", 2)];
        await bob.SyncAsync();
        var name = Refs(first).Select(line => line.Split(' ')[0]).Single(line => line.Contains("/bob-", StringComparison.Ordinal));
        world.Git("--git-dir", second, "fetch", "--quiet", first, $"+{name}:{name}");
        var report = await carol.SyncAsync();
        report.Warnings.ShouldContain(warning => warning.Contains("is not here yet"));
        carol.Lines.ShouldContain(Entry("y", 1));
        bob.Remote = null;
        foreach (var machine in new[] { bob, carol, bob, ada })
        {
            await machine.SyncAsync();
            machine.Lines.ShouldBe([Entry("x", 2)]);
        }
    }

    [Fact]
    public async Task One_remote_that_is_away_holds_up_nobody_and_is_named()
    {
        await AddAsync(ada, "first", "second");
        ada.Lines = [Entry("a", 1)];
        await ada.SyncAsync();
        var away = Away(first);
        ada.Lines = [Entry("a", 2)];
        var report = await ada.SyncAsync();
        report.ExitCode.ShouldBe(ExitCode.RemotePending);
        report.Remotes.Select(remote => (remote.Remote, remote.Confirmed, Failed: remote.Failure is not null)).ShouldBe([("first", false, true), ("second", true, false)]);
        report.Remotes[0].Failure!.ShouldContain("first");
        ada.Log.Messages.ShouldContain(message => message.StartsWith("Git pull failed: ") && message.Contains("first"));
        await AddAsync(bob, "second");
        await bob.SyncAsync();
        bob.Lines.ShouldBe([Entry("a", 2)]);

        var status = await ada.StatusAsync();
        var (of1, of2) = (status.Remotes[0], status.Remotes[1]);
        (of1.Confirmed, of1.Pending, of2.Confirmed, of2.Pending).ShouldBe((1, 1, 2, 0));
        of1.PendingSince.ShouldNotBeNull();
        of1.FailingSince.ShouldNotBeNull();
        of1.Failure.ShouldNotBeNull();
        (of2.PendingSince, of2.Failure, of2.FailingSince).ShouldBe((null, null, null));
        status.Replicas.Single().At.ShouldBe(["second"]);

        var since = of1.FailingSince;
        await ada.BackupAsync();
        (await ada.StatusAsync()).Remotes[0].FailingSince.ShouldBe(since);
        Back(first, away);
        (await ada.BackupAsync()).ExitCode.ShouldBe(ExitCode.Done);
        (await ada.StatusAsync()).Replicas.Single(replica => replica.IsOwn).At.ShouldBe(["first", "second"]);
    }

    [Fact]
    public async Task Remotes_that_hang_cost_the_time_of_one_and_the_others_have_everything()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        await AddAsync(ada, "second");
        foreach (var name in new[] { "hangs-a", "hangs-b", "hangs-c", "hangs-d" })
        {
            await ada.AddRemoteAsync(name, $"git://127.0.0.1:{port}/{name}.git", offline: true);
        }

        ada.Adjust = settings => settings with { Git = settings.Git with { Timeout = TimeSpan.FromSeconds(3), Attempts = 1 } };
        ada.Lines = [Entry("a", 1)];
        var started = Stopwatch.StartNew();
        var report = await ada.SyncAsync();
        started.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(11), "four that hang, one after another, would take twelve seconds");
        report.ExitCode.ShouldBe(ExitCode.RemotePending);
        report.Remotes.Count(remote => remote.Failure is not null).ShouldBe(4);
        report.Remotes.Single(remote => remote.Remote == "second").Confirmed.ShouldBeTrue();
    }

    [Fact]
    public async Task The_exit_code_is_that_of_the_worst_failure()
    {
        using var refusing = new HttpListener();
        var port = FreePort();
        refusing.Prefixes.Add($"http://127.0.0.1:{port}/");
        refusing.Start();
        var serving = RefuseAsync(refusing);
        await ada.AddRemoteAsync("a-refuses", $"http://127.0.0.1:{port}/memory.git", offline: true);
        await ada.AddRemoteAsync("b-nowhere", Path.Combine(world.Folder, "nowhere.git"), offline: true);
        ada.Lines = [Entry("a", 1)];
        var report = await ada.BackupAsync();
        report.ExitCode.ShouldBe(ExitCode.AuthenticationPending);
        report.Remotes.Select(remote => remote.ExitCode).ShouldBe([ExitCode.AuthenticationPending, ExitCode.RemotePending]);
        report.Publication.ShouldBe(1);
        refusing.Close();
        await serving;
    }

    [Fact]
    public async Task A_remote_that_is_pointed_elsewhere_has_confirmed_nothing_and_gets_everything()
    {
        await AddAsync(ada, "first");
        await AddAsync(bob, "first");
        bob.Lines = [Entry("b", 1)];
        await bob.SyncAsync();
        ada.Lines = [Entry("a", 1)];
        await ada.SyncAsync();
        (await ada.StatusAsync()).Remotes.Single().Pending.ShouldBe(0);
        world.Git("--git-dir", ada.Store, "remote", "set-url", "first", second);
        var status = await ada.StatusAsync();
        (status.Remotes.Single().Confirmed, status.Remotes.Single().Pending).ShouldBe((0, 1));
        status.Remotes.Single().Lacks.Count.ShouldBe(1);
        status.Replicas.ShouldAllBe(replica => replica.At.Count == 0);

        // Nothing new, and no fetch: what was recorded of the former place must not keep it from being sent.
        var report = await ada.BackupAsync();
        report.Recorded.Any.ShouldBeFalse();
        report.Remotes.Single().Pushed.ShouldBeTrue();
        Refs(second).ShouldBe(Refs(first));
        (await ada.StatusAsync()).Replicas.ShouldAllBe(replica => replica.At.Count == 1);
    }

    [Fact]
    public async Task An_older_state_of_ones_own_at_one_remote_is_no_loss_of_the_name()
    {
        await AddAsync(ada, "first", "second");
        ada.Lines = [Entry("a", 1)];
        await ada.SyncAsync();
        var away = Away(second);
        for (var i = 2; i < 5; i++)
        {
            ada.Lines = [Entry("a", i)];
            await ada.SyncAsync();
        }

        Back(second, away);
        Refs(second).ShouldNotBe(Refs(first));
        var before = (await ada.StatusAsync()).Replica;
        var report = await ada.SyncAsync();
        report.Warnings.ShouldBeEmpty();
        report.Replica.ShouldBe(before);
        Refs(second).ShouldBe(Refs(first));
    }

    [Fact]
    public async Task What_a_former_name_had_confirmed_is_nothing_of_the_new_one()
    {
        await AddAsync(ada, "first");
        ada.Lines = [Entry("a", 1)];
        await ada.SyncAsync();
        ada.Lines = [Entry("a", 2)];
        await ada.SyncAsync();

        // A copy of the store on the same disk takes a name of its own; the records came along with it.
        var copy = new Machine(world, "copy") { DataFolder = Path.Combine(world.Folder, "copied") };
        System.Diagnostics.Process.Start("cp", ["-a", ada.DataFolder, copy.DataFolder]).WaitForExit();
        copy.Lines = [Entry("b", 1)];
        await copy.BackupAsync(new RunOptions { Offline = true });
        var remote = (await copy.StatusAsync()).Remotes.Single();
        (remote.Confirmed, remote.Pending, remote.ConfirmedAt).ShouldBe((0, 1, null));
    }

    [Fact]
    public async Task A_ref_that_is_refused_is_named_counted_and_aged_for_its_remote_and_holds_up_nothing()
    {
        await AddAsync(ada, "first", "second");
        await AddAsync(bob, "first");
        ada.Lines = [Entry("a", 1)];
        await ada.SyncAsync();
        var blob = world.Git("--git-dir", first, "hash-object", "-w", "-t", "tree", "/dev/null").Trim();
        void Forge() => world.Git("--git-dir", first, "-c", "user.name=e", "-c", "user.email=e@e", "update-ref", "refs/heads/memory/default/evil-aaaaaaaaaa",
            world.Git("--git-dir", first, "-c", "user.name=e", "-c", "user.email=e@e", "commit-tree", "-m", Guid.NewGuid().ToString(), blob).Trim());
        Forge();
        bob.Lines = [Entry("b", 1)];
        await bob.SyncAsync();
        var report = await ada.SyncAsync();
        report.ExitCode.ShouldBe(ExitCode.Done);
        report.Received.Added.ShouldBe(["b"]);
        report.Remotes[0].Rejected.Keys.ShouldBe(["evil-aaaaaaaaaa"]);
        report.Remotes[1].Rejected.ShouldBeEmpty();

        var rejected = (await ada.StatusAsync()).Remotes[0].Rejected.Single();
        rejected.Replica.ShouldBe("evil-aaaaaaaaaa");
        rejected.Reason.ShouldNotBeEmpty();
        rejected.Commit.ShouldNotBeEmpty();

        // A further bad state under the same name makes it no younger.
        Forge();
        ada.Time = new LaterTime(TimeSpan.FromHours(2));
        await ada.SyncAsync();
        var later = (await ada.StatusAsync()).Remotes[0].Rejected.Single();
        later.Since.ShouldBe(rejected.Since);
        later.Commit.ShouldNotBe(rejected.Commit);
        later.AgeSeconds.ShouldBeInRange(7200, 7300);

        world.Git("--git-dir", first, "update-ref", "-d", "refs/heads/memory/default/evil-aaaaaaaaaa");
        await ada.SyncAsync();
        (await ada.StatusAsync()).Remotes.ShouldAllBe(remote => remote.Rejected.Count == 0);
    }

    [Fact]
    public async Task A_remote_that_takes_no_states_of_others_takes_ones_own()
    {
        await AddAsync(bob, "first");
        bob.Lines = [Entry("b", 1)];
        await bob.SyncAsync();
        var hook = Path.Combine(second, "hooks", "update");
        File.WriteAllText(hook, "#!/bin/sh\ncase $1 in */bob-*) echo no; exit 1;; esac\n");
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Hooks are told by their mode.");
        }
        else
        {
            File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        await AddAsync(ada, "first", "second");
        ada.Lines = [Entry("a", 1)];
        var report = await ada.SyncAsync();
        report.ExitCode.ShouldBe(ExitCode.Done);
        report.Remotes.ShouldAllBe(remote => remote.Confirmed);
        report.Warnings.Single().ShouldStartWith("second does not take the newest state of bob-");
        Refs(second).Single().ShouldContain("/ada-");
        (await ada.StatusAsync()).Remotes[1].Lacks.Single().ShouldStartWith("bob-");
    }

    [Fact]
    public async Task Status_tells_of_each_replica_how_old_its_newest_sign_of_life_is_and_where_it_is()
    {
        await ChainAsync();
        ada.Lines = [Entry("a", 1)];
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Remote = "second";
        bob.Lines = [.. bob.Lines, Entry("b", 1)];
        await bob.SyncAsync();
        bob.Time = new LaterTime(TimeSpan.FromDays(3));
        bob.Remote = null;
        var replicas = (await bob.StatusAsync()).Replicas;
        var (of, own) = (replicas.Single(replica => !replica.IsOwn), replicas.Single(replica => replica.IsOwn));
        of.Host.ShouldBe("ada");
        of.AgeSeconds!.Value.ShouldBeInRange(3 * 86_400 - 5, 3 * 86_400 + 120);
        of.At.ShouldBe(["first", "second"]);
        own.At.ShouldBe(["second"]);
        var remotes = (await bob.StatusAsync()).Remotes;
        (remotes[0].Pending, remotes[1].Pending).ShouldBe((1, 0));
    }

    [Fact]
    public async Task A_lock_that_a_killed_fetch_left_in_one_remotes_refs_is_no_obstacle()
    {
        await AddAsync(ada, "first", "second");
        await AddAsync(bob, "first", "second");
        ada.Lines = [Entry("a", 1)];
        await ada.SyncAsync();
        bob.Lines = [Entry("b", 1)];
        await bob.SyncAsync();
        var replica = (await bob.StatusAsync()).Replica!;
        foreach (var remote in new[] { "first", "second" })
        {
            var folder = Directory.CreateDirectory(Path.Combine(ada.Store, "refs", "memory-backup", "default", "incoming", remote)).FullName;
            File.WriteAllText(Path.Combine(folder, replica + ".lock"), "");
        }

        (await ada.SyncAsync()).Received.Added.ShouldBe(["b"]);
    }

    [Fact]
    public void Records_of_an_earlier_form_are_no_obstacle()
    {
        var folder = Directory.CreateDirectory(Path.Combine(world.Folder, "memory-backup", "default")).FullName;
        File.WriteAllText(Path.Combine(folder, "remotes.json"), """{"remotes":{"origin":{"n":1,"token":"abcdefghijklmnopqrstuvwxyz"}},"rejected":{}}""");
        new RemoteRecordsFile(world.Folder, "default").Read().Remotes.ShouldBeEmpty();
    }

    private static string Entry(string id, int value) => $$"""{"id":"{{id}}","v":{{value}}}""";

    // A – first – B – second – C.
    private async Task ChainAsync()
    {
        await AddAsync(ada, "first");
        await AddAsync(bob, "first", "second");
        await AddAsync(carol, "second");
    }

    private async Task AddAsync(Machine machine, params string[] names)
    {
        foreach (var name in names)
        {
            (await machine.AddRemoteAsync(name, name == "first" ? first : second)).Failure.ShouldBeNull();
        }
    }

    private string[] Refs(string remote) => [.. world.Git("--git-dir", remote, "for-each-ref", "--format=%(refname) %(objectname)").Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private static string Away(string remote)
    {
        Directory.Move(remote, remote + ".away");
        return remote + ".away";
    }

    private static void Back(string remote, string away) => Directory.Move(away, remote);

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
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
