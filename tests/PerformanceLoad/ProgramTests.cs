using System.Text;
using MemoryBackup.Evidence;
using MemoryBackup.HotPaths;
using MemoryBackup.PerformanceLoad.Infra;
using ProductionScenarios.Infra;

namespace MemoryBackup.PerformanceLoad;

/// <summary>The program as a process: against the plain Python way on the same memory, how often it starts Git, and what its edits cost at the remote.</summary>
// One after another: what is timed must not have the others beside it.
[Collection("timed")]
public sealed class ProgramTests : IDisposable
{
    private readonly World world = new();
    private int edits;

    public void Dispose() => world.Dispose();

    // The build that tests run starts in ten times what the native program takes; that is within the bounds.
    [Fact]
    public async Task It_is_no_slower_than_the_plain_way()
    {
        if (!await HasPythonAsync())
        {
            Assert.Skip("python3 is not installed");
        }

        await world.InitRemoteAsync();
        var host = new MemoryHost(await world.HostAsync("ours"));
        var script = await ScriptAsync(world.Host("theirs"));
        host.Write(Sample.File());
        host.Run("sync");
        script(host.File);
        Contest.Require("backup after one edit of 10,000 entries, against the plain Python way", 3, () => Edit(host, () => host.Run("backup")), () => Edit(host, () => script(host.File)));
        Contest.Require("backup after a change of each of 10,000 entries, against the plain Python way", 6, () => EditAll(host, () => host.Run("backup")), () => EditAll(host, () => script(host.File)));
        host.Run("backup");
        Contest.Require("backup with nothing new of 10,000 entries, against the plain Python way", 1.5, () => host.Run("backup"), () => script(host.File));
        host.Run("sync");
        host.Run("sync");
        Contest.Require("sync with nothing new of 10,000 entries, against the plain Python way", 1.5, () => host.Run("sync"), () => script(host.File));
    }

    [Fact]
    public async Task A_run_with_nothing_new_costs_nearly_the_same_with_many_entries_as_with_few()
    {
        await world.InitRemoteAsync();
        var (few, many) = (new MemoryHost(await world.HostAsync("few")), new MemoryHost(await world.HostAsync("many", NewRemote("many.git"))));
        foreach (var (host, entries) in new[] { (few, 100), (many, 50_000) })
        {
            host.Write(Sample.File(entries: entries));
            host.Run("sync");
            host.Run("sync");
        }

        // Then the times of the files tell that nobody wrote to them.
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        many.Run("sync");
        few.Run("sync");
        Contest.Require("sync with nothing new, 50,000 entries against 100", 2, () => many.Run("sync"), () => few.Run("sync"));
    }

    [Theory]
    [InlineData("backup", false, 1)]
    [InlineData("sync", false, 2)]
    [InlineData("backup", true, 3)]
    [InlineData("sync", true, 4)]
    public async Task Git_is_started_only_so_often(string command, bool afterEdit, int startsMax)
    {
        await world.InitRemoteAsync();
        var host = new MemoryHost(await world.HostAsync("ours"));
        host.Write(Sample.File(entries: 100));
        host.Run("sync");
        host.Run(command);
        host.Run(command);
        if (afterEdit)
        {
            Change(host);
        }

        var starts = host.CountStarts(command);

        starts.ShouldBeLessThanOrEqualTo(startsMax, $"{command} started Git {starts} times");
        Tried.Add($"{command} {(afterEdit ? "after one edit" : "with nothing new")}: Git started {starts} times, {startsMax} at most");
    }

    [Fact]
    public async Task An_edit_costs_the_remote_little_more_than_what_it_says()
    {
        const int entries = 5_000;
        var rounds = Scale.Times(40);
        await world.InitRemoteAsync();
        var host = new MemoryHost(await world.HostAsync("ours"));
        host.Write(Sample.File(entries: entries));
        host.Run("backup");
        var before = await SizeAsync();
        for (var i = 0; i < rounds; i++)
        {
            Change(host);
            host.Run("backup");
        }

        var grown = (await SizeAsync() - before) / rounds;

        // An entry has 330 bytes; the whole file, which the plain way commits each time, 1.8 million.
        grown.ShouldBeLessThan(12 * 330);
        Tried.Add($"single edits of {entries:N0} entries: {grown:N0} bytes each at the remote after its maintenance", rounds);
    }

    private async Task<long> SizeAsync()
    {
        (await world.GitAsync("--git-dir", world.Remote, "gc", "--quiet", "--prune=now")).ShouldExitWith(0);
        return Directory.EnumerateFiles(Path.Combine(world.Remote, "objects"), "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
    }

    private string NewRemote(string name)
    {
        var path = Path.Combine(world.Folder, name);
        world.GitAsync("init", "--quiet", "--bare", path).GetAwaiter().GetResult().ShouldExitWith(0);
        return path;
    }

    private void Edit(MemoryHost host, Action then)
    {
        Change(host);
        then();
    }

    private void EditAll(MemoryHost host, Action then)
    {
        var text = Encoding.UTF8.GetString(File.ReadAllBytes(host.File));
        host.Write(Encoding.UTF8.GetBytes(text.Replace("\"title\": \"", $"\"title\": \"edit {++edits} ", StringComparison.Ordinal)));
        then();
    }

    private void Change(MemoryHost host)
    {
        var text = Encoding.UTF8.GetString(File.ReadAllBytes(host.File));
        var start = text.IndexOf("\"title\": \"", (text.Length / 7 * (++edits % 7)) + 1, StringComparison.Ordinal) + "\"title\": \"".Length;
        host.Write(Encoding.UTF8.GetBytes($"{text[..start]}edit {edits} {text[start..]}"));
    }

    private async Task<bool> HasPythonAsync()
    {
        try
        {
            return (await world.Host("python").RunProgramAsync("python3", world.Folder, "--version")).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private async Task<Action<string>> ScriptAsync(Host host)
    {
        var (remote, clone) = (NewRemote("plain.git"), Path.Combine(host.Home, "clone"));
        (await world.GitAsync("clone", "--quiet", remote, clone)).ShouldExitWith(0);
        foreach (var (key, value) in new[] { ("user.name", "bench"), ("user.email", "bench@localhost") })
        {
            (await world.GitAsync("-C", clone, "config", key, value)).ShouldExitWith(0);
        }

        (await world.GitAsync("-C", clone, "checkout", "--quiet", "-B", "main")).ShouldExitWith(0);
        var script = Path.Combine(Program.Root, "bench", "last_writer_wins.py");
        return file => host.RunProgramAsync("python3", host.Home, script, "--repo", clone, "--host", host.Name, "--backup", file).GetAwaiter().GetResult().ShouldExitWith(0);
    }
}
