using MemoryBackup.Evidence;
using MemoryBackup.SecurityAudit.Infra;
using ProductionScenarios.Infra;

namespace MemoryBackup.SecurityAudit;

/// <summary>Links planted where the program writes: a file that is none of its business stays as it is.</summary>
public sealed class LinkTests : IDisposable
{
    private const string Secret = "none of your business\n";
    private readonly World world = new();

    private string Victim => Path.Combine(world.Folder, "victim");

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Links_in_the_place_of_the_store_s_own_files_are_replaced_and_not_written_through()
    {
        var host = await PreparedAsync();
        var data = Path.GetDirectoryName(host.Store)!;
        foreach (var name in new[] { Path.Combine(data, "git-version"), Path.Combine(host.Store, "memory-backup", "default", "remotes.json") })
        {
            foreach (var plant in new Action<string, string>[] { (link, to) => File.CreateSymbolicLink(link, to), HardLink })
            {
                File.Exists(name).ShouldBeTrue($"{name}: the program no longer writes here, so this test says nothing");
                File.Delete(name);
                plant(name, Victim);
                host.Write(await File.ReadAllTextAsync(host.File, TestContext.Current.CancellationToken) + $"{{\"id\":\"{Guid.NewGuid()}\"}}\n");
                (await host.SyncAsync()).ShouldExitWith(0).ShouldBeHarmless(name);
                (await File.ReadAllTextAsync(Victim, TestContext.Current.CancellationToken)).ShouldBe(Secret, name);
                File.ResolveLinkTarget(name, returnFinalTarget: false).ShouldBeNull();
                Tried.Add("link planted where the program writes");
            }
        }
    }

    // Whoever can write into a folder of the store can guess names that are made of a process id, and there are few of them.
    [Fact]
    public async Task No_temporary_name_can_be_guessed_from_a_process_id()
    {
        var host = await PreparedAsync();
        var records = Path.Combine(host.Store, "memory-backup", "default", "remotes.json");
        var planted = new List<string>();
        foreach (var file in new[] { records, Path.Combine(Path.GetDirectoryName(host.Store)!, "git-version") })
        {
            File.Delete(file);
            for (var id = Environment.ProcessId; id < Environment.ProcessId + 3000; id++)
            {
                foreach (var name in new[] { $"{file}.{id}.tmp", $"{file}.{id}" })
                {
                    File.CreateSymbolicLink(name, Victim);
                    planted.Add(name);
                }
            }
        }

        host.Lines = [.. host.Lines, """{"id":"new"}"""];
        (await host.SyncAsync()).ShouldExitWith(0);
        (await File.ReadAllTextAsync(Victim, TestContext.Current.CancellationToken)).ShouldBe(Secret);
        planted.ShouldAllBe(name => new FileInfo(name).LinkTarget == Victim);
        Tried.Add("link planted where the program writes", planted.Count);
    }

    [Fact]
    public async Task The_lock_takes_nothing_away_from_the_file_that_it_is_a_link_to()
    {
        var host = await PreparedAsync();
        var name = Path.Combine(host.Store, "memory-backup.lock");
        foreach (var plant in new Action<string, string>[] { (link, to) => File.CreateSymbolicLink(link, to), HardLink })
        {
            File.Delete(name);
            plant(name, Victim);
            (await host.SyncAsync()).ShouldExitWith(0);
            (await File.ReadAllTextAsync(Victim, TestContext.Current.CancellationToken)).ShouldBe(Secret);
            Tried.Add("link planted where the program writes");
        }
    }

    [Fact]
    public async Task A_link_to_the_memory_file_is_followed_and_stays_a_link()
    {
        var host = await PreparedAsync();
        var other = await world.HostAsync("bob");
        var real = Path.Combine(host.Home, "elsewhere.jsonl");
        File.Move(host.File, real);
        File.CreateSymbolicLink(host.File, real);
        other.Lines = ["""{"id":"from bob"}"""];
        (await other.SyncAsync()).ShouldExitWith(0);
        (await host.SyncAsync()).ShouldExitWith(0);
        new FileInfo(host.File).LinkTarget.ShouldBe(real);
        (await File.ReadAllTextAsync(real, TestContext.Current.CancellationToken)).ShouldContain("from bob");
        Directory.EnumerateFiles(host.Home, "*.memory-backup*").ShouldBeEmpty();
        Tried.Add("link in the place of a memory file");
    }

