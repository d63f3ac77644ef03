using System.Diagnostics;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>Whole runs over a store that is not what it was: restored, copied, or met by a hostile ref.</summary>
public sealed class StoreIdentityTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_newer_file_over_an_older_store_brings_nothing_deleted_back_and_its_edit_is_an_edit()
    {
        var (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        ada.Lines = ["""{"id":"a","t":1}"""];
        await ada.SyncAsync();
        Copy(ada.DataFolder, ada.DataFolder + ".old");
        await bob.SyncAsync();
        bob.Lines = [.. bob.Lines, """{"id":"b","t":1}""", """{"id":"c","tags":["x","y"]}"""];
        await bob.SyncAsync();
        ada.Lines = ["""{"id":"a","t":2}"""];
        await ada.SyncAsync();
        var newer = ada.Lines;
        newer.Length.ShouldBe(3);
        await bob.SyncAsync();
        bob.Lines = ["""{"id":"a","t":2}""", """{"id":"c","tags":["x"]}"""];
        await bob.SyncAsync();
        Directory.Delete(ada.DataFolder, recursive: true);
        Directory.Move(ada.DataFolder + ".old", ada.DataFolder);
        ada.Lines = [.. newer.Select(line => line.Replace("""["x","y"]""", """["x","y","z"]""", StringComparison.Ordinal))];
        var report = await ada.SyncAsync();
        report.Warnings.ShouldContain(warning => warning.Contains("lost its name", StringComparison.Ordinal));
        await bob.SyncAsync();
        await ada.SyncAsync();
        string[] all = ["""{"id":"a","t":2}""", """{"id":"c","tags":["x","z"]}"""];
        bob.Lines.ShouldBe(all, ignoreOrder: true);
        ada.Lines.ShouldBe(all, ignoreOrder: true);
        ada.Lines = ["""{"id":"a","t":3}""", .. ada.Lines.Where(line => line.Contains("\"c\"", StringComparison.Ordinal))];
        (await ada.SyncAsync()).Conflicts.ShouldBeEmpty();
        (await bob.SyncAsync()).Conflicts.ShouldBeEmpty();
        bob.Lines.ShouldContain("""{"id":"a","t":3}""");
    }

    [Fact]
    public async Task A_store_that_was_copied_to_another_machine_works_there_under_another_name()
    {
        var ada = world.Machine("ada");
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        var copy = new Machine(world, "copy");
        Copy(ada.DataFolder, copy.DataFolder);
        copy.Lines = ada.Lines;
        await copy.SyncAsync();
        copy.Lines = ["""{"id":"a","by":"copy"}"""];
        await copy.SyncAsync();
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}""", """{"id":"c"}"""];
        await ada.SyncAsync();
        await copy.SyncAsync();
        copy.Lines.ShouldBe(ada.Lines, ignoreOrder: true);
        ada.Lines.ShouldBe(["""{"id":"a","by":"copy"}""", """{"id":"c"}"""], ignoreOrder: true);
    }

    [Fact]
    public async Task A_refused_state_is_told_by_the_run_and_by_status_until_it_is_healed()
    {
        var (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        ada.Lines = ["""{"id":"a"}"""];
        bob.Lines = ["""{"id":"b"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        await ada.SyncAsync();
        var bobs = world.Git("--git-dir", world.Remote!, "for-each-ref", "--format=%(refname)").Split('\n').Single(name => name.Contains("/bob-", StringComparison.Ordinal));
        var good = world.Git("--git-dir", world.Remote!, "rev-parse", bobs).Trim();
        var tree = world.Git("--git-dir", world.Remote!, "rev-parse", good + ":entries").Trim();
        var bad = world.Git("-c", "user.name=eve", "-c", "user.email=eve@localhost", "--git-dir", world.Remote!, "commit-tree", "-p", good, "-m", "bad", tree).Trim();
        world.Git("--git-dir", world.Remote!, "update-ref", bobs, bad);
        var report = await ada.SyncAsync();
        report.ExitCode.ShouldBe(ExitCode.Done);
        report.Remotes.Single().Rejected.Keys.Single().ShouldStartWith("bob-");
        report.Warnings.ShouldContain(warning => warning.Contains("last good one stays in use", StringComparison.Ordinal));
        ada.Lines.Length.ShouldBe(2);
        (await ada.StatusAsync()).Replicas.Count(replica => replica.Rejected is not null).ShouldBe(1);
        world.Git("--git-dir", world.Remote!, "update-ref", bobs, good);
        (await ada.SyncAsync()).Remotes.Single().Rejected.ShouldBeEmpty();
        (await ada.StatusAsync()).Replicas.ShouldAllBe(replica => replica.Rejected == null);
    }

    private static void Copy(string from, string to)
    {
        using var process = Process.Start("cp", ["-a", from, to]);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }
}
