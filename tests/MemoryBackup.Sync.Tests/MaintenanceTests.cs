using System.Text;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

public sealed class MaintenanceTests : IDisposable
{
    private readonly World world = new();
    private readonly List<string> done = [];

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_default_store_with_many_loose_objects_is_packed_at_the_end_of_a_run()
    {
        var ada = new Machine(world, "ada") { Doing = done.Add };
        ada.Lines = ["""{"id":"a"}"""];
        await ada.SyncAsync();
        WasPacked.ShouldBeFalse();
        Scatter(ada.Store);
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        (await ada.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
        WasPacked.ShouldBeTrue();
        world.Git("--git-dir", ada.Store, "count-objects", "-v").ShouldContain("count: 0");
        (await ada.VerifyAsync()).Findings.ShouldBeEmpty();
        done.Clear();
        ada.Lines = ["""{"id":"b"}"""];
        (await ada.SyncAsync()).Recorded.Deleted.ShouldBe(["a"]);
        WasPacked.ShouldBeFalse();
    }

    [Fact]
    public async Task A_repository_of_the_users_is_left_alone()
    {
        var theirs = world.NewRemote("theirs");
        var ada = new Machine(world, "ada") { Repository = theirs, Remote = null, Doing = done.Add };
        ada.Lines = ["""{"id":"a"}"""];
        await ada.SyncAsync();
        Scatter(theirs);
        ada.Lines = ["""{"id":"b"}"""];
        await ada.SyncAsync();
        WasPacked.ShouldBeFalse();
    }

    [Fact]
    public async Task Packing_that_fails_holds_up_nothing()
    {
        var ada = new Machine(world, "ada") { Doing = done.Add };
        ada.Lines = ["""{"id":"a"}"""];
        await ada.SyncAsync();
        Scatter(ada.Store);
        ada.PutBeforeGit("case \"$*\" in *' repack '*) echo 'fatal: no room' >&2; exit 128 ;; esac");
        ada.Lines = ["""{"id":"b"}"""];
        var report = await ada.SyncAsync();
        WasPacked.ShouldBeTrue();
        report.ExitCode.ShouldBe(ExitCode.Done);
        report.Warnings.ShouldBeEmpty();
        ada.Log.Messages.ShouldContain(message => message.StartsWith("The store was not packed", StringComparison.Ordinal));
    }

    private bool WasPacked => done.Contains("packing the store");

    // Objects whose ids begin with 17, of which one folder tells how many there are in all.
    private void Scatter(string repository)
    {
        var needed = (Maintenance.LooseObjectsMax / 256) + 1;
        for (var i = 0; needed > 0; i++)
        {
            var content = Encoding.UTF8.GetBytes($"blob {i}");
            var id = Convert.ToHexStringLower(System.Security.Cryptography.SHA1.HashData([.. Encoding.UTF8.GetBytes($"blob {content.Length}\0"), .. content]));
            if (id.StartsWith("17", StringComparison.Ordinal))
            {
                var file = Path.Combine(world.Folder, "content");
                File.WriteAllBytes(file, content);
                world.Git("--git-dir", repository, "hash-object", "-w", file).Trim().ShouldBe(id);
                needed--;
            }
        }
    }
}
