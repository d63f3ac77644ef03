using MemoryBackup.Evidence;
using ProductionScenarios.Infra;

namespace MemoryBackup.SecurityAudit;

/// <summary>Who may read and write what the program makes: whoever could not read a memory before cannot read it afterwards.</summary>
public sealed class PermissionTests : IDisposable
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData("000")]
    [InlineData("022")]
    [InlineData("077")]
    public async Task Whatever_the_umask_nobody_else_gets_at_a_memory(string umask)
    {
        await world.InitRemoteAsync();
        var host = world.Host("ada");
        host.Lines = ["""{"id":"a"}"""];
        File.SetUnixFileMode(host.File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var command in new[]
        {
            "init --remote ../remote.git", "sync memory.jsonl --log-file log", "merge --output merged.json", "restore --at now --output restored.json", "config set space default",
            "sync new.jsonl",
        })
        {
            (await UnderAsync(host, umask, command)).ShouldExitWith(0);
        }

        // Everything of the default store lies below a folder that only its owner enters, so what Git makes inside may have the mode that Git gives it.
        var data = Path.GetDirectoryName(host.Store)!;
        foreach (var path in new[] { data, host.Store, host.File }.Concat(Files(host, "log", "merged.json", "restored.json", "new.jsonl", ".config/memory-backup/config.json", ".local/share/memory-backup/git-version")))
        {
            (File.GetUnixFileMode(path) & Others).ShouldBe(default, $"umask {umask}: {path}");
            Tried.Add("mode of a file that the program made");
        }

        // A file that is there keeps its mode, also when it comes back after it vanished.
        File.SetUnixFileMode(host.File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var other = await world.HostAsync("bob");
        other.Lines = ["""{"id":"b"}"""];
        (await other.SyncAsync()).ShouldExitWith(0);
        (await UnderAsync(host, umask, "sync memory.jsonl")).ShouldExitWith(0);
        (await File.ReadAllTextAsync(host.File, TestContext.Current.CancellationToken)).ShouldContain("\"b\"");
        File.GetUnixFileMode(host.File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        File.Delete(host.File);
        (await UnderAsync(host, umask, "sync memory.jsonl")).ShouldExitWith(0);
        (File.GetUnixFileMode(host.File) & Others).ShouldBe(default, $"umask {umask}: the file that came back");
    }

    // The user may not give the new file to the group of the former one. The rights of that group must not go to the user's own group.
    [Fact]
    public async Task A_group_that_could_not_read_an_output_before_cannot_read_it_afterwards()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can make a file of another group.");
        var host = world.Host("ada");
        host.Lines = ["""{"id":"a"}"""];
        var output = Path.Combine(host.Home, "out.json");
        await File.WriteAllTextAsync(output, "[]", TestContext.Current.CancellationToken);
        foreach (var (program, arguments) in new (string, string[])[]
        {
            ("chmod", ["711", world.Folder]), ("chown", ["-R", "65534:65534", host.Home]), ("chown", ["65534:4", output]), ("chmod", ["2664", output]),
        })
        {
            (await host.RunProgramAsync(program, world.Folder, arguments)).ShouldExitWith(0);
        }

        var run = await host.RunProgramAsync(
            "setpriv", host.Home, "--reuid=65534", "--regid=65534", "--clear-groups", ProductionScenarios.Infra.Program.FilePath, "backup", host.FileName);
        Assert.SkipWhen(run.ExitCode is 126 or 127, "This program cannot be run by another user here.");
        run.ShouldExitWith(0);
        (await host.RunProgramAsync(
            "setpriv", host.Home, "--reuid=65534", "--regid=65534", "--clear-groups", ProductionScenarios.Infra.Program.FilePath, "merge", "--output", output)).ShouldExitWith(0);
        var mode = File.GetUnixFileMode(output);
        mode.HasFlag(UnixFileMode.UserWrite).ShouldBeTrue();
        mode.HasFlag(UnixFileMode.OtherRead).ShouldBeTrue();
        mode.HasFlag(UnixFileMode.GroupWrite).ShouldBeFalse("the group of the new file is another one");
        mode.HasFlag(UnixFileMode.SetGroup).ShouldBeFalse();
        Tried.Add("mode of a file that the program made");
    }

    private static IEnumerable<string> Files(Host host, params string[] names) => names.Select(name => Path.Combine(host.Home, name));

    private static Task<Outcome> UnderAsync(Host host, string umask, string command) =>
        host.RunProgramAsync("sh", host.Home, "-c", $"umask {umask}; exec \"$0\" {command}", ProductionScenarios.Infra.Program.FilePath);
}
