using MemoryBackup.Evidence;
using MemoryBackup.SecurityAudit.Infra;
using ProductionScenarios.Infra;

namespace MemoryBackup.SecurityAudit;

/// <summary>What stands in the environment and in configuration: nothing of it makes Git run a program that the owner of the store did not set up for it (docs/security.md).</summary>
public sealed class EnvironmentTests : IDisposable
{
    private readonly World world = new();

    private string Ran => Path.Combine(world.Folder, "ran");

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Variables_of_Git_and_askpass_programs_are_not_handed_on()
    {
        var host = await PreparedAsync();
        var program = await ScriptAsync();
        foreach (var name in new[]
        {
            "GIT_SSH_COMMAND", "GIT_SSH", "GIT_ASKPASS", "SSH_ASKPASS", "GIT_EXTERNAL_DIFF", "GIT_PROXY_COMMAND", "GIT_EDITOR", "GIT_SEQUENCE_EDITOR", "GIT_PAGER", "PAGER", "EDITOR", "VISUAL",
        })
        {
            host.Variables[name] = program;
        }

        host.Variables["GIT_EXEC_PATH"] = Path.GetDirectoryName(program);
        host.Variables["GIT_TRACE"] = Ran;
        host.Variables["GIT_TRACE2_EVENT"] = Ran;
        host.Variables["GIT_DIR"] = Path.Combine(world.Folder, "elsewhere");
        host.Variables["GIT_OBJECT_DIRECTORY"] = Path.Combine(world.Folder, "elsewhere");
        host.Variables["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = "/";
        host.Variables["GIT_NAMESPACE"] = "x";
        host.Variables["GIT_CONFIG_GLOBAL"] = "/dev/zero";
        host.Variables["GIT_CONFIG_COUNT"] = "3";
        host.Variables["GIT_CONFIG_KEY_0"] = "core.sshCommand";
        host.Variables["GIT_CONFIG_VALUE_0"] = program;
        host.Variables["GIT_CONFIG_KEY_1"] = "core.hooksPath";
        host.Variables["GIT_CONFIG_VALUE_1"] = Path.GetDirectoryName(program);
        host.Variables["GIT_CONFIG_KEY_2"] = "protocol.ext.allow";
        host.Variables["GIT_CONFIG_VALUE_2"] = "always";
        host.Variables["GIT_ALLOW_PROTOCOL"] = "ext:file";
        host.Variables["GIT_TEMPLATE_DIR"] = world.Folder;
        host.Lines = [.. host.Lines, """{"id":"new"}"""];
        (await host.SyncAsync()).ShouldExitWith(0).ShouldBeHarmless("poisoned environment");
        (await host.RunAsync("sync", host.FileName, "--remote", "ssh://host.invalid/x")).ShouldBeHarmless("ssh").ExitCode.ShouldBe(5);
        (await host.RunAsync("history")).ShouldExitWith(0);
        File.Exists(Ran).ShouldBeFalse();
        Directory.Exists(Path.Combine(world.Folder, "elsewhere")).ShouldBeFalse();
        (await world.GitAsync("--git-dir", world.Remote, "for-each-ref", "refs/heads/memory/")).Output.ShouldContain("/default/");
        Tried.Add("poisoned variable", host.Variables.Count);
    }

    // A store is a repository like any other; hooks in it, and in the template for new ones, are not ours.
    [Fact]
    public async Task Hooks_are_not_run_and_templates_are_not_copied()
    {
        var program = await ScriptAsync();
        var template = Directory.CreateDirectory(Path.Combine(world.Folder, "template", "hooks")).FullName;
        var hooks = new[] { "pre-push", "post-update", "reference-transaction", "post-receive", "pre-receive", "update", "pre-auto-gc", "fsmonitor-watchman", "post-checkout", "proc-receive" };
        foreach (var hook in hooks)
        {
            File.Copy(program, Path.Combine(template, hook));
        }

        var home = world.Host("ada");
        await File.WriteAllTextAsync(Path.Combine(home.Home, ".gitconfig"), $"[init]\n\ttemplateDir = {Path.GetDirectoryName(template)}\n[core]\n\tfsmonitor = {program}\n", TestContext.Current.CancellationToken);
        await world.InitRemoteAsync();
        (await home.RunAsync("init", "--remote", world.Remote)).ShouldExitWith(0);
        Directory.CreateDirectory(Path.Combine(home.Store, "hooks"));
        foreach (var hook in hooks)
        {
            File.Exists(Path.Combine(home.Store, "hooks", hook)).ShouldBeFalse("templates are not copied");
            File.Copy(program, Path.Combine(home.Store, "hooks", hook));
        }

        (await world.GitAsync("--git-dir", home.Store, "config", "core.hooksPath", template)).ShouldExitWith(0);
        home.Lines = ["""{"id":"a"}"""];
        (await home.SyncAsync()).ShouldExitWith(0);
        (await home.SyncAsync()).ShouldExitWith(0);
        File.Exists(Ran).ShouldBeFalse();
        Tried.Add("hook that is not run", 3 * hooks.Length);
    }

    // What the configuration of a remote can make Git run beyond its own transports.
    [Theory]
    [InlineData("[url \"ext::RAN \"]\n\tinsteadOf = https://safe.example/")]
    [InlineData("[protocol \"ext\"]\n\tallow = always\n[url \"ext::RAN \"]\n\tinsteadOf = https://safe.example/")]
    [InlineData("[remote \"origin\"]\n\turl = ext::RAN x")]
    [InlineData("[protocol]\n\tallow = always\n[remote \"origin\"]\n\tpushurl = ext::RAN x")]
    [InlineData("[remote \"origin\"]\n\tvcs = ext")]
    [InlineData("[remote \"origin\"]\n\turl = -oProxyCommand=RAN:x")]
    [InlineData("[remote \"origin\"]\n\turl = ssh://-oProxyCommand=RAN/x")]
    [InlineData("[credential]\n\thelper = x\n[remote \"origin\"]\n\turl = fd::17")]
    [InlineData("[push]\n\tgpgSign = true\n[gpg]\n\tprogram = RAN\n[user]\n\tsigningKey = x")]
    [InlineData("[diff]\n\texternal = RAN\n[core]\n\tpager = RAN\n\teditor = RAN")]
    [InlineData("[log]\n\tshowSignature = true\n[gpg]\n\tprogram = RAN")]
    [InlineData("[alias]\n\tpush = !RAN\n\tfetch = !RAN\n\tcat-file = !RAN")]
    public async Task Configuration_that_would_run_a_helper_does_not(string configuration)
    {
        var program = await ScriptAsync();
        var host = await PreparedAsync();
        await File.WriteAllTextAsync(Path.Combine(host.Home, ".gitconfig"), configuration.Replace("RAN", program, StringComparison.Ordinal) + "\n", TestContext.Current.CancellationToken);
        host.Lines = [.. host.Lines, """{"id":"new"}"""];
        (await host.SyncAsync()).ShouldBeHarmless(configuration);
        (await host.RunAsync("sync", host.FileName, "--remote", "https://safe.example/x", "--git-attempts", "1")).ShouldBeHarmless(configuration);
        File.Exists(Ran).ShouldBeFalse(configuration);
        Tried.Add("configuration that would run a helper");
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(":.:")]
    [InlineData("relative:./other")]
    public async Task A_program_in_the_current_folder_is_not_taken_for_Git(string path)
    {
        var host = await PreparedAsync();
        foreach (var folder in new[] { "", "relative", "other" })
        {
            Directory.CreateDirectory(Path.Combine(host.Home, folder));
            File.Copy(await ScriptAsync(), Path.Combine(host.Home, folder, "git"));
        }

        host.Variables["PATH"] = path;
        (await host.RunAsync("backup", host.FileName)).ShouldBeHarmless(path).ExitCode.ShouldBe(2);
        File.Exists(Ran).ShouldBeFalse();
        Tried.Add("poisoned PATH");
    }

    [Fact]
    public async Task A_home_that_is_missing_empty_or_relative_is_told_or_replaced_by_the_user_s_own()
    {
        var host = await PreparedAsync();
        foreach (var home in new[] { "/no/such/home", "/dev/null", "/proc" })
        {
            var outcome = await ProductionScenarios.Infra.Program.RunAsync(
                ProductionScenarios.Infra.Program.FilePath, ["backup", host.FileName, "--offline"], host.Home, new Dictionary<string, string?> { ["HOME"] = home }, TestContext.Current.CancellationToken);
            outcome.ShouldBeHarmless($"HOME={home}");
            Tried.Add("poisoned HOME");
        }
    }

    private async Task<Host> PreparedAsync()
    {
        await world.InitRemoteAsync();
        var host = await world.HostAsync("ada");
        host.Lines = ["""{"id":"a"}"""];
        (await host.SyncAsync()).ShouldExitWith(0);
        return host;
    }

    private async Task<string> ScriptAsync()
    {
        var script = Path.Combine(Directory.CreateDirectory(Path.Combine(world.Folder, "bin")).FullName, "touch-it");
        await File.WriteAllTextAsync(script, $"#!/bin/sh\ntouch '{Ran}'\nexit 1\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return script;
    }
}
