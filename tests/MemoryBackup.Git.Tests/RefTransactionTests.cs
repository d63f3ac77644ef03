namespace MemoryBackup.Git.Tests;

public sealed class RefTransactionTests : IDisposable
{
    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public async Task Refs_are_created_moved_and_deleted_together()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var a = await repository.CommitAsync("refs/heads/a", "a");
        var b = await repository.CommitAsync("refs/heads/b", "b");

        await repository.UpdateRefsAsync([new("refs/heads/a", b, a), new("refs/heads/b", ObjectId.None, b), new("refs/x/new", a, ObjectId.None), new("refs/x/any", a)], Stop);
        (await repository.RefsAsync("refs/", Stop)).ShouldBe(
            new Dictionary<string, ObjectId> { ["refs/heads/a"] = b, ["refs/x/any"] = a, ["refs/x/new"] = a }, ignoreOrder: true);
        await repository.UpdateRefsAsync([new("refs/x/any", ObjectId.None), new("refs/x/none", ObjectId.None)], Stop);
        await repository.UpdateRefsAsync([], Stop);
        (await repository.RefsAsync("refs/x/", Stop)).Keys.ShouldBe(["refs/x/new"]);
    }

    [Fact]
    public async Task One_expectation_that_does_not_hold_leaves_every_ref_as_it_was()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var a = await repository.CommitAsync("refs/heads/a", "a");
        var b = await repository.CommitAsync("refs/heads/b", "b");
        RefChange good = new("refs/heads/good", a);

        foreach (var bad in new RefChange[]
        {
            new("refs/heads/a", b, b), new("refs/heads/a", b, ObjectId.None), new("refs/heads/none", b, a), new("refs/heads/none", ObjectId.None, a), new("refs/heads/a/below", b),
        })
        {
            await repository.UpdateRefsAsync([good, bad], Stop).ShouldFailAsync(GitFailure.RefConflict);
        }

        (await repository.RefsAsync("refs/", Stop)).ShouldBe(new Dictionary<string, ObjectId> { ["refs/heads/a"] = a, ["refs/heads/b"] = b });
    }

    [Fact]
    public async Task A_ref_cannot_point_to_an_object_that_is_not_there()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await Should.ThrowAsync<GitException>(repository.UpdateRefsAsync([new("refs/heads/a", ObjectId.Parse(new string('1', 40)))], Stop));
        await Should.ThrowAsync<ArgumentException>(repository.UpdateRefsAsync([new("refs/heads/a\0delete refs/heads/b", ObjectId.None)], Stop));
    }

    [Fact]
    public async Task A_lock_left_behind_is_named_and_removed_once_it_is_old()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var a = await repository.CommitAsync("refs/heads/a", "a");
        var file = Path.Combine(repository.GitDir, "refs/heads/a.lock");
        File.WriteAllText(file, "");

        (await repository.UpdateRefsAsync([new("refs/heads/a", a)], Stop).ShouldFailAsync(GitFailure.Lock)).Message.ShouldContain("a.lock");
        repository.RemoveStaleLocks(["refs/heads/a"], TimeSpan.FromHours(1)).ShouldBeEmpty();
        repository.RemoveStaleLocks(["refs/heads/b"], TimeSpan.Zero).ShouldBeEmpty();
        repository.RemoveStaleLocks(["refs/heads/a", "refs/heads/none/x"], TimeSpan.Zero).ShouldBe([file]);
        await repository.UpdateRefsAsync([new("refs/heads/a", a)], Stop);
    }

    [Fact]
    public async Task A_lock_from_before_the_clock_was_put_back_is_removed_as_well()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var a = await repository.CommitAsync("refs/heads/a", "a");
        var file = Path.Combine(repository.GitDir, "refs/heads/a.lock");
        File.WriteAllText(file, "");
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(3));

        repository.RemoveStaleLocks(["refs/heads/a"], TimeSpan.FromMinutes(1)).ShouldBeEmpty();
        repository.RemoveStaleLocks(["refs/heads/a"], TimeSpan.Zero).ShouldBe([file]);
        await repository.UpdateRefsAsync([new("refs/heads/a", a)], Stop);
    }

    [Fact]
    public async Task The_lock_that_all_refs_share_is_removed_only_while_no_git_works_in_the_repository()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells which process works where.");
        var repository = await sandbox.NewRepositoryAsync();
        string[] files = [Path.Combine(repository.GitDir, "packed-refs.lock"), Path.Combine(repository.GitDir, "packed-refs.new")];
        Array.ForEach(files, file => File.WriteAllText(file, ""));
        foreach (var arguments in (string[])[$"--git-dir={repository.GitDir} hash-object --stdin", $"-C {repository.GitDir} hash-object --stdin"])
        {
            using var working = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            await Task.Delay(200, Stop);
            repository.RemoveStaleLocks([], TimeSpan.Zero).ShouldBeEmpty();
            working.StandardInput.Close();
            await working.WaitForExitAsync(Stop);
        }

        // A Git elsewhere, and a reader here, do not matter.
        var folder = Directory.CreateTempSubdirectory("memory-backup-git-").FullName;
        using var other = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", "hash-object --stdin") { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await using var reader = repository.OpenReader();
        repository.RemoveStaleLocks([], TimeSpan.Zero).ShouldBe(files);
        other.StandardInput.Close();
        await other.WaitForExitAsync(Stop);
        Directory.Delete(folder);
        await repository.CommitAsync("refs/heads/memory/a", "a");
    }

    [Fact]
    public async Task The_lock_that_all_refs_share_stays_while_any_git_works_there_however_old_it_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a program under another name.");
        var repository = await sandbox.NewRepositoryAsync();
        var file = Path.Combine(repository.GitDir, "packed-refs.lock");
        File.WriteAllText(file, "");
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-3));
        File.Copy("/bin/sleep", sandbox.PathOf("git-gc"));
        using var running = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(sandbox.PathOf("git-gc"), "60") { WorkingDirectory = repository.GitDir })!;
        try
        {
            repository.RemoveStaleLocks([], TimeSpan.Zero).ShouldBeEmpty();
            File.Exists(file).ShouldBeTrue();
        }
        finally
        {
            running.Kill();
        }
    }

    [Fact]
    public void A_ref_that_must_not_be_there_cannot_be_deleted() =>
        Should.Throw<ArgumentException>(() => RefTransaction.Commands([new("refs/heads/a", ObjectId.None, ObjectId.None)])).Message.ShouldContain("refs/heads/a");

    [Fact]
    public async Task What_came_long_before_the_write_that_refers_to_it_is_synced_with_it()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await repository.CommitAsync("refs/heads/memory/a", "a");
        var objects = Directory.GetDirectories(Path.Combine(repository.GitDir, "objects"));
        foreach (var folder in objects.Append(Path.Combine(repository.GitDir, "objects")))
        {
            Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow.AddSeconds(-20));
        }

        repository.SyncDirectories(["refs/heads/memory/a"]).ShouldBeGreaterThanOrEqualTo(objects.Length);
    }

    [Fact]
    public async Task What_an_earlier_run_has_synced_is_not_synced_again_unless_its_note_is_lost_or_the_clock_was_set()
    {
        var time = new ShiftedTime();
        await (await sandbox.NewRepositoryAsync()).CommitAsync("refs/heads/memory/a", "a");
        var mark = Path.Combine(sandbox.PathOf("store"), "memory-backup", "synced.txt");
        var repository = await OpenAsync();
        var all = repository.SyncDirectories(["refs/heads/memory/a"]);
        all.ShouldBeGreaterThan(5);
        File.Exists(mark).ShouldBeTrue();

        // Folders of refs are few and always synced; those of objects changed longer ago than the file system's clock is coarse.
        time.Shift += TimeSpan.FromSeconds(5);
        (await OpenAsync()).SyncDirectories(["refs/heads/memory/a"]);
        time.Shift += TimeSpan.FromSeconds(5);
        var few = (await OpenAsync()).SyncDirectories(["refs/heads/memory/a"]);
        few.ShouldBeLessThan(all - 3);

        foreach (var (ago, isSynced) in new (Func<DateTime, DateTime>, bool)[]
        {
            (now => now.AddMilliseconds(-150).AddTicks(1 - (now.Ticks % 2)), true),
            (now => Second(now).AddSeconds(-1).AddTicks(1), false),
            (now => Second(now).AddSeconds(-1), true),
            (now => Second(now).AddSeconds(-3), false),
        })
        {
            // Only a time of whole seconds may be that much before the change.
            var changed = ago(time.GetUtcNow().UtcDateTime);
            Directory.SetLastWriteTimeUtc(Path.Combine(repository.GitDir, "objects", "pack"), changed);
            (await OpenAsync()).SyncDirectories(["refs/heads/memory/a"]).ShouldBe(few + (isSynced ? 1 : 0), $"{changed:O}");
        }

        var note = await File.ReadAllTextAsync(mark, TestContext.Current.CancellationToken);
        foreach (var wrong in (string[])["", "yesterday", note[..^6], note.Replace("20", "21", StringComparison.Ordinal), note.Split(' ')[0]])
        {
            await File.WriteAllTextAsync(mark, wrong, TestContext.Current.CancellationToken);
            (await OpenAsync()).SyncDirectories(["refs/heads/memory/a"]).ShouldBe(all, wrong);
        }

        foreach (var seconds in (double[])[-8, 3, 0.15, -0.15])
        {
            time.Set += TimeSpan.FromSeconds(seconds);
            (await OpenAsync()).SyncDirectories(["refs/heads/memory/a"]).ShouldBe(all, $"set by {seconds} s");
        }

        static DateTime Second(DateTime time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));

        Task<GitRepository> OpenAsync() =>
            GitRepository.OpenAsync(sandbox.NewProgram(options => options with { Time = time }), sandbox.PathOf("store"), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_folder_that_was_synced_when_objects_were_written_is_not_synced_again_until_git_was_run()
    {
        await sandbox.Program.RequireVersionAsync(sandbox.PathOf("cache"), Stop);
        var repository = await sandbox.NewRepositoryAsync();
        var a = await repository.CommitAsync("refs/heads/memory/a", "a");
        await Task.Delay(300, Stop);
        repository.SyncDirectories(["refs/heads/memory/a"]);
        var few = repository.SyncDirectories(["refs/heads/memory/a"]);

        // The ref has its file by now, so that this takes no process.
        await repository.CommitAsync("refs/heads/memory/a", "b", a, force: true);
        repository.SyncDirectories(["refs/heads/memory/a"]).ShouldBe(few);
        await repository.UpdateRefsAsync([new("refs/heads/memory/a", a)], Stop);
        repository.SyncDirectories(["refs/heads/memory/a"]).ShouldBeGreaterThanOrEqualTo(few + 3);
    }

    [Fact]
    public async Task What_comes_into_a_folder_after_the_writer_has_synced_it_is_the_next_runs_to_sync()
    {
        await sandbox.Program.RequireVersionAsync(sandbox.PathOf("cache"), Stop);
        var repository = await sandbox.NewRepositoryAsync();
        var a = await repository.CommitAsync("refs/heads/memory/a", "a");
        await repository.CommitAsync("refs/heads/memory/a", "b", a, force: true);
        await Task.Delay(300, Stop);
        foreach (var folder in Directory.GetDirectories(Path.Combine(repository.GitDir, "objects"), "??"))
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "foreign"), "", Stop);
        }

        await Task.Delay(300, Stop);
        repository.SyncDirectories(["refs/heads/memory/a"]);
        var next = await GitRepository.OpenAsync(sandbox.Program, repository.GitDir, Stop);
        next.SyncDirectories(["refs/heads/memory/a"]).ShouldBeGreaterThanOrEqualTo(6);
    }

    [Fact]
    public async Task Folders_that_a_write_changed_are_synced_and_no_others()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var before = DateTimeOffset.UtcNow;
        await repository.CommitAsync("refs/heads/memory/a", "a");

        repository.SyncDirectories(["refs/heads/memory/a"], before).ShouldBeGreaterThanOrEqualTo(5);
        repository.SyncDirectories(["refs/heads/memory/a"], DateTimeOffset.UtcNow.AddHours(1)).ShouldBe(0);
        Should.Throw<IOException>(() => Durability.SyncDirectory(sandbox.PathOf("none"))).Message.ShouldContain("none");
    }

    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        /// <summary>By how much the clock was set.</summary>
        public TimeSpan Set { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift + Set;

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Shift.TotalSeconds * TimestampFrequency);
    }
}
