using MemoryBackup.Store;
using MemoryBackup.Store.Verifying;
using MemoryBackup.Sync.Reports;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

public sealed class DoctorTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_store_in_order_has_facts_in_every_topic_and_no_findings()
    {
        var (ada, _) = await TwoAsync();
        var report = await DoctorAsync(ada);
        Codes(report).ShouldBeEmpty(Shown(report));
        report.ExitCode.ShouldBe(ExitCode.Done);
        report.Topics.Select(topic => topic.Topic).ShouldBe(["program", "store", "identity", "clock", "remotes", "replicas", "files", "script"]);
        report.Topics.ShouldAllBe(topic => topic.Facts.Count > 0);
        Fact(report, "remotes").ShouldContain("answered in ");
        Fact(report, "files").ShouldContain("2 entries, unchanged");
    }

    [Fact]
    public async Task A_new_store_is_in_order_and_says_what_is_still_to_be_done()
    {
        using var alone = new World(remote: false);
        var report = await DoctorAsync(alone.Machine("ada"));
        report.ExitCode.ShouldBe(ExitCode.Done);
        Codes(report).ShouldBe([FindingCode.NoRemote, FindingCode.NoFiles], ignoreOrder: true);
    }

    [Fact]
    public async Task A_remote_that_is_gone_ends_with_5_and_its_password_is_not_told()
    {
        var (ada, _) = await TwoAsync();
        ada.Remote = "http://ada:secret@127.0.0.1:1/memory.git";
        var report = await DoctorAsync(ada);
        report.ExitCode.ShouldBe(ExitCode.RemotePending);
        Codes(report).ShouldContain(FindingCode.RemoteUnreachable);
        Codes(report).ShouldContain(FindingCode.PublicationsPending);
        Shown(report).ShouldNotContain("secret");
        Codes(await DoctorAsync(ada, offline: true)).ShouldBe([FindingCode.PublicationsPending]);
    }

    [Fact]
    public async Task What_a_remote_lacks_is_told()
    {
        var (ada, _) = await TwoAsync();
        ada.Lines = [.. ada.Lines, """{"id":"new"}"""];
        await ada.SyncAsync(new RunOptions { Offline = true });
        Codes(await DoctorAsync(ada)).ShouldBe([FindingCode.PublicationsPending]);
        foreach (var name in world.Git("--git-dir", world.Remote!, "for-each-ref", "--format=%(refname)").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            world.Git("--git-dir", world.Remote!, "update-ref", "-d", name);
        }

        var report = await DoctorAsync(ada);
        report.ExitCode.ShouldBe(ExitCode.Done);
        Codes(report).ShouldBe([FindingCode.PublicationsPending, FindingCode.ReplicaRefMissing], ignoreOrder: true, customMessage: Shown(report));
        await ada.SyncAsync();
        Codes(await DoctorAsync(ada)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_copy_that_wrote_under_the_same_name_is_told()
    {
        var (ada, _) = await TwoAsync();
        System.Diagnostics.Process.Start("cp", ["-a", ada.DataFolder, ada.DataFolder + ".old"])!.WaitForExit();
        ada.Lines = [.. ada.Lines, """{"id":"new"}"""];
        await ada.SyncAsync();
        Directory.Delete(ada.DataFolder, recursive: true);
        Directory.Move(ada.DataFolder + ".old", ada.DataFolder);
        Codes(await DoctorAsync(ada)).ShouldBe([FindingCode.OwnRefDiffers]);
    }

    [Fact]
    public async Task Clocks_that_do_not_agree_and_replicas_long_unseen_are_told()
    {
        var (ada, bob) = await TwoAsync();
        bob.Time = new LaterTime(TimeSpan.FromHours(3));
        bob.Lines = [.. bob.Lines, """{"id":"late"}"""];
        await bob.SyncAsync();
        await ada.SyncAsync();
        Codes(await DoctorAsync(ada)).ShouldBe([FindingCode.ClockAhead]);
        ada.Time = new LaterTime(TimeSpan.FromDays(40));
        Codes(await DoctorAsync(ada)).ShouldBe([FindingCode.ReplicaUnseen]);
        ada.Lines = [.. ada.Lines, """{"id":"later"}"""];
        await ada.SyncAsync();
        ada.Time = TimeProvider.System;
        Codes(await DoctorAsync(ada)).ShouldContain(FindingCode.ClockWentBack);
    }

    [Fact]
    public async Task A_damaged_store_is_told_and_leads_to_verify()
    {
        var (ada, _) = await TwoAsync();
        var harm = new Damage(world, Path.Combine(ada.DataFolder, "store.git"));
        harm.ReplaceLocal("local.json", "garbage");
        var report = await DoctorAsync(ada);
        report.ExitCode.ShouldBe(ExitCode.Failed);
        report.Topics.SelectMany(topic => topic.Findings).Single().Remedy.ShouldContain("memory-backup verify");
        Codes(report).ShouldBe([FindingCode.StoreDamaged]);
    }

    [Fact]
    public async Task Files_and_permissions_are_looked_at()
    {
        var (ada, _) = await TwoAsync();
        var store = Path.Combine(ada.DataFolder, "store.git");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(store, File.GetUnixFileMode(store) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        ada.Content = "{";
        ada.Adjust = settings => settings with { EntriesMax = 2 };
        using var held = await StoreLock.TakeAsync(store, TimeSpan.FromSeconds(1), TimeProvider.System, () => { }, TestContext.Current.CancellationToken);
        var report = await DoctorAsync(ada);
        report.ExitCode.ShouldBe(ExitCode.InvalidData);
        Codes(report).ShouldBe([FindingCode.StoreReadableByOthers, FindingCode.StoreHeld, FindingCode.FileInvalid], ignoreOrder: true, customMessage: Shown(report));
    }

    [Fact]
    public async Task A_store_on_another_machine_works_under_a_name_of_its_own_and_says_so()
    {
        var (ada, _) = await TwoAsync();
        var copy = new Machine(world, "ada") { DataFolder = ada.DataFolder, MachineId = "another" };
        var report = await DoctorAsync(copy);
        report.ExitCode.ShouldBe(ExitCode.Done);
        Codes(report).ShouldContain(FindingCode.StoreMoved, Shown(report));
    }

    [Fact]
    public async Task Files_near_the_limit_and_files_of_the_script_are_told()
    {
        var (ada, _) = await TwoAsync();
        ada.Adjust = settings => settings with { EntriesMax = 2 };
        Codes(await DoctorAsync(ada)).ShouldBe([FindingCode.EntriesNearLimit]);
        ada.Adjust = settings => settings;
        var work = Path.Combine(world.Folder, "work");
        world.Git("init", "--quiet", work);
        for (var host = 0; host < 7; host++)
        {
            File.WriteAllText(Path.Combine(work, $"memory-h{host}.json"), $$"""[{"id":"{{host}}"}]""");
        }

        world.Git("-C", work, "add", ".");
        world.Git("-C", work, "-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "--quiet", "-m", "old");
        var old = new Machine(world, "old") { Repository = work, Remote = null };
        var report = await DoctorAsync(old);
        var left = report.Topics.SelectMany(topic => topic.Findings).Single(finding => finding.Code == FindingCode.ScriptFilesLeft);
        left.Message.ShouldStartWith("Not taken in yet: 7 files of the script in the repository: ");
        left.Message.ShouldEndWith(" ….");
        await old.MergeAsync();
        Codes(await DoctorAsync(old)).ShouldNotContain(FindingCode.ScriptFilesLeft);
    }

    [Fact]
    public async Task A_ref_that_was_refused_is_told_until_it_is_good_again()
    {
        var (ada, bob) = await TwoAsync();
        var theirs = $"refs/heads/memory/default/{(await bob.StatusAsync()).Replica}";
        var good = world.Git("--git-dir", world.Remote!, "rev-parse", theirs).TrimEnd();
        var bad = world.Git("--git-dir", world.Remote!, "-c", "user.name=x", "-c", "user.email=x@localhost", "commit-tree", "-p", good, "-m", "x", world.Git("--git-dir", world.Remote!, "mktree", "--missing").TrimEnd()).TrimEnd();
        world.Git("--git-dir", world.Remote!, "update-ref", theirs, bad);
        (await ada.SyncAsync()).Remotes.Single().Rejected.Keys.ShouldBe([(await bob.StatusAsync()).Replica!]);
        var report = await DoctorAsync(ada);
        Codes(report).ShouldContain(FindingCode.ReplicaRefused, Shown(report));
        world.Git("--git-dir", world.Remote!, "update-ref", theirs, good);
        await ada.SyncAsync();
        Codes(await DoctorAsync(ada)).ShouldBeEmpty();
    }

    [Fact]
    public async Task States_that_somebody_knows_and_that_are_not_here_are_told()
    {
        var (ada, bob) = await TwoAsync();
        var carl = world.Machine("carl");
        await carl.SyncAsync();
        carl.Lines = [.. carl.Lines, """{"id":"of carl"}"""];
        await carl.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = [.. bob.Lines, """{"id":"on top of it"}"""];
        await bob.SyncAsync();
        var theirs = (await carl.StatusAsync()).Replica!;
        world.Git("--git-dir", world.Remote!, "update-ref", "-d", $"refs/heads/memory/default/{theirs}");
        await ada.SyncAsync();
        var report = await DoctorAsync(ada);
        report.Topics.SelectMany(topic => topic.Findings).Single(finding => finding.Code == FindingCode.StateNotHere).Message.ShouldContain(theirs, customMessage: Shown(report));
    }

    [Fact]
    public async Task A_check_that_cannot_be_done_is_a_finding_and_the_others_are_done()
    {
        var (ada, _) = await TwoAsync();
        world.Git("--git-dir", ada.Store, "config", "remote.planted.url", "ext::sh -c true");
        world.Git("--git-dir", ada.Store, "config", "remote.planted.memorybackup", "true");
        ada.Remote = null;
        var report = await DoctorAsync(ada);
        report.ExitCode.ShouldNotBe(ExitCode.Done, Shown(report));
        report.Topics.Select(topic => topic.Topic).ShouldContain("files");
        Fact(report, "files").ShouldContain("2 entries, unchanged");
    }

    [Fact]
    public async Task Doctor_writes_nothing()
    {
        var (ada, _) = await TwoAsync();
        var before = Snapshot();
        await DoctorAsync(ada);
        await DoctorAsync(ada, offline: true);
        Snapshot().ShouldBe(before);

        string[] Snapshot() =>
        [
            .. Directory.EnumerateFiles(ada.Home, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(file => $"{file} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}"),
        ];
    }

    [Fact]
    public async Task A_remote_that_never_answers_costs_no_more_than_its_time_and_the_others_are_told()
    {
        var (ada, _) = await TwoAsync();
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        ada.Adjust = settings => settings with { Remote = null, Git = settings.Git with { Timeout = TimeSpan.FromSeconds(2) } };
        var store = Path.Combine(ada.DataFolder, "store.git");
        world.Git("--git-dir", store, "remote", "add", "silent", $"git://127.0.0.1:{((System.Net.IPEndPoint)silent.LocalEndpoint).Port}/m.git");
        world.Git("--git-dir", store, "remote", "add", "well", world.Remote!);
        var report = await DoctorAsync(ada);
        report.ExitCode.ShouldBe(ExitCode.RemotePending);
        Fact(report, "remotes").ShouldContain("did not answer");
        Fact(report, "remotes").ShouldContain("answered in");
        Codes(report).Count(code => code == FindingCode.RemoteUnreachable).ShouldBe(1, Shown(report));
    }

    private async Task<(Machine Ada, Machine Bob)> TwoAsync()
    {
        var (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        ada.Lines = ["""{"id":"a"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = [.. bob.Lines, """{"id":"b"}"""];
        await bob.SyncAsync();
        await ada.SyncAsync();
        return (ada, bob);
    }

    private static async Task<DoctorReport> DoctorAsync(Machine machine, bool offline = false)
    {
        await using var session = await machine.OpenAsync();
        return await session.DoctorAsync(new DoctorOptions { Offline = offline, Version = "1" }, TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> Codes(DoctorReport report) => report.Topics.SelectMany(topic => topic.Findings).Select(finding => finding.Code);

    private static string Fact(DoctorReport report, string topic) =>
        string.Join('\n', report.Topics.Single(found => found.Topic == topic).Facts.Select(fact => $"{fact.Name} {fact.Value}"));

    private static string Shown(DoctorReport report) => string.Join(
        '\n', report.Topics.SelectMany(topic => topic.Findings.Select(finding => $"{finding.Code}: {finding.Message}").Concat(topic.Facts.Select(fact => $"  {fact.Name}: {fact.Value}"))));
}
