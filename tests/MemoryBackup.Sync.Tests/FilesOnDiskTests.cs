using System.Diagnostics;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Tests.Infra;
using MemoryBackup.Sync.WritingBack;

namespace MemoryBackup.Sync.Tests;

/// <summary>Links, permissions, odd files, full disks.</summary>
public sealed class FilesOnDiskTests : IDisposable
{
    private const string A = """{"id":"a","text":"first"}""";
    private const string B = """{"id":"b","text":"second"}""";
    private readonly World world = new();
    private readonly Machine ada;
    private readonly Machine bob;

    public FilesOnDiskTests() => (ada, bob) = (world.Machine("ada"), world.Machine("bob"));

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task What_killed_runs_left_of_an_output_goes_when_it_is_written_and_what_a_write_back_displaced_stays()
    {
        ada.Lines = ["""{"id":"a"}"""];
        await ada.SyncAsync();
        var output = Path.Combine(ada.Home, "out.json");
        string[] left = [Beside("aaaaaaaaaaaa.memory-backup-output"), Beside("aaaaaaaaaaaa.memory-backup-output.part"), Beside("aaaaaaaaaaaa.memory-backup-output~")];
        var (displaced, open) = (Beside("bbbbbbbbbbbb.memory-backup"), Beside("cccccccccccc.memory-backup-output.part"));
        Array.ForEach([.. left, displaced, open], file => File.WriteAllText(file, "x"));
        using (File.OpenRead(open))
        {
            await ada.MergeAsync(output);
        }

        Directory.EnumerateFiles(ada.Home, ".out.json*").ShouldBe(OperatingSystem.IsLinux() ? [displaced, open] : [displaced], ignoreOrder: true);
        File.ReadAllText(output).ShouldContain("\"a\"");

        string Beside(string ending) => Path.Combine(ada.Home, $".out.json.{ending}");
    }

    // Else a loss of power sets the file back behind what was acknowledged of it, and what it lacks then looks deleted.
    [Fact]
    public async Task What_a_program_saved_is_synced_before_it_is_recorded_and_only_then()
    {
        var order = new List<string>();
        ada.Disk = new WatchedDisk
        {
            Syncing = path =>
            {
                Thread.Sleep(100); // The record is drawn up meanwhile.
                order.Add($"sync {path}");
            },
        };
        ada.Doing = doing => order.AddRange(doing.StartsWith("saving", StringComparison.Ordinal) ? ["record"] : []);
        ada.Lines = ["""{"id":"1"}"""];
        await ada.SyncAsync();
        order.ShouldBe([$"sync {ada.File}", $"sync {ada.Home}", "record"]);
        await ada.SyncAsync();
        order.Count.ShouldBe(3);
        ada.Disk = new WatchedDisk { Syncing = _ => throw new IOException("this file system cannot") };
        ada.Lines = ["""{"id":"1"}""", """{"id":"2"}"""];
        (await ada.BackupAsync()).Recorded.Added.ShouldBe(["2"]);
        ada.Disk = ThisDisk.Instance;
        ada.Lines = ["""{"id":"1"}""", """{"id":"2"}""", """{"id":"3"}"""];
        (await ada.BackupAsync()).Recorded.Added.ShouldBe(["3"]);
    }

    [Fact]
    public async Task What_a_write_back_puts_in_place_is_on_the_disk_before_and_its_name_after()
    {
        await ShareAsync();
        var order = new List<string>();
        ada.Disk = new WatchedDisk { Syncing = path => order.Add(path == ada.Home ? $"the folder, with {ada.Lines.Length} lines in the file" : Path.GetExtension(path)) };
        (await ada.SyncAsync()).Received.Added.Count.ShouldBe(1);
        order.ShouldBe([".part", "the folder, with 2 lines in the file"]);
    }

