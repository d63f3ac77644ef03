using System.Diagnostics;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>A store that came to another machine, with the memory file or without it.</summary>
public sealed class CopiedStoreTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Another_file_at_the_same_path_has_deleted_nothing()
    {
        var (golden, copy) = await CopyAsync();
        golden.Lines = ["""{"id":"mine"}""", """{"id":"also mine"}"""];
        var report = await copy.SyncAsync();
        report.Recorded.Deleted.ShouldBeEmpty();
        report.Warnings.ShouldContain(warning => warning.Contains("another machine", StringComparison.Ordinal));
        golden.Lines.Length.ShouldBe(5);
    }

    [Fact]
    public async Task The_same_file_with_a_delete_has_deleted_that()
    {
        var (golden, copy) = await CopyAsync();
        golden.Lines = ["""{"id":"1"}""", """{"id":"2"}""", """{"id":"new"}"""];
        var report = await copy.SyncAsync();
        report.Recorded.Deleted.ShouldBe(["3"]);
        golden.Lines.Length.ShouldBe(3);
    }

    // Two machines that see one folder: the file is at the same path, and the store is a copy.
    private async Task<(Machine Golden, Machine Copy)> CopyAsync()
    {
        var golden = world.Machine("golden");
        golden.Lines = ["""{"id":"1"}""", """{"id":"2"}""", """{"id":"3"}"""];
        await golden.SyncAsync();
        var folder = Path.Combine(world.Folder, "copied");
        using (var copying = Process.Start("cp", ["-a", golden.DataFolder, folder]))
        {
            await copying.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        return (golden, new Machine(world, "golden") { DataFolder = folder, MachineId = "another" });
    }
}