    [Fact]
    public async Task A_circle_of_links_and_a_link_to_nowhere_are_told_and_nothing_is_made()
    {
        var host = await PreparedAsync();
        File.Delete(host.File);
        File.CreateSymbolicLink(host.File, "memory.jsonl");
        (await host.SyncAsync()).ShouldExitWith(3).ShouldBeHarmless("circle");
        File.Delete(host.File);
        File.CreateSymbolicLink(host.File, Path.Combine(world.Folder, "no", "such", "folder"));
        (await host.SyncAsync()).ShouldExitWith(3).ShouldBeHarmless("nowhere");
        Directory.Exists(Path.Combine(world.Folder, "no")).ShouldBeFalse();
        Tried.Add("link in the place of a memory file", 2);
    }

    [Theory]
    [InlineData("merge", "--offline", "--output")]
    [InlineData("restore", "--at=now", "--output")]
    public async Task An_output_that_is_a_hard_link_leaves_the_other_name_s_content_alone(params string[] command)
    {
        var host = await PreparedAsync();
        var output = Path.Combine(host.Home, "out.json");
        HardLink(output, Victim);
        (await host.RunAsync([.. command, output])).ShouldExitWith(0);
        (await File.ReadAllTextAsync(Victim, TestContext.Current.CancellationToken)).ShouldBe(Secret);
        (await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken)).ShouldContain("\"a\"");
        Tried.Add("link planted where the program writes");
    }

    [Fact]
    public async Task The_configuration_file_is_replaced_so_that_a_hard_link_to_it_keeps_its_content()
    {
        var host = await PreparedAsync();
        var folder = Directory.CreateDirectory(Path.Combine(host.Home, ".config", "memory-backup")).FullName;
        var file = Path.Combine(folder, "config.json");
        await File.WriteAllTextAsync(Victim, "{}", TestContext.Current.CancellationToken);
        File.Delete(file);
        HardLink(file, Victim);
        (await host.RunAsync("config", "set", "space", "x")).ShouldExitWith(0);
        (await File.ReadAllTextAsync(Victim, TestContext.Current.CancellationToken)).ShouldBe("{}");
        Tried.Add("link planted where the program writes");
    }

    // A pipe in the place of a file would be waited for until somebody writes into it.
    [Theory]
    [InlineData(".local/share/memory-backup/store.git/memory-backup.lock")]
    [InlineData(".local/share/memory-backup/store.git/memory-backup/default/remotes.json")]
    [InlineData(".local/share/memory-backup/git-version")]
    public async Task A_pipe_in_the_place_of_a_file_holds_nobody_up(string name)
    {
        var host = await PreparedAsync();
        var path = Path.Combine(host.Home, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Delete(path);
        (await host.RunProgramAsync("mkfifo", host.Home, path)).ShouldExitWith(0);
        var run = host.RunProgramAsync("timeout", host.Home, "-k", "1", "100", ProductionScenarios.Infra.Program.FilePath, "sync", host.FileName);
        (await run).ShouldBeHarmless(name);
        Tried.Add("pipe planted where the program reads or writes");
    }

    private async Task<Host> PreparedAsync()
    {
        await File.WriteAllTextAsync(Victim, Secret, TestContext.Current.CancellationToken);
        await world.InitRemoteAsync();
        var host = await world.HostAsync("ada");
        host.Lines = ["""{"id":"a"}"""];
        (await host.SyncAsync()).ShouldExitWith(0);
        return host;
    }

    private void HardLink(string name, string existing) =>
        System.Diagnostics.Process.Start("ln", [existing, name]).WaitForExit();
}