    [Fact]
    public async Task Mode_and_owner_are_kept()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs the right to give files away");
        await ShareAsync();
        Run("chown", "1234:2345", ada.File);
        Run("chmod", "640", ada.File);
        await ada.SyncAsync();
        ada.Lines.ShouldBe([A, B]);
        Run("stat", "-c", "%u:%g:%a", ada.File).Trim().ShouldBe("1234:2345:640");
    }

    [Fact]
    public async Task A_symlink_is_followed_and_stays()
    {
        await ShareAsync();
        var real = Path.Combine(ada.Home, "real");
        Directory.CreateDirectory(real);
        Directory.CreateSymbolicLink(Path.Combine(ada.Home, "way"), real);
        File.Move(ada.File, Path.Combine(real, "memory.jsonl"));
        File.CreateSymbolicLink(ada.File, Path.Combine("way", "memory.jsonl"));
        await ada.SyncAsync();
        new FileInfo(ada.File).LinkTarget.ShouldBe(Path.Combine("way", "memory.jsonl"));
        ada.Lines.ShouldBe([A, B]);

        // One file, one record, by whichever way it is named.
        await using var session = await ada.OpenAsync();
        var direct = await session.SyncAsync(Path.Combine(real, "memory.jsonl"), new RunOptions(), TestContext.Current.CancellationToken);
        (await session.StatusAsync(TestContext.Current.CancellationToken)).Files.Count(file => file.Path != ada.File).ShouldBe(1);
        direct.File.ShouldBe(Path.Combine(real, "memory.jsonl"));
    }

    [Fact]
    public async Task A_file_with_two_links_is_written_in_place()
    {
        await ShareAsync();
        var other = Path.Combine(ada.Home, "other.jsonl");
        Run("ln", ada.File, other);
        var report = await ada.SyncAsync();
        report.Warnings.ShouldContain(warning => warning.Contains("hard links"));
        File.ReadAllText(other).ShouldBe(A + "\n" + B + "\n");
        Run("stat", "-c", "%h", ada.File).Trim().ShouldBe("2");
        ada.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task By_setting_a_file_with_two_links_is_refused_after_its_content_was_saved_and_sent()
    {
        await ShareAsync();
        Run("ln", ada.File, Path.Combine(ada.Home, "other.jsonl"));
        ada.Lines = [A, """{"id":"mine"}"""];
        ada.Adjust = settings => settings with { RefuseHardLinks = true };
        (await Should.ThrowAsync<MemoryBackupException>(async () => await ada.SyncAsync())).ExitCode.ShouldBe(ExitCode.Failed);
        await bob.SyncAsync();
        bob.Lines.ShouldContain("""{"id":"mine"}""");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(45)]
    public async Task A_write_in_place_that_was_cut_off_is_finished_from_its_journal(int written)
    {
        ada.Lines = [A, B];
        await ada.SyncAsync();
        await bob.SyncAsync();

        // New and old lines of one length: whatever is left in the middle may be good JSON.
        bob.Lines = [A.Replace("first", "FIRST"), B.Replace("second", "SECOND")];
        await bob.SyncAsync();
        Run("ln", ada.File, Path.Combine(ada.Home, "other.jsonl"));
        ada.Reached = step =>
        {
            if (step == WriteBackStep.Replaced)
            {
                var whole = File.ReadAllBytes(ada.File);
                var former = File.ReadAllBytes(Directory.EnumerateFiles(ada.Home, ".*~").Single());
                File.WriteAllBytes(ada.File, [.. whole[..written], .. former[written..]]);
                throw new InvalidOperationException("killed");
            }
        };
        await Should.ThrowAsync<InvalidOperationException>(async () => await ada.SyncAsync());
        ada.Reached = _ => { };
        var report = await ada.SyncAsync();
        report.Recorded.Any.ShouldBeFalse();
        ada.Lines.ShouldBe(bob.Lines);
        ada.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pipe_a_device_and_a_folder_are_refused_and_do_not_hang()
    {
        var pipe = Path.Combine(ada.Home, "pipe");
        Run("mkfifo", pipe);
        await using var session = await ada.OpenAsync();
        foreach (var path in new[] { pipe, "/dev/zero", "/dev/null", ada.Home })
        {
            var error = await Should.ThrowAsync<MemoryBackupException>(async () =>
                await session.SyncAsync(path, new RunOptions(), TestContext.Current.CancellationToken));
            error.ExitCode.ShouldBe(ExitCode.InvalidData);
            error.Message.ShouldContain(path);
        }
    }

    [Fact]
    public async Task A_device_named_as_output_is_written_to_and_stays_a_device()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs the right to make a device");
        ada.Lines = [A];
        await ada.SyncAsync();
        var device = Path.Combine(ada.Home, "null");
        try
        {
            Run("mknod", device, "c", "1", "3");
        }
        catch (InvalidOperationException)
        {
            Assert.Skip("devices cannot be made here");
        }

        (await ada.MergeAsync(device)).ExitCode.ShouldBe(ExitCode.Done);
        Run("stat", "-c", "%F", device).ShouldContain("character special");
    }

    [Fact]
    public async Task On_a_full_disk_the_file_stays_and_what_it_says_is_saved_and_sent()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs the right to mount");
        var folder = Path.Combine(ada.Home, "small");
        Directory.CreateDirectory(folder);
        try
        {
            Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder);
        }
        catch (InvalidOperationException)
        {
            Assert.Skip("nothing can be mounted here");
        }

        try
        {
            var file = Path.Combine(folder, "memory.jsonl");
            File.WriteAllText(file, A + "\n");
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow - TimeSpan.FromSeconds(1));
            bob.Lines = [B, $$"""{"id":"long","text":"{{new string('x', 80_000)}}"}"""];
            await bob.SyncAsync();
            await using var session = await ada.OpenAsync();
            var error = await Should.ThrowAsync<MemoryBackupException>(async () =>
                await session.SyncAsync(file, new RunOptions(), TestContext.Current.CancellationToken));
            error.ExitCode.ShouldBe(ExitCode.Failed);
            error.Message.ShouldContain(file);
            File.ReadAllText(file).ShouldBe(A + "\n");
            Directory.EnumerateFiles(folder).ShouldHaveSingleItem();
            await bob.SyncAsync();
            bob.Lines.ShouldContain(A);
        }
        finally
        {
            Run("umount", folder);
        }
    }

    [Fact]
    public async Task In_a_folder_that_cannot_be_written_the_file_is_saved_and_sent_all_the_same()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs chattr");
        await ShareAsync();
        ada.Lines = [A, """{"id":"mine"}"""];
        try
        {
            Run("chattr", "+i", ada.Home);
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            Assert.Skip("chattr does not work here");
        }

        try
        {
            var error = await Should.ThrowAsync<MemoryBackupException>(async () => await ada.SyncAsync());
            error.ExitCode.ShouldBe(ExitCode.Failed);
        }
        finally
        {
            Run("chattr", "-i", ada.Home);
        }

        await bob.SyncAsync();
        bob.Lines.ShouldContain("""{"id":"mine"}""");
        await ada.SyncAsync();
        ada.Lines.ShouldBe(bob.Lines, ignoreOrder: true);
    }

    [Fact]
    public void A_file_that_has_more_than_its_length_says_is_read_to_its_end()
    {
        // As one that grows while it is read: the length of those of the kernel is 0.
        const string cpus = "/proc/cpuinfo";
        Assert.SkipUnless(File.Exists(cpus), "needs Linux");
        var file = UserFile.At(cpus);
        var whole = file.Read(bytesMax: 1 << 20)!.Bytes;
        whole.Length.ShouldBeGreaterThan(1000);
        whole.Span[^1].ShouldBe((byte)'\n');
        file.Read(whole.Length)!.Bytes.Length.ShouldBe(whole.Length);
        Should.Throw<MemoryBackupException>(() => file.Read(whole.Length - 1)).ExitCode.ShouldBe(ExitCode.Limit);
    }

    private async Task ShareAsync()
    {
        ada.Lines = [A];
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = [A, B];
        await bob.SyncAsync();
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program}: {process.ExitCode}");
    }
}
