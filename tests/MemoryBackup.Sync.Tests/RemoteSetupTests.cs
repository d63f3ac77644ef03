using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

public sealed class RemoteSetupTests : IDisposable
{
    private const string A = """{"id":"a"}""";
    private readonly World world = new(remote: false);
    private readonly string nas;
    private readonly Machine ada;

    public RemoteSetupTests() => (nas, ada) = (world.NewRemote("nas"), world.Machine("ada"));

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_remote_is_added_asked_listed_and_removed()
    {
        var added = await ada.AddRemoteAsync("nas", nas);
        (added.Added, added.Replicas, added.Failure, added.ExitCode, added.Url).ShouldBe((true, 0, null, ExitCode.Done, nas));
        added.Warnings.ShouldBeEmpty();
        ada.Lines = [A];
        (await ada.BackupAsync()).Remotes.Single().Pushed.ShouldBeTrue();
        var again = await world.Machine("bob").AddRemoteAsync("nas", nas);
        (again.Replicas, again.Spaces.Single()).ShouldBe((1, "default"));
        var listed = (await ada.RemotesAsync()).Remotes.Single();
        (listed.Remote, listed.Url, listed.Used, listed.Confirmed, listed.Pending).ShouldBe(("nas", nas, true, 1, 0));

        var removed = await ada.RemoveRemoteAsync("nas");
        removed.Removed.ShouldBeTrue();
        removed.Warnings.ShouldBe(["No remote is left: what is recorded stays in this store alone."]);
        (await ada.RemotesAsync()).Remotes.ShouldBeEmpty();
        (await ada.BackupAsync()).Remotes.ShouldBeEmpty();
        world.Git("--git-dir", ada.Store, "for-each-ref").ShouldNotContain("/incoming/");
        world.Git("--git-dir", nas, "for-each-ref").ShouldContain("/ada-");

        // Under the same name at another place it starts from nothing.
        var other = world.NewRemote("other");
        await ada.AddRemoteAsync("nas", other);
        (await ada.RemotesAsync()).Remotes.Single().Pending.ShouldBe(1);
        (await ada.BackupAsync()).Remotes.Single().Pushed.ShouldBeTrue();
    }

    [Fact]
    public async Task To_add_the_same_once_more_changes_nothing_and_asks_again()
    {
        await ada.AddRemoteAsync("nas", nas);
        var config = Config(ada.Store);
        var again = await ada.AddRemoteAsync("nas", nas);
        (again.Added, again.Replicas).ShouldBe((false, 0));
        Config(ada.Store).ShouldBe(config);
    }

