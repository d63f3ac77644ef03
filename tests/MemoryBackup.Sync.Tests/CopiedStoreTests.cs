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

    // What was replaced is in no history any more; the copied store knew it until it heard of that.
    [Fact]
    public async Task In_another_file_an_old_copy_is_known_though_history_was_shortened()
    {
        var (golden, bob) = (world.Machine("golden"), world.Machine("bob"));
        golden.Lines = ["""{"id":"1"}""", """{"id":"2"}""", """{"id":"3"}"""];
        await golden.SyncAsync();
        bob.Lines = ["""{"id":"e","t":"old"}"""];
        await bob.SyncAsync();
        await golden.SyncAsync();
        bob.Lines = [.. bob.Lines.Where(line => !line.Contains("old", StringComparison.Ordinal)), """{"id":"e","t":"new"}"""];
        await bob.SyncAsync();
        bob.Time = new LaterTime(TimeSpan.FromDays(10));
        (await bob.CompactAsync(TimeSpan.FromDays(1))).ExitCode.ShouldBe(ExitCode.Done);
        var folder = Path.Combine(world.Folder, "copied");
        await CopyAsync(golden.DataFolder, folder);
        var copy = new Machine(world, "golden") { DataFolder = folder, MachineId = "another" };
        golden.Lines = ["""{"id":"e","t":"old"}""", """{"id":"mine"}""", """{"id":"also mine"}"""];
        var report = await copy.SyncAsync();
        report.OldCopies.ShouldBe(["e"]);
        golden.Lines.ShouldContain("""{"id":"e","t":"new"}""");
        await bob.SyncAsync();
        bob.Lines.ShouldContain("""{"id":"e","t":"new"}""");
    }

    // A twin of the same machine id published under the store's name, and was copied to another machine before it met the remote: what the copy has
    // under that name is neither an older nor a newer state of it.
    [Fact]
    public async Task A_copy_of_a_store_that_had_parted_from_its_line_renames_what_was_published_since()
    {
        var golden = world.Machine("golden");
        var bob = world.Machine("bob");
        golden.Lines = ["""{"id":"1","t":"old"}""", """{"id":"2","t":"old"}"""];
        await golden.SyncAsync();
        await bob.SyncAsync();
        var twins = Path.Combine(world.Folder, "twins");
        await CopyAsync(golden.Home, twins);

        // The line that the remote has: its numbers name other writes than the twin's.
        golden.Lines = ["""{"id":"1","t":"golden"}""", """{"id":"2","t":"old"}""", """{"id":"golden 1"}""", """{"id":"golden 2"}""", """{"id":"golden 3"}"""];
        await golden.SyncAsync();
        await bob.SyncAsync();
        var originals = Path.Combine(world.Folder, "originals");
        Directory.Move(golden.Home, originals);
        Directory.Move(twins, golden.Home);
        golden.Lines = ["""{"id":"1","t":"old"}""", """{"id":"2","t":"twin"}""", """{"id":"twin 1"}""", """{"id":"twin 2"}""", """{"id":"twin 3"}"""];
        await golden.BackupAsync(new RunOptions { Offline = true });

        var folder = Path.Combine(world.Folder, "copied");
        await CopyAsync(golden.DataFolder, folder);
        var copy = new Machine(world, "golden") { DataFolder = folder, MachineId = "another" };
        await copy.BackupAsync(new RunOptions { Offline = true });
        copy.Lines = ["""{"id":"1","t":"old"}""", """{"id":"2","t":"copy"}""", """{"id":"twin 1","t":"copy"}""", """{"id":"twin 3"}""", """{"id":"copy"}"""];
        var offline = await copy.BackupAsync(new RunOptions { Offline = true });
        offline.Recorded.Deleted.ShouldBe(["twin 2"]);

        var met = await copy.SyncAsync();
        met.ExitCode.ShouldBe(ExitCode.Done);
        met.Remotes[0].Rejected.ShouldBeEmpty();
        met.Warnings.ShouldContain(warning => warning.Contains("is in use elsewhere", StringComparison.Ordinal));
        met.Received.Deleted.ShouldBeEmpty();
        var again = await copy.SyncAsync();
        again.Recorded.Any.ShouldBeFalse();
        again.Warnings.ShouldBeEmpty();
        (await bob.SyncAsync()).Received.Deleted.ShouldBeEmpty();
        string[] all =
        [
            """{"id":"1","t":"golden"}""", """{"id":"2","t":"copy"}""", """{"id":"copy"}""", """{"id":"golden 1"}""", """{"id":"golden 2"}""", """{"id":"golden 3"}""",
            """{"id":"twin 1","t":"copy"}""", """{"id":"twin 3"}""",
        ];
        copy.Lines.Order(StringComparer.Ordinal).ShouldBe(all);
        bob.Lines.Order(StringComparer.Ordinal).ShouldBe(all);
        (await bob.ConflictsAsync()).Conflicts.ShouldBeEmpty();
        (await copy.VerifyAsync()).Findings.ShouldBeEmpty();
        (await bob.VerifyAsync()).Findings.ShouldBeEmpty();

        // Who has the name goes on under it, and the copy takes that.
        Directory.Move(golden.Home, twins);
        Directory.Move(originals, golden.Home);
        golden.Lines = [.. golden.Lines, """{"id":"golden 4"}"""];
        await golden.BackupAsync();
        Directory.Move(golden.Home, originals);
        Directory.Move(twins, golden.Home);
        var after = await copy.SyncAsync();
        after.Received.Added.ShouldBe(["golden 4"]);
        after.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_twin_that_only_deleted_something_loses_its_name_and_no_delete()
    {
        var golden = world.Machine("golden");
        var bob = world.Machine("bob");
        bob.Lines = ["""{"id":"bob 1"}""", """{"id":"bob 2"}""", """{"id":"bob 3"}"""];
        await bob.SyncAsync();
        await golden.SyncAsync();
        golden.Lines = [.. golden.Lines, """{"id":"golden"}"""];
        await golden.SyncAsync();
        var twins = Path.Combine(world.Folder, "twins");
        await CopyAsync(golden.Home, twins);
        golden.Lines = [.. golden.Lines, """{"id":"more"}"""];
        await golden.SyncAsync();
        Directory.Delete(golden.Home, recursive: true);
        Directory.Move(twins, golden.Home);
        golden.Lines = [.. golden.Lines.Where(line => !line.Contains("bob 2", StringComparison.Ordinal))];
        var twin = await golden.SyncAsync();
        twin.Recorded.Deleted.ShouldBe(["bob 2"]);
        twin.Warnings.ShouldContain(warning => warning.Contains("is in use elsewhere", StringComparison.Ordinal));
        await bob.SyncAsync();
        bob.Lines.ShouldNotContain("""{"id":"bob 2"}""");
        bob.Lines.Length.ShouldBe(4);
        (await golden.SyncAsync()).Received.Any.ShouldBeFalse();
    }

    // The numbers of the writes that it bans are those of other writes, or of none, on the line that keeps the name.
    [Fact]
    public async Task What_a_twin_wanted_to_be_forgotten_is_banned_under_its_new_name()
    {
        var golden = world.Machine("golden");
        var bob = world.Machine("bob");
        golden.Lines = ["""{"id":"1"}"""];
        await golden.SyncAsync();
        await bob.SyncAsync();
        var (twins, originals) = (Path.Combine(world.Folder, "twins"), Path.Combine(world.Folder, "originals"));
        await CopyAsync(golden.Home, twins);
        golden.Lines = ["""{"id":"1"}""", """{"id":"golden"}"""];
        await golden.SyncAsync();
        Directory.Move(golden.Home, originals);
        Directory.Move(twins, golden.Home);
        foreach (var number in Enumerable.Range(1, 4))
        {
            golden.Lines = ["""{"id":"1"}""", $$"""{"id":"secret","t":{{number}}}"""];
            await golden.BackupAsync(new RunOptions { Offline = true });
        }

        await golden.ForgetAsync(new ForgetOptions { Keys = ["secret"], Offline = true });
        var twin = await golden.SyncAsync();
        twin.Warnings.ShouldContain(warning => warning.Contains("is in use elsewhere", StringComparison.Ordinal));
        golden.Lines.Order(StringComparer.Ordinal).ShouldBe(["""{"id":"1"}""", """{"id":"golden"}"""]);
        Directory.Move(golden.Home, twins);
        Directory.Move(originals, golden.Home);
        (await golden.SyncAsync()).Remotes[0].Rejected.ShouldBeEmpty();

        // Nothing of the other line's own goes with it.
        golden.Lines = [.. golden.Lines, """{"id":"golden 2"}""", """{"id":"secret","t":"of golden's own"}"""];
        await golden.SyncAsync();
        (await bob.SyncAsync()).Remotes[0].Rejected.ShouldBeEmpty();
        bob.Lines.Order(StringComparer.Ordinal).ShouldBe(
            ["""{"id":"1"}""", """{"id":"golden 2"}""", """{"id":"golden"}""", """{"id":"secret","t":"of golden's own"}"""]);
    }

    // Others' removals are of writes of the other line: joined as they are, they would fall on the copy's writes of the same numbers.
    [Fact]
    public async Task A_copy_learns_from_what_others_know_that_its_former_name_went_on_without_it()
    {
        var golden = world.Machine("golden");
        var bob = world.Machine("bob");
        golden.Lines = ["""{"id":"1"}"""];
        await golden.SyncAsync();
        var twins = Path.Combine(world.Folder, "twins");
        await CopyAsync(golden.Home, twins);
        golden.Lines = ["""{"id":"1"}""", """{"id":"golden 1"}"""];
        await golden.SyncAsync();
        golden.Lines = ["""{"id":"1"}""", """{"id":"golden 1","t":2}"""];
        await golden.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = ["""{"id":"1"}"""];
        (await bob.SyncAsync()).Recorded.Deleted.ShouldBe(["golden 1"]);
        var name = (await golden.StatusAsync()).Replica!;
        Directory.Delete(golden.Home, recursive: true);
        Directory.Move(twins, golden.Home);
        golden.Lines = ["""{"id":"1"}""", """{"id":"twin 1"}""", """{"id":"twin 2"}"""];
        await golden.BackupAsync(new RunOptions { Offline = true });
        var folder = Path.Combine(world.Folder, "copied");
        await CopyAsync(golden.DataFolder, folder);
        var copy = new Machine(world, "golden") { DataFolder = folder, MachineId = "another" };

        // The ref of the name is gone from the remote, and bob's is there.
        world.Git("--git-dir", world.Remote!, "update-ref", "-d", $"refs/heads/memory/default/{name}");
        var met = await copy.SyncAsync();
        met.Received.Deleted.ShouldBeEmpty();
        string[] all = ["""{"id":"1"}""", """{"id":"twin 1"}""", """{"id":"twin 2"}"""];
        copy.Lines.Order(StringComparer.Ordinal).ShouldBe(all);

        // Bob puts it back, and takes what the copy has.
        var back = await bob.SyncAsync();
        back.Warnings.ShouldBeEmpty();
        bob.Lines.Order(StringComparer.Ordinal).ShouldBe(all);
        (await copy.SyncAsync()).Remotes[0].Rejected.ShouldBeEmpty();
        copy.Lines.Order(StringComparer.Ordinal).ShouldBe(all);
        (await copy.VerifyAsync()).Findings.ShouldBeEmpty();
    }

    // Two machines that see one folder: the file is at the same path, and the store is a copy.
    private async Task<(Machine Golden, Machine Copy)> CopyAsync()
    {
        var golden = world.Machine("golden");
        golden.Lines = ["""{"id":"1"}""", """{"id":"2"}""", """{"id":"3"}"""];
        await golden.SyncAsync();
        var folder = Path.Combine(world.Folder, "copied");
        await CopyAsync(golden.DataFolder, folder);
        return (golden, new Machine(world, "golden") { DataFolder = folder, MachineId = "another" });
    }

    private static async Task CopyAsync(string from, string to)
    {
        using var copying = Process.Start("cp", ["-a", from, to]);
        await copying.WaitForExitAsync(TestContext.Current.CancellationToken);
        copying.ExitCode.ShouldBe(0);
    }
}
