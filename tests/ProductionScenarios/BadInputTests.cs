using System.Text;
using ProductionScenarios.Infra;

namespace ProductionScenarios;

/// <summary>Bad input gets a clear error and the right exit code, and leaves file, store and remote as they were.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly World world = new();

    public static TheoryData<string, byte[], int> Files => new()
    {
        { "truncated", "{\"id\":\"a\",\"te"u8.ToArray(), 3 },
        { "no JSON", "hello"u8.ToArray(), 3 },
        { "NaN", "[{\"id\":\"a\",\"n\":NaN}]"u8.ToArray(), 3 },
        { "lone surrogate", "[{\"id\":\"a\",\"t\":\"\\ud800\"}]"u8.ToArray(), 3 },
        { "NUL bytes", "[{\"id\":\"a\0\"}]"u8.ToArray(), 3 },
        { "invalid UTF-8", [.. "[{\"id\":\""u8, 0xC3, 0x28, .. "\"}]"u8], 3 },
        { "a member twice", "[{\"id\":\"a\",\"t\":1,\"t\":2}]"u8.ToArray(), 3 },
        { "deeply nested", Encoding.ASCII.GetBytes(new string('[', 100_000) + new string(']', 100_000)), 4 },
        { "emptied", [], 3 },
    };

    public void Dispose() => world.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_bad_file(string what, byte[] content, int exitCode)
    {
        _ = what;
        await world.InitRemoteAsync();
        var host = await world.HostAsync("ada");
        host.Lines = ["""{"id":"a","text":"good"}""", """{"id":"b"}"""];
        (await host.SyncAsync()).ShouldExitWith(0);
        var (local, remote) = (await RefsAsync(host.Store), await RefsAsync(world.Remote));
        foreach (var command in new[] { "backup", "sync" })
        {
            host.Write("");
            await File.WriteAllBytesAsync(host.File, content, TestContext.Current.CancellationToken);
            var outcome = (await host.RunAsync(command, host.FileName)).ShouldExitWith(exitCode);
            outcome.Error.ShouldContain("Nothing was changed");
            (await File.ReadAllBytesAsync(host.File, TestContext.Current.CancellationToken)).ShouldBe(content);
            (await RefsAsync(host.Store)).ShouldBe(local);
            (await RefsAsync(world.Remote)).ShouldBe(remote);
        }
    }

    [Fact]
    public async Task What_is_no_file()
    {
        var host = world.Host("ada");
        (await host.RunAsync("backup", ".")).ShouldExitWith(3);
        (await host.RunAsync("backup", "/dev/zero")).ShouldExitWith(3);
        (await host.RunAsync("backup", "missing.json")).ShouldExitWith(3);
        (await host.RunAsync("sync", "missing.json")).ShouldExitWith(3);
        (await host.RunAsync("sync", "no/such/folder/memory.json")).ShouldExitWith(3);
        (await host.RunProgramAsync("mkfifo", host.Home, "pipe")).ShouldExitWith(0);
        (await host.RunAsync("backup", "pipe")).ShouldExitWith(3);
    }

    [Theory]
    [InlineData("--space", "a/b")]
    [InlineData("--space", "..")]
    [InlineData("--space=-x", null)]
    [InlineData("--space", "Upper")]
    [InlineData("--host", "a\nb")]
    [InlineData("--host", "")]
    [InlineData("--remote", "ext::sh -c true")]
    [InlineData("--remote=--upload-pack=true", null)]
    [InlineData("--max-entries", "many")]
    [InlineData("--max-memory-mb", "0")]
    public async Task A_bad_setting(string flag, string? value)
    {
        var host = world.Host("ada");
        host.Lines = ["""{"id":"a"}"""];
        string[] arguments = ["backup", host.FileName, flag];
        (await host.RunAsync(value is null ? arguments : [.. arguments, value])).ShouldExitWith(2);
        Directory.Exists(host.Store).ShouldBeFalse();
    }

    [Fact]
    public async Task Names_of_a_thousand_characters()
    {
        var host = world.Host("ada");
        host.Lines = ["""{"id":"a"}"""];
        (await host.RunAsync("backup", host.FileName, "--space", new string('a', 1000))).ShouldExitWith(2);
        (await host.RunAsync("backup", host.FileName, "--host", new string('a', 1000))).ShouldExitWith(2);
    }

    [Fact]
    public async Task A_path_that_is_no_repository_or_a_damaged_one()
    {
        var host = world.Host("ada");
        host.Lines = ["""{"id":"a"}"""];
        (await host.RunAsync("backup", host.FileName, "--repo", host.Home)).ShouldExitWith(2).Error.ShouldContain("repository");
        (await host.RunAsync("backup", host.FileName, "--repo", "/no/such/place")).ShouldExitWith(2);
        (await host.RunAsync("backup", host.FileName)).ShouldExitWith(0);
        File.WriteAllText(Path.Combine(host.Store, "HEAD"), "garbage");
        (await host.RunAsync("backup", host.FileName)).ExitCode.ShouldBeOneOf(1, 2);
    }

    [Fact]
    public async Task No_git_and_one_that_is_too_old()
    {
        var host = world.Host("ada");
        host.Lines = ["""{"id":"a"}"""];
        (await host.RunAsync("backup", host.FileName, "--git-program", "/no/git")).ShouldExitWith(2);
        var old = Path.Combine(host.Home, "old-git");
        await File.WriteAllTextAsync(old, "#!/bin/sh\necho git version 2.20.1\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(old, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        (await host.RunAsync("backup", host.FileName, "--git-program", old)).ShouldExitWith(2).Error.ShouldContain("2.36");
    }

    [Fact]
    public async Task A_repository_of_somebody_else()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a repository away.");
        var host = world.Host("ada");
        host.Lines = ["""{"id":"a"}"""];
        var repository = Path.Combine(world.Folder, "theirs.git");
        (await world.GitAsync("init", "--quiet", "--bare", repository)).ShouldExitWith(0);
        (await host.RunProgramAsync("chown", host.Home, "-R", "65534", repository)).ShouldExitWith(0);
        (await host.RunAsync("backup", host.FileName, "--repo", repository)).ShouldExitWith(2).Error.ShouldContain("safe.directory");
    }

    [Fact]
    public async Task A_full_disk_loses_nothing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can mount a small disk.");
        var host = world.Host("ada");
        host.Lines = ["""{"id":"a","text":"good"}"""];
        var disk = Directory.CreateDirectory(Path.Combine(host.Home, ".local")).FullName;
        var mounted = await host.RunProgramAsync("mount", host.Home, "-t", "tmpfs", "-o", "size=700k", "tmpfs", disk);
        Assert.SkipUnless(mounted.ExitCode == 0, "This machine mounts no tmpfs.");
        try
        {
            (await host.RunAsync("backup", host.FileName)).ShouldExitWith(0);
            host.Lines = [.. Enumerable.Range(0, 12_000).Select(i => $$"""{"id":"{{i}}","text":"{{Guid.NewGuid()}}{{Guid.NewGuid()}}{{Guid.NewGuid()}}"}""")];
            var found = await File.ReadAllTextAsync(host.File, TestContext.Current.CancellationToken);
            var full = await host.RunAsync("backup", host.FileName, "--accept-deletes");
            full.ExitCode.ShouldBe(1, full.Error);
            (await File.ReadAllTextAsync(host.File, TestContext.Current.CancellationToken)).ShouldBe(found);

            // With room again, what was acknowledged before is still there, and the backup goes through.
            (await host.RunProgramAsync("mount", host.Home, "-o", "remount,size=50m", disk)).ShouldExitWith(0);
            (await host.RunAsync("merge")).ShouldExitWith(0).Json.GetArrayLength().ShouldBe(1);
            (await host.RunAsync("backup", host.FileName, "--accept-deletes")).ShouldExitWith(0);
            (await host.RunAsync("merge")).ShouldExitWith(0).Json.GetArrayLength().ShouldBe(12_000);
        }
        finally
        {
            (await host.RunProgramAsync("umount", host.Home, disk)).ShouldExitWith(0);
        }
    }

    private async Task<string> RefsAsync(string repository) => (await world.GitAsync("--git-dir", repository, "for-each-ref", "refs/heads", "refs/memory-backup/default/local")).Output;
}
