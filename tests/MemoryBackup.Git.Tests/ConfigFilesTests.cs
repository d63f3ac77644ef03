using System.Text;
using MemoryBackup.Evidence;

namespace MemoryBackup.Git.Tests;

/// <summary>What is read of configuration files without Git has to be what Git reads in them.</summary>
public sealed class ConfigFilesTests : IDisposable
{
    private static readonly string[] Lines =
    [
        "[remote \"origin\"]", "[remote \"a.b c\"]", "\t[Remote \"UP\"]  ", "[remote]", "[core]", "[ssh]", "[alias]", "[url \"https://x/\"]", "[remote\t\"tab\"]", "[remote \"ü\"]",
        "[remote \"q\\\"uote\"]", "[remote \"open]", "[remote \"x\"", "[remote.old]", "[]", "[core] bare = true", "[a b]", "[include]", "[extensions]", "[remote \"\"]", "[remote\"near\"]",
        "url = /srv/one.git", "\turl = ssh://h/two words.git  ", "URL=/three", "pushurl =", "mirror", "mirror = false", "fetch = +refs/heads/*:refs/remotes/origin/*", "memory-backup = yes",
        "sshCommand = ssh -i ~/key", "sshcommand = \"ssh -v\"", "variant = simple", "url = x # why", "url = \"x\" y", "url = back\\", "url = a\\\\b", "url = a\tb", "co = \"!f() { git; }; f\"",
        "st = status -sb ; short", "odd = one\\", "path = other", "worktreeConfig = true", "# comment", "; comment \\", "", "  ", "1url = x", "ur_l = x", "url x", "= x", "name = ü", "url = [x]", "name = \"abc", "name = a\\z", "name = \"a;b\" ; c", "name = \"a\\\"b\"", "url = \u00a0x",
    ];

    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public async Task What_is_read_without_git_is_what_git_reads()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var config = Path.Combine(repository.GitDir, "config");
        var plain = await File.ReadAllTextAsync(config, Stop);
        var random = new Random(1);
        var read = 0;
        for (var round = 0; round < Scale.Times(250); round++)
        {
            // Mostly lines that can be read without Git: of a random dozen hardly ever all can.
            var lines = Enumerable.Range(0, random.Next(1, 9)).Select(_ => Lines[random.Next(3) == 0 ? random.Next(Lines.Length) : random.Next(2) == 0 ? random.Next(10) : random.Next(21, 30)]).ToList();
            var text = string.Join('\n', lines) + (random.Next(2) == 0 ? "\n" : "");
            await File.WriteAllTextAsync(config, plain + text, Stop);
            var git = await sandbox.Program.RunAsync(repository.GitDir, RemoteSettings.Query, default, Stop);
            var expected = git.ExitCode switch
            {
                0 => git.Text,
                1 => "",
                _ => null,
            };
            if (ConfigFiles.TryList([config], RemoteSettings.IsAskedFor) is { } found)
            {
                found.ShouldBe(expected, text);
                read += found.Length > 0 ? 1 : 0;
            }
        }

        read.ShouldBeGreaterThan(50);
    }

    [Theory]
    [InlineData("[remote \"a\"]\nurl = x\n", "remote.a.url\nx\0")]
    [InlineData("[Core]\n\tSSHCommand=ssh -v\n[remote]\n  pushDefault = a", "core.sshcommand\nssh -v\0remote.pushdefault\na\0")]
    [InlineData("[alias]\n x = \"!f() { echo \\\"a\\\"; }; f\" # odd\n", "")]
    [InlineData("[remote \"a\"]\nmirror\n", "remote.a.mirror\0")]
    [InlineData("", "")]
    public async Task Plain_lines_are_read(string text, string list)
    {
        await File.WriteAllTextAsync(sandbox.PathOf("config"), text, Stop);
        ConfigFiles.TryList([sandbox.PathOf("none"), sandbox.PathOf("config")], RemoteSettings.IsAskedFor).ShouldBe(list);
    }

    [Theory]
    [InlineData("[include]\npath = other\n")]
    [InlineData("[includeIf \"gitdir:/x\"]\npath = other\n")]
    [InlineData("[extensions]\nworktreeConfig = true\n")]
    [InlineData("[remote \"a\"]\nurl = \"x\"\n")]
    [InlineData("[remote \"a\"]\nurl = x\\\n y\n")]
    [InlineData("[alias]\na = x\\\n[remote\n")]
    [InlineData("[remote \"a\"]\r\nurl = x\r\n")]
    [InlineData("\uFEFF[remote \"a\"]\nurl = x\n")]
    [InlineData("[remote \"a\"]\nurl = x # y\n")]
    [InlineData("url = x\n")]
    [InlineData("[alias]\na = \"x\n")]
    [InlineData("[alias]\na = \\x\n")]
    [InlineData("[alias]\na = x # \\\n")]
    public async Task What_needs_more_than_reading_is_left_to_git(string text)
    {
        await File.WriteAllTextAsync(sandbox.PathOf("config"), text, Stop);
        ConfigFiles.TryList([sandbox.PathOf("config")], RemoteSettings.IsAskedFor).ShouldBeNull();
    }

    [Fact]
    public void What_cannot_be_read_as_a_file_is_left_to_git()
    {
        ConfigFiles.TryList([sandbox.Folder], RemoteSettings.IsAskedFor).ShouldBeNull();
        ConfigFiles.TryList(["/dev/zero"], RemoteSettings.IsAskedFor).ShouldBeNull();
        File.WriteAllBytes(sandbox.PathOf("latin"), [.. Encoding.UTF8.GetBytes("[remote \"a\"]\nurl = "), 0xE4, (byte)'\n']);
        ConfigFiles.TryList([sandbox.PathOf("latin")], RemoteSettings.IsAskedFor).ShouldBeNull();
    }

    [Fact]
    public async Task Remotes_are_read_without_git_once_it_has_told_where_its_files_are()
    {
        var log = sandbox.PathOf("calls");
        var git = await sandbox.NewTracedProgramAsync(log);
        var repository = await GitRepository.InitBareAsync(git, sandbox.PathOf("store"), cancellation: Stop);
        await repository.AddRemoteAsync("origin", "/srv/one.git", Stop);
        sandbox.Configure("[remote \"two\"]\n\turl = /srv/two.git");
        File.Delete(log);

        (await repository.RemotesAsync(Stop)).ShouldBe(new Dictionary<string, string> { ["two"] = "/srv/two.git", ["origin"] = "/srv/one.git" }, ignoreOrder: true);
        File.Exists(log).ShouldBeFalse();

        sandbox.Configure("[include]\n\tpath = more");
        await File.WriteAllTextAsync(Path.Combine(sandbox.Home, "more"), "[remote \"three\"]\n\turl = /srv/three.git\n", Stop);
        (await repository.RemotesAsync(Stop)).Keys.ShouldBe(["two", "three", "origin"], ignoreOrder: true);
        (await File.ReadAllTextAsync(log, Stop)).ShouldContain("--get-regexp");
        (await File.ReadAllLinesAsync(sandbox.PathOf("cache"), Stop))[2].ShouldBe("/etc/gitconfig");
    }

    [Fact]
    public async Task A_script_in_place_of_git_may_have_further_files()
    {
        var git = sandbox.NewProgram(options => options with { Program = sandbox.Script("wrapper", "exec git \"$@\"") });
        await git.RequireVersionAsync(sandbox.PathOf("cache"), Stop);

        (await File.ReadAllLinesAsync(sandbox.PathOf("cache"), Stop))[2].ShouldBeEmpty();
        git.ConfigFilesOf(sandbox.Folder).ShouldBeNull();
    }
}
