using System.Globalization;
using System.Text;
using MemoryBackup.Evidence;
using MemoryBackup.HotPaths;
using MemoryBackup.PerformanceLoad.Infra;
using ProductionScenarios.Infra;

namespace MemoryBackup.PerformanceLoad;

/// <summary>A file that is too large to be held in memory: it is kept in step within the limit, and where there is no room for it nothing is lost.</summary>
[Collection("timed")]
public sealed class MemoryTests : IDisposable
{
    private const int Entries = 200_000;

    // Of the file, 84 MB; held, it would take three times as much beside what there is.
    private const int MegabytesMax = 300;

    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task It_is_backed_up_edited_and_brought_to_others_within_the_limit()
    {
        await world.InitRemoteAsync();
        var (ours, theirs) = (await world.HostAsync("ours"), await world.HostAsync("theirs"));
        var host = new MemoryHost(ours);
        host.Write(Sample.File(entries: Entries));
        (await RunAsync(ours, "backup", host.File, MegabytesMax)).ShouldExitWith(0);
        host.Write(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(File.ReadAllBytes(host.File)).Replace("\"id\": \"h0-77\",", "\"id\": \"h0-77\", \"new\": true,", StringComparison.Ordinal)));
        var edited = await RunAsync(ours, "sync", host.File, MegabytesMax);
        edited.ShouldExitWith(0);
        edited.Output.ShouldContain("\"changed\":[\"h0-77\"]");

        var other = new MemoryHost(theirs);
        other.Write("[]\n"u8.ToArray());
        (await RunAsync(theirs, "sync", other.File, MegabytesMax)).ShouldExitWith(0);

        var brought = File.ReadAllText(other.File);
        brought.Split("\"id\":").Length.ShouldBe(Entries + 1);
        brought.ShouldContain("\"new\": true");
        // One that has no file yet is told of the limit before it reads what comes.
        var fresh = await world.HostAsync("fresh");
        var first = new MemoryHost(fresh);
        (await RunAsync(fresh, "sync", first.File, MegabytesMax)).ShouldExitWith(0);
        File.ReadAllText(first.File).Split("\"id\":").Length.ShouldBe(Entries + 1);
        Tried.Add($"a file of {Entries:N0} entries, 84 MB: first backup, an edit, and written anew elsewhere and on a new machine, within {MegabytesMax} MiB");
    }

    [Fact]
    public async Task Where_there_is_no_room_for_it_nothing_is_lost()
    {
        await world.InitRemoteAsync();
        var ours = await world.HostAsync("ours");
        var host = new MemoryHost(ours);
        var content = Sample.File(entries: Entries);
        host.Write(content);

        var refused = await RunAsync(ours, "backup", host.File, 96);

        refused.ShouldExitWith(4);
        refused.Error.ShouldContain("--max-memory-mb");
        File.ReadAllBytes(host.File).ShouldBe(content);
        var done = await RunAsync(ours, "backup", host.File, 1024);
        done.ShouldExitWith(0);
        done.Output.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"\"entries\":{Entries}"));
    }

    private static Task<Outcome> RunAsync(Host host, string command, string file, int megabytesMax) =>
        host.RunAsync(command, file, "--host", host.Name, "--json", "--max-memory-mb", megabytesMax.ToString(CultureInfo.InvariantCulture));
}