    [Fact]
    public async Task A_remote_that_does_not_answer_is_added_all_the_same()
    {
        var nowhere = Path.Combine(world.Folder, "nowhere.git");
        var report = await ada.AddRemoteAsync("later", nowhere);
        report.ExitCode.ShouldBe(ExitCode.RemotePending);
        report.Failure.ShouldNotBeNull();
        report.Replicas.ShouldBeNull();
        (await ada.AddRemoteAsync("offline", nowhere + "2", offline: true)).ExitCode.ShouldBe(ExitCode.Done);
        (await ada.RemotesAsync()).Remotes.Select(remote => remote.Remote).ShouldBe(["later", "offline"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-x")]
    [InlineData(".x")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a..b")]
    [InlineData("a.lock")]
    [InlineData("ä")]
    [InlineData("a\u001b[2Jb")]
    [InlineData("url-0123456789abcdef")]
    [InlineData("a\nb")]
    [InlineData("x23456789012345678901234567890123456789012345678901234567890123456")]
    public async Task A_name_that_is_not_plain_is_refused(string name) => await ShouldBeRefusedAsync(name, nas);

    [Theory]
    [InlineData("ext::sh -c true")]
    [InlineData("--upload-pack=touch x")]
    [InlineData("ssh://-oProxyCommand=x/y")]
    [InlineData("https://example.org/a\nb")]
    [InlineData("gopher://example.org/x")]
    [InlineData("")]
    public async Task An_address_that_would_run_a_program_or_is_none_is_refused(string url) => await ShouldBeRefusedAsync("nas", url);

    [Fact]
    public async Task What_is_taken_is_not_replaced()
    {
        await ada.AddRemoteAsync("nas", nas);
        var other = world.NewRemote("other");
        (await ShouldBeRefusedAsync("nas", other)).Message.ShouldContain(nas);
        (await ShouldBeRefusedAsync("NAS", other)).Message.ShouldContain("called almost so");
        (await ShouldBeRefusedAsync("twin", nas)).Message.ShouldContain("has this address");
        var error = await Should.ThrowAsync<MemoryBackupException>(() => ada.RemoveRemoteAsync("na\u001bs"));
        error.ExitCode.ShouldBe(ExitCode.Usage);
        error.Remedy.ShouldContain("It has: nas.");
        error.Message.Any(char.IsControl).ShouldBeFalse();
    }

    [Fact]
    public async Task A_secret_in_a_URL_is_warned_of_and_never_told()
    {
        foreach (var url in new[] { "https://me:secret-word@127.0.0.1:1/x.git", "https://secret-word@127.0.0.1:1/y.git" })
        {
            var report = await ada.AddRemoteAsync($"r{url.Length}", url, offline: true);
            report.Warnings.Single().ShouldContain("in clear");
            string.Concat([report.Url, .. report.Warnings, .. (await ada.RemotesAsync()).Remotes.Select(remote => remote.Url)]).ShouldNotContain("secret-word");
        }

        (await ada.AddRemoteAsync("plain", "ssh://git@127.0.0.1:1/x.git", offline: true)).Warnings.ShouldBeEmpty();
        ada.Lines = [A];
        ada.Adjust = settings => settings with { Git = settings.Git with { Attempts = 1 } };
        await ada.BackupAsync();
        Directory.EnumerateFiles(Path.Combine(ada.Store, "memory-backup"), "*", SearchOption.AllDirectories).ShouldAllBe(file => !File.ReadAllText(file).Contains("secret-word"));
    }

    [Fact]
    public async Task Of_a_repository_of_the_user_only_what_was_chosen_is_used()
    {
        var work = Path.Combine(world.Folder, "project");
        world.Git("init", "--quiet", work);
        foreach (var name in new[] { "upstream", "fork", "mirror" })
        {
            world.Git("-C", work, "remote", "add", name, world.NewRemote(name));
        }

        var machine = new Machine(world, "eve") { Repository = work };
        machine.Lines = [A];
        var none = await machine.BackupAsync();
        none.Remotes.ShouldBeEmpty();
        none.Warnings.Single().ShouldContain("none of them is chosen");
        await machine.AddRemoteAsync("nas", nas);
        (await machine.BackupAsync()).Remotes.Select(remote => remote.Remote).ShouldBe(["nas"]);
        (await machine.AddRemoteAsync("fork", Path.Combine(world.Folder, "fork.git"))).Added.ShouldBeFalse();
        (await machine.BackupAsync()).Remotes.Select(remote => remote.Remote).ShouldBe(["fork", "nas"]);
        world.Git("--git-dir", Path.Combine(world.Folder, "upstream.git"), "for-each-ref").ShouldBeEmpty();
        world.Git("--git-dir", Path.Combine(world.Folder, "mirror.git"), "for-each-ref").ShouldBeEmpty();
        (await machine.RemotesAsync()).Remotes.Select(remote => (remote.Remote, remote.Used)).ShouldBe([("fork", true), ("mirror", false), ("nas", true), ("upstream", false)]);
        (await machine.StatusAsync()).Remotes.Select(remote => remote.Remote).ShouldBe(["fork", "nas"]);

        // What the user had stays the user's; what was added here goes.
        (await machine.RemoveRemoteAsync("fork")).Removed.ShouldBeFalse();
        (await machine.RemoveRemoteAsync("nas")).Removed.ShouldBeTrue();
        world.Git("-C", work, "remote").Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["fork", "mirror", "upstream"]);
        (await machine.BackupAsync()).Remotes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Origin_and_the_only_remote_are_used_as_ever_beside_what_was_added_until_they_are_removed()
    {
        var work = Path.Combine(world.Folder, "project");
        world.Git("init", "--quiet", work);
        world.Git("-C", work, "remote", "add", "theirs", world.NewRemote("theirs"));
        var machine = new Machine(world, "eve") { Repository = work };
        machine.Lines = [A];
        (await machine.BackupAsync()).Remotes.Select(remote => remote.Remote).ShouldBe(["theirs"]);
        await machine.AddRemoteAsync("nas", nas);
        (await machine.BackupAsync()).Remotes.Select(remote => remote.Remote).ShouldBe(["nas", "theirs"]);
        world.Git("-C", work, "remote", "add", "origin", world.NewRemote("origin"));
        (await machine.BackupAsync()).Remotes.Select(remote => remote.Remote).ShouldBe(["nas", "origin"]);
        (await machine.RemoveRemoteAsync("origin")).Removed.ShouldBeFalse();
        (await machine.BackupAsync()).Remotes.Select(remote => remote.Remote).ShouldBe(["nas", "theirs"]);
        machine.Remote = "origin";
        (await machine.BackupAsync()).Remotes.Select(remote => remote.Remote).ShouldBe(["origin"]);
    }

    [Fact]
    public async Task A_setting_that_restricts_runs_to_one_remote_is_told()
    {
        ada.Remote = nas;
        (await ada.AddRemoteAsync("other", world.NewRemote("other"))).Warnings.Single().ShouldContain("restricts runs to the remote");
    }

    private async Task<MemoryBackupException> ShouldBeRefusedAsync(string name, string url)
    {
        await ada.RemotesAsync();
        var before = Config(ada.Store);
        var error = await Should.ThrowAsync<MemoryBackupException>(() => ada.AddRemoteAsync(name, url));
        error.ExitCode.ShouldBe(ExitCode.Usage);
        error.Message.Any(c => char.IsControl(c) && c != '\n').ShouldBeFalse();
        Config(ada.Store).ShouldBe(before);
        return error;
    }

    private static string Config(string store) => File.ReadAllText(Path.Combine(store, "config"));
}
