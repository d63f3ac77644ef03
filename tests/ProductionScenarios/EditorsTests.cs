using System.Text;
using MemoryBackup.Evidence;
using ProductionScenarios.Infra;

namespace ProductionScenarios;

/// <summary>Programs that write a file in the ways that programs do, while syncs bring what another machine writes at the same time.</summary>
public sealed class EditorsTests : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private readonly World world = new();

    public static TheoryData<string> Ways => ["replaces it by another", "writes it in place, slowly", "appends a line", "has it open all the time and appends"];

    public void Dispose() => world.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Nothing_is_lost_to_a_program_that(string way)
    {
        await world.InitRemoteAsync();
        var (ada, bob) = (await world.HostAsync("ada"), await world.HostAsync("bob"));
        ada.Lines = [Line("ada-start")];
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await bob.SyncAsync()).ShouldExitWith(0);
        using var writing = new CancellationTokenSource();
        var bobs = WriteUntilAsync(bob, writing.Token, ReplaceAsync);
        var adas = WriteUntilAsync(ada, writing.Token, way switch
        {
            "replaces it by another" => ReplaceAsync,
            "writes it in place, slowly" => WriteInPlaceAsync,
            "appends a line" => AppendAsync,
            _ => Opened(ada.File),
        });
        var syncs = Scale.Times(4);
        for (var i = 0; i < syncs; i++)
        {
            foreach (var host in (Host[])[ada, bob])
            {
                // A file that is being written has no end yet: the run waits, and may then say so. Nothing was changed then.
                (await host.SyncAsync()).ExitCode.ShouldBeOneOf(0, 3);
            }
        }

        await writing.CancelAsync();
        var (byAda, byBob) = (await adas, await bobs);
        opened?.Dispose();
        foreach (var host in (Host[])[ada, bob, ada, bob])
        {
            (await host.SyncAsync()).ShouldExitWith(0);
        }

        string[] expected = [Line("ada-start"), .. Enumerable.Range(0, byAda).Select(i => Line($"ada-{i}")), .. Enumerable.Range(0, byBob).Select(i => Line($"bob-{i}"))];
        ada.Lines.ShouldBe(expected, ignoreOrder: true);
        bob.Lines.ShouldBe(expected, ignoreOrder: true);
        Directory.EnumerateFiles(ada.Home, ".*.memory-backup*").ShouldBeEmpty();
        Tried.Add("write by a program during syncs", byAda + byBob);
        Tried.Add("sync during writes by programs", 2 * syncs);
    }

    private FileStream? opened;

    private static string Line(string id) => $$"""{"id":"{{id}}"}""";

    // Goes on while syncs run, with as much of a rest between two writes as a program that is used by people takes at the least.
    private static async Task<int> WriteUntilAsync(Host host, CancellationToken ended, Func<Host, string, Task> add)
    {
        var writes = 0;
        while (!ended.IsCancellationRequested)
        {
            await add(host, Line($"{host.Name}-{writes++}") + "\n");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }

        return writes;
    }

    // Reads, and puts a new file in the old one's place; looks first whether somebody else did so in between, as careful programs do.
    private static async Task ReplaceAsync(Host host, string line)
    {
        while (true)
        {
            var before = await File.ReadAllBytesAsync(host.File);
            var draft = $"{host.File}.{Guid.NewGuid():N}";
            await File.WriteAllBytesAsync(draft, [.. before, .. Encoding.UTF8.GetBytes(line)]);
            var now = await File.ReadAllBytesAsync(host.File);
            if (now.SequenceEqual(before))
            {
                File.Move(draft, host.File, overwrite: true);
                return;
            }

            File.Delete(draft);
        }
    }

    private static async Task WriteInPlaceAsync(Host host, string line)
    {
        byte[] found = await File.ReadAllBytesAsync(host.File);
        byte[] content = [.. found, .. found is [.., not (byte)'\n'] ? "\n"u8 : [], .. Encoding.UTF8.GetBytes(line)];
        await using var file = new FileStream(host.File, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        foreach (var part in content.Chunk(Math.Max(1, content.Length / 3)))
        {
            await file.WriteAsync(part);
            await Task.Delay(5);
        }
    }

    private static Task AppendAsync(Host host, string line) => File.AppendAllTextAsync(host.File, line);

    private Func<Host, string, Task> Opened(string path)
    {
        opened = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return (_, line) => opened.WriteAsync(Encoding.UTF8.GetBytes(line)).AsTask();
    }
}
