using System.Diagnostics;
using MemoryBackup.Sync.Tests.Infra;
using MemoryBackup.Sync.WritingBack;

namespace MemoryBackup.Sync.Tests;

/// <summary>An entry that must not exist any more: on every machine, in history, in what stores remember, at the remote.</summary>
public sealed class ForgetTests : IDisposable
{
    private const string Secret = "hunter2-s3cret";
    private const string Key = "secret-key-name";
    private readonly World world = new();
    private readonly Machine ada;
    private readonly Machine bob;
    private readonly Machine carol;

    public ForgetTests() => (ada, bob, carol) = (world.Machine("ada"), world.Machine("bob"), world.Machine("carol"));

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task What_was_forgotten_is_nowhere_any_more_and_all_else_is_as_it_was()
    {
        await LeakAsync();
        var others = ada.Lines.Where(line => !line.Contains(Key, StringComparison.Ordinal)).Order().ToArray();
        var report = await ada.ForgetAsync(Key);
        report.ExitCode.ShouldBe(ExitCode.Done);
        report.Forgotten.Single().Key.ShouldBe(Key);
        report.Forgotten.Single().Versions.ShouldBeGreaterThan(3);
        report.Forgotten.Single().WrittenBy.Count.ShouldBe(2);
        report.Forgotten.Single().IsLive.ShouldBeTrue();
        report.Waiting.Count.ShouldBe(1); // Carol has never written anything, and has no state of her own.
        report.Files.ShouldBe([ada.File]);
        NoTraceIn(ada, but: await KnownOf(ada));
        await ConvergeAsync();
        foreach (var machine in (Machine[])[ada, bob, carol])
        {
            machine.Lines.Order().ShouldBe(others);
            NoTraceIn(machine);
        }

        CleanRemote();
        Fsck();
    }

    [Fact]
    public async Task A_deleted_secret_is_still_in_history_and_goes_from_there()
    {
        await LeakAsync();
        ada.Lines = [.. ada.Lines.Where(line => !line.Contains(Key, StringComparison.Ordinal))];
        await ConvergeAsync();
        bob.Lines.ShouldAllBe(line => !line.Contains(Key, StringComparison.Ordinal));
        Traces.Of(Secret, Store(bob)).ShouldNotBeEmpty();
        var report = await bob.ForgetAsync(Key);
        report.Forgotten.Single().IsLive.ShouldBeFalse();
        await ConvergeAsync();
        foreach (var machine in (Machine[])[ada, bob, carol])
        {
            NoTraceIn(machine);
        }

        CleanRemote();
        (await Should.ThrowAsync<MemoryBackupException>(() => ada.HistoryAsync(Key))).ExitCode.ShouldBe(ExitCode.InvalidData);
        (await ada.HistoryAsync()).Events.ShouldAllBe(happened => !happened.Key.Contains(Key, StringComparison.Ordinal));
        (await Should.ThrowAsync<MemoryBackupException>(() => bob.RestoreAsync(new() { Entry = Key, IntoMemory = true }))).ExitCode.ShouldBe(ExitCode.InvalidData);
        (await Should.ThrowAsync<MemoryBackupException>(() => ada.ForgetAsync(Key))).ExitCode.ShouldBe(ExitCode.InvalidData);
    }

    [Fact]
    public async Task Before_the_others_did_their_part_they_show_nothing_of_it_all_the_same()
    {
        await LeakAsync();
        await ada.ForgetAsync(Key);
        var then = DateTimeOffset.UtcNow;
        foreach (var machine in (Machine[])[ada, bob])
        {
            // Bob learns of it by the fetch of this very run.
            var merged = Path.Combine(machine.Home, "merged.json");
            await machine.MergeAsync(merged);
            File.ReadAllText(merged).ShouldNotContain(Secret);
            File.ReadAllText(merged).ShouldNotContain(Key);
            (await machine.ConflictsAsync()).Conflicts.ShouldAllBe(conflict => conflict.Key != Key);
            (await machine.HistoryAsync()).Events.ShouldAllBe(happened => happened.Key != Key);
            var restored = Path.Combine(machine.Home, "then.jsonl");
            await machine.RestoreAsync(new() { Time = then, Output = restored });
            File.ReadAllText(restored).ShouldNotContain(Secret);
        }
    }

    [Theory]
    [InlineData(nameof(WriteBackStep.Remembered))]
    [InlineData(nameof(WriteBackStep.Prepared))]
    public async Task A_program_that_saves_the_entry_while_a_run_takes_it_out_of_the_file_does_not_bring_it_back(string when)
    {
        await LeakAsync();
        await ada.ForgetAsync(Key);
        var done = false;
        bob.Reached = step =>
        {
            if (step.ToString() == when && !done)
            {
                done = true;
                bob.Lines = [.. bob.Lines.Select(line => line.Contains(Key, StringComparison.Ordinal) ? line.Replace("{\"id\"", "{\"edited\":true,\"id\"", StringComparison.Ordinal) : line)];
            }
        };
        await bob.SyncAsync();
        done.ShouldBeTrue();
        bob.Reached = _ => { };
        await ConvergeAsync();
        foreach (var machine in (Machine[])[ada, bob, carol])
        {
            machine.Content.ShouldNotContain(Secret);
        }
    }

    // The twin's name is in use, and nothing but the request is left of what it published under it.
    [Fact]
    public async Task A_request_that_was_made_under_a_lost_name_goes_out_all_the_same()
    {
        await LeakAsync();
        var twins = Path.Combine(world.Folder, "twins");
        using (var copying = Process.Start("cp", ["-a", carol.Home, twins]))
        {
            await copying.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        carol.Lines = [.. carol.Lines, """{"id":"carol"}"""];
        await carol.SyncAsync();
        var originals = Path.Combine(world.Folder, "originals");
        Directory.Move(carol.Home, originals);
        Directory.Move(twins, carol.Home);
        await carol.ForgetAsync(new ForgetOptions { Keys = [Key], Offline = true });
        await carol.SyncAsync();
        await ConvergeAsync();
        foreach (var machine in (Machine[])[ada, bob, carol])
        {
            machine.Content.ShouldNotContain(Secret);
        }
    }

    [Fact]
    public async Task A_late_machine_with_an_old_state_brings_nothing_back()
    {
        await LeakAsync();
        await ada.ForgetAsync(Key);
        await bob.SyncAsync();

        // Carol was away: she has it in her file, writes other entries, and backs up without looking first.
        carol.Lines = [.. carol.Lines, """{"id":"carols"}"""];
        (await carol.BackupAsync(new() { Offline = true })).Recorded.Added.ShouldBe(["carols"]);
        await ConvergeAsync();
        foreach (var machine in (Machine[])[ada, bob, carol])
        {
            machine.Content.ShouldNotContain(Secret);
            machine.Content.ShouldContain("carols");
            NoTraceIn(machine);
        }
    }

    [Fact]
    public async Task A_program_that_saves_what_it_loaded_before_brings_nothing_back()
    {
        await LeakAsync();
        var stale = bob.Lines;
        await ada.ForgetAsync(Key);
        await ConvergeAsync();
        bob.Lines = [.. stale, """{"id":"new"}"""];
        var report = await bob.SyncAsync();
        report.Recorded.Added.ShouldBe(["new"]);
        report.Warnings.ShouldContain(warning => warning.Contains("to be forgotten", StringComparison.Ordinal));
        report.Warnings.ShouldAllBe(warning => !warning.Contains(Key, StringComparison.Ordinal));
        bob.Content.ShouldNotContain(Secret);
        bob.Content.ShouldContain("new");
        await ConvergeAsync();
        NoTraceIn(bob);
        ada.Content.ShouldNotContain(Secret);
    }

    [Fact]
    public async Task An_old_copy_of_a_file_is_met_and_brings_nothing_back_unless_that_is_meant()
    {
        await LeakAsync();
        var copy = ada.Lines;
        await ada.ForgetAsync(Key);
        await ConvergeAsync();
        var dave = world.Machine("dave");
        dave.Lines = copy;
        var met = await dave.BackupAsync();
        met.Recorded.Added.ShouldBeEmpty();
        met.Warnings.ShouldContain(warning => warning.Contains("to be forgotten", StringComparison.Ordinal));
        dave.Content.ShouldContain(Secret);
        dave.Lines = [.. dave.Lines.Select(line => line.Replace("\"n\":1", "\"n\":7", StringComparison.Ordinal))];
        (await dave.BackupAsync()).Recorded.Added.ShouldNotContain(Key);
        NoTraceIn(dave);
        await dave.SyncAsync();
        dave.Content.ShouldNotContain(Secret);
        await ConvergeAsync();
        ada.Content.ShouldNotContain(Secret);

        // From now on the key is a key like any other.
        ada.Lines = [.. ada.Lines, $$"""{"id":"{{Key}}","text":"harmless"}"""];
        (await ada.SyncAsync()).Recorded.Added.ShouldBe([Key]);
        await dave.SyncAsync();
        dave.Content.ShouldContain("harmless");
        ada.Lines = [.. ada.Lines.Select(line => line.Replace("harmless", "still harmless", StringComparison.Ordinal))];
        (await ada.SyncAsync()).Recorded.Changed.ShouldBe([Key]);
        await dave.SyncAsync();
        dave.Content.ShouldContain("still harmless");
    }

    [Fact]
    public async Task As_new_an_old_copy_is_written_and_stays()
    {
        await LeakAsync();
        var copy = ada.Lines;
        await ada.ForgetAsync(Key);
        await ConvergeAsync();
        ada.Lines = copy;
        (await ada.SyncAsync(new() { AsNew = true })).Recorded.Added.ShouldBe([Key]);
        await ConvergeAsync();
        bob.Content.ShouldContain(Secret);
        (await ada.SyncAsync()).Recorded.Any.ShouldBeFalse();
        ada.Content.ShouldContain(Secret);
    }

    [Fact]
    public async Task A_machine_that_only_backs_up_keeps_it_in_its_file_and_is_told_each_time()
    {
        await LeakAsync();
        await ada.ForgetAsync(Key);
        await bob.SyncAsync();
        for (var i = 0; i < 3; i++)
        {
            carol.Lines = [.. carol.Lines, $$"""{"id":"c{{i}}"}"""];
            await carol.MergeAsync();
            var report = await carol.BackupAsync();
            report.Recorded.Added.ShouldBe([$"c{i}"]);
            report.Recorded.Deleted.ShouldBeEmpty();
            report.Warnings.ShouldContain(warning => warning.Contains("sync takes it out", StringComparison.Ordinal));
            (await carol.BackupAsync()).Warnings.ShouldContain(warning => warning.Contains("sync takes it out", StringComparison.Ordinal));
        }

        carol.Lines = [.. carol.Lines.Select(line => line.Replace(Secret, Secret + "-edited", StringComparison.Ordinal))];
        (await carol.BackupAsync()).Recorded.Any.ShouldBeFalse();
        carol.Content.ShouldContain(Secret);
        NoTraceIn(carol);
        await carol.SyncAsync();
        carol.Content.ShouldNotContain(Secret);
        carol.Lines.Length.ShouldBe(bob.Lines.Length + 3);
    }

    [Fact]
    public async Task What_was_written_at_the_same_time_stays_without_what_it_carried()
    {
        await LeakAsync();
        bob.Lines = [.. bob.Lines.Select(line => line.Contains(Key, StringComparison.Ordinal) ? line.Replace("}", ",\"bobs\":\"own words\"}", StringComparison.Ordinal) : line)];
        await bob.BackupAsync(new() { Offline = true });
        await ada.ForgetAsync(Key);
        await ConvergeAsync();
        foreach (var machine in (Machine[])[ada, bob, carol])
        {
            machine.Lines.ShouldContain($$"""{"id":"{{Key}}","bobs":"own words"}""");
            NoTraceIn(machine, key: false);
        }

        CleanRemote(key: false);
        (await bob.SyncAsync()).Recorded.Any.ShouldBeFalse();
        bob.Lines = [.. bob.Lines.Select(line => line.Replace("own words", "other words", StringComparison.Ordinal))];
        (await bob.SyncAsync()).Recorded.Changed.ShouldBe([Key]);
        await ConvergeAsync();
        ada.Content.ShouldContain("other words");
    }

    [Fact]
    public async Task Objects_in_packs_go_as_well_and_the_user_keeps_unreachable_ones()
    {
        await LeakAsync();
        foreach (var machine in (Machine[])[ada, bob, carol])
        {
            world.Git("--git-dir", Store(machine), "gc", "--quiet");
        }

        var precious = Path.Combine(world.Folder, "precious");
        File.WriteAllText(precious, "what the user threw away by mistake");
        var blob = world.Git("--git-dir", Store(ada), "hash-object", "-w", precious).Trim();
        world.Git("--git-dir", Store(ada), "repack", "-q", "-a", "-d", "-k");
        await ada.ForgetAsync(Key);
        await ConvergeAsync();
        foreach (var machine in (Machine[])[ada, bob, carol])
        {
            NoTraceIn(machine);
        }

        world.Git("--git-dir", Store(ada), "cat-file", "blob", blob).ShouldBe("what the user threw away by mistake");
        Fsck();
    }

    [Fact]
    public async Task A_restored_store_of_before_does_not_bring_it_back()
    {
        await LeakAsync();
        var copy = Path.Combine(world.Folder, "copy");
        using (var copying = Process.Start("cp", ["-a", bob.DataFolder, copy]))
        {
            await copying.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await ada.ForgetAsync(Key);
        await ConvergeAsync();
        Directory.Delete(bob.DataFolder, recursive: true);
        Directory.Move(copy, bob.DataFolder);
        var report = await bob.SyncAsync();
        report.Warnings.ShouldContain(warning => warning.Contains("lost its name", StringComparison.Ordinal));
        await ConvergeAsync();
        foreach (var machine in (Machine[])[ada, bob, carol])
        {
            machine.Content.ShouldNotContain(Secret);
            NoTraceIn(machine);
        }
    }

    [Fact]
    public async Task A_second_remote_with_old_states_brings_nothing_back()
    {
        var second = Path.Combine(world.Folder, "second.git");
        world.Git("init", "--quiet", "--bare", second);
        await LeakAsync();
        carol.Remote = second;
        await carol.SyncAsync();
        carol.Remote = world.Remote;
        await ada.ForgetAsync(Key);
        await ConvergeAsync();
        foreach (var machine in (Machine[])[ada, bob])
        {
            machine.Remote = second;
            (await machine.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
            machine.Content.ShouldNotContain(Secret);
            NoTraceIn(machine);
        }

        world.Git("--git-dir", second, "gc", "--quiet", "--prune=now");
        Traces.Of(Secret, second).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_Git_noted_of_a_remote_before_a_killed_push_does_not_keep_it_nor_does_the_lock_of_that_note()
    {
        await LeakAsync();
        var replica = (await ada.StatusAsync()).Replica;
        var note = $"refs/remotes/origin/memory/default/{replica}";
        world.Git("--git-dir", Store(ada), "update-ref", note, $"refs/heads/memory/default/{replica}");
        File.WriteAllText(Path.Combine(Store(ada), note + ".lock"), "");
        await bob.ForgetAsync(Key);
        await ConvergeAsync();
        NoTraceIn(ada);
        world.Git("--git-dir", Store(ada), "for-each-ref", note).ShouldBeEmpty();
    }

    [Fact]
    public async Task In_a_repository_of_the_users_reflogs_are_emptied_and_all_else_of_theirs_stays()
    {
        var repository = Path.Combine(world.Folder, "work");
        world.Git("init", "--quiet", repository);
        string[] git = ["-C", repository, "-c", "user.name=eve", "-c", "user.email=eve@localhost"];
        File.WriteAllText(Path.Combine(repository, "notes.txt"), "mine");
        world.Git([.. git, "add", "notes.txt"]);
        world.Git([.. git, "commit", "--quiet", "-m", "mine"]);
        File.WriteAllText(Path.Combine(repository, "lost.txt"), "thrown away by mistake");
        var lost = world.Git([.. git, "hash-object", "-w", "lost.txt"]).Trim();
        var eve = new Machine(world, "eve") { Repository = repository };
        eve.Lines = [$$"""{"id":"{{Key}}","text":"{{Secret}}"}""", """{"id":"1"}"""];
        await eve.SyncAsync();
        eve.Lines = [$$"""{"id":"{{Key}}","text":"{{Secret}}-2"}""", """{"id":"1"}"""];
        await eve.SyncAsync();
        world.Git([.. git, "update-ref", "refs/heads/mine-too", "HEAD"]);
        var log = world.Git([.. git, "reflog", "HEAD"]);
        var report = await eve.ForgetAsync(Key);
        report.OtherRefs.ShouldBeEmpty();
        await eve.SyncAsync();
        foreach (var text in (string[])[Secret, Key])
        {
            Traces.Of(text, Path.Combine(repository, ".git")).ShouldBeEmpty();
        }

        world.Git([.. git, "cat-file", "blob", lost]).ShouldBe("thrown away by mistake");
        world.Git([.. git, "reflog", "HEAD"]).ShouldBe(log);
        world.Git([.. git, "fsck", "--strict", "--no-dangling"]);
        world.Git([.. git, "status", "--porcelain"]).Trim().ShouldBe("?? lost.txt");

        // A ref that the user put on the former history is named, and stays.
        eve.Lines = [$$"""{"id":"other","text":"{{Secret}}"}""", """{"id":"1"}"""];
        await eve.SyncAsync();
        var replica = (await eve.StatusAsync()).Replica;
        world.Git([.. git, "update-ref", "refs/heads/kept", $"refs/heads/memory/default/{replica}"]);
        (await eve.ForgetAsync("other")).OtherRefs.ShouldBe(["refs/heads/kept"]);
        world.Git([.. git, "rev-parse", "--verify", "refs/heads/kept"]).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_retired_machine_left_is_cleaned_by_who_took_it_over(bool isRetiredFirst)
    {
        await LeakAsync();
        var gone = (await bob.StatusAsync()).Replica!;
        var retire = new RetireOptions { Replicas = [gone], Force = true };
        if (isRetiredFirst)
        {
            (await ada.RetireAsync(retire)).ExitCode.ShouldBe(ExitCode.Done);
            (await ada.ForgetAsync(Key)).ExitCode.ShouldBe(ExitCode.Done);
        }
        else
        {
            (await ada.ForgetAsync(Key)).ExitCode.ShouldBe(ExitCode.Done);
            (await ada.RetireAsync(retire)).ExitCode.ShouldBe(ExitCode.Done);
        }

        for (var round = 0; round < 3; round++)
        {
            await ada.SyncAsync();
            await carol.SyncAsync();
        }

        carol.Lines.Order().ShouldBe(ada.Lines.Order());
        ada.Lines.ShouldContain("""{"id":"4"}""");
        NoTraceIn(ada);
        NoTraceIn(carol);
        CleanRemote();
    }

    // Ada has taken it out of her edit before Carol hears of the request: Carol's store never had anything to clean, but her file has it still.
    [Theory]
    [InlineData("")]
    [InlineData("merge")]
    [InlineData("killed")]
    public async Task A_file_that_was_not_cleaned_yet_does_not_write_it_anew_where_the_store_came_clean(string before)
    {
        ada.Lines = [$$"""{"id":"{{Key}}","t":"{{Secret}}","n":1}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        ada.Lines = [$$"""{"id":"{{Key}}","t":"{{Secret}}","n":2}"""];
        await ada.SyncAsync();
        carol.Lines = ["""{"id":"c"}"""];
        await carol.SyncAsync();
        carol.Content.ShouldContain(Secret);

        // Bob knows the first version alone.
        await bob.ForgetAsync(new ForgetOptions { Keys = [Key], Offline = true });
        await bob.SyncAsync();
        await ada.SyncAsync();
        if (before == "merge")
        {
            await carol.MergeAsync();
        }
        else if (before == "killed")
        {
            // A file that is met for the first time is recorded after the others' states have come.
            var another = new Machine(world, "carol")
            {
                DataFolder = carol.DataFolder,
                FileName = "another.jsonl",
                Lines = ["""{"id":"more"}"""],
                Doing = doing => _ = doing == "forgetting" ? throw new InvalidOperationException("killed") : doing,
            };
            await Should.ThrowAsync<InvalidOperationException>(() => another.SyncAsync());
        }

        carol.Lines = [.. carol.Lines, """{"id":"c2"}"""];
        var report = await carol.SyncAsync();
        report.Recorded.Changed.ShouldBeEmpty();
        await ConvergeAsync();
        foreach (var machine in (Machine[])[ada, bob, carol])
        {
            machine.Content.ShouldNotContain(Secret);
            machine.Lines.Where(line => !line.Contains("more", StringComparison.Ordinal)).Order().ShouldBe(["""{"id":"c"}""", """{"id":"c2"}""", $$"""{"id":"{{Key}}","n":2}"""]);
            NoTraceIn(machine, key: false);
        }

        CleanRemote(key: false);
    }

    // The file says byte for byte what the run had found, one entry of which has no version any more.
    [Fact]
    public async Task A_run_that_stops_before_its_exchange_leaves_a_file_that_is_known_though_an_entry_of_it_is_to_be_forgotten()
    {
        var entry = $$"""{"id":"{{Key}}","t":"{{Secret}}","by":"both"}""";
        bob.Lines = [entry, """{"id":"b"}"""];
        await bob.SyncAsync();
        await bob.ForgetAsync(new ForgetOptions { Keys = [Key], Offline = true });
        ada.Remote = null;
        ada.Lines = [entry, .. Enumerable.Range(1, 4).Select(i => $$"""{"id":"a{{i}}"}""")];
        await ada.BackupAsync();
        ada.Remote = world.Remote;
        await ada.BackupAsync(new RunOptions { AsNew = true });
        bob.Lines = [.. bob.Lines, """{"id":"b2"}"""];
        bob.Reached = step => throw new InvalidOperationException($"stopped at {step}");
        await Should.ThrowAsync<InvalidOperationException>(() => bob.SyncAsync());
        bob.Reached = _ => { };
        bob.Lines.Length.ShouldBe(3);
        var report = await bob.SyncAsync();
        report.Recorded.Deleted.ShouldBeEmpty();
        bob.Lines.Count(line => line.Contains("\"id\":\"a", StringComparison.Ordinal)).ShouldBe(4);
    }

    // Of two states of one publication, one with the entry and one without it, this store holds the one that its file still reflects.
    [Fact]
    public async Task A_machine_that_two_retired_of_whom_one_has_forgotten_costs_the_other_nothing()
    {
        bob.Lines = [$$"""{"id":"{{Key}}","t":"{{Secret}}"}""", """{"id":"b"}"""];
        var former = (await bob.SyncAsync()).Replica;
        ada.Lines = ["""{"id":"a"}"""];
        var other = (await ada.SyncAsync()).Replica;
        await ada.ForgetAsync(new ForgetOptions { Keys = [Key], Offline = true });
        await ada.RetireAsync(new() { Replicas = [former], Force = true, Offline = true });
        Directory.Delete(bob.DataFolder, recursive: true);
        await bob.SyncAsync();
        await bob.RetireAsync(new() { Replicas = [former, other], Force = true, Offline = true });
        await ada.SyncAsync();
        var another = new Machine(world, "bob") { DataFolder = bob.DataFolder, FileName = "another.jsonl", Lines = ["""{"id":"more"}"""] };
        await another.SyncAsync();
        (await bob.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
        await ada.SyncAsync();
        foreach (var machine in (Machine[])[ada, bob])
        {
            machine.Lines.Order().ShouldBe(["""{"id":"a"}""", """{"id":"b"}""", """{"id":"more"}"""]);
        }

        (await bob.VerifyAsync()).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Checkpoints_that_hold_it_are_removed_and_named_and_others_stay()
    {
        ada.Lines = ["""{"id":"1","n":1}"""];
        await ada.SyncAsync();
        await using (var session = await ada.OpenAsync())
        {
            await session.CreateCheckpointAsync("before", dryRun: false, TestContext.Current.CancellationToken);
        }

        await LeakAsync();
        await using (var session = await ada.OpenAsync())
        {
            await session.CreateCheckpointAsync("with-it", dryRun: false, TestContext.Current.CancellationToken);
        }

        var report = await ada.ForgetAsync(Key);
        report.Warnings.ShouldContain(warning => warning.Contains("with-it", StringComparison.Ordinal) && !warning.Contains("before", StringComparison.Ordinal));
        await ConvergeAsync();
        NoTraceIn(ada);
        await using var after = await ada.OpenAsync();
        (await after.CheckpointsAsync(TestContext.Current.CancellationToken)).Checkpoints.Single().Name.ShouldBe("before");
    }

    [Fact]
    public async Task What_is_kept_unpacked_goes_also_where_objects_cannot_be_destroyed_yet()
    {
        await LeakAsync();
        await ada.SyncAsync();
        await ada.MergeAsync(Path.Combine(ada.Home, "merged.json"));
        var unpacked = Path.Combine(Store(ada), "memory-backup", "default", "unpacked");
        File.ReadAllText(unpacked).ShouldContain(Secret);

        ada.PutBeforeGit("case \"$*\" in *' fsck '*) exit 128 ;; esac");
        (await ada.ForgetAsync(Key)).Warnings.ShouldContain(warning => warning.Contains("still lie in the repository", StringComparison.Ordinal));
        File.Exists(unpacked).ShouldBeFalse();
        ada.Adjust = settings => settings;
        await ConvergeAsync();
        foreach (var machine in (Machine[])[ada, bob, carol])
        {
            NoTraceIn(machine);
        }
    }

    [Fact]
    public async Task Unknown_keys_are_an_error_and_change_nothing()
    {
        await LeakAsync();
        var before = (await ada.StatusAsync()).Publication;
        var unknown = await Should.ThrowAsync<MemoryBackupException>(() => ada.ForgetAsync(Key, "no such entry"));
        unknown.ExitCode.ShouldBe(ExitCode.InvalidData);
        unknown.Message.ShouldContain("no such entry");
        (await ada.StatusAsync()).Publication.ShouldBe(before);
        Traces.Of(Secret, Store(ada)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_dry_run_says_what_would_go_and_does_nothing()
    {
        await LeakAsync();
        var before = (await ada.StatusAsync()).Publication;
        var dry = await ada.ForgetAsync(new ForgetOptions { Keys = [Key, "1"], DryRun = true });
        dry.Forgotten.Select(entry => entry.Key).ShouldBe([Key, "1"]);
        dry.Forgotten.ShouldAllBe(entry => entry.Request == null);
        dry.Files.ShouldBe([ada.File]);
        (await ada.StatusAsync()).Publication.ShouldBe(before);
        ada.Content.ShouldContain(Secret);
        var report = await ada.ForgetAsync(Key, "1");
        report.Forgotten.Select(entry => entry.Versions).ShouldBe(dry.Forgotten.Select(entry => entry.Versions));
    }

    // Ada writes it, edits it, both edit it at once; it stands in baselines, remembered states and pools; every store knows it.
    private async Task LeakAsync()
    {
        ada.Lines = ["""{"id":"1","n":1}""", $$"""{"id":"{{Key}}","text":"{{Secret}}-first","token":"{{Secret}}"}""", """{"id":"2","n":1}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        await carol.SyncAsync();
        ada.Lines = [.. ada.Lines.Select(line => line.Replace($"{Secret}-first", $"{Secret}-second", StringComparison.Ordinal))];
        await ada.SyncAsync();
        ada.Lines = [.. ada.Lines.Select(line => line.Replace($"{Secret}-second", $"{Secret}-adas", StringComparison.Ordinal)), """{"id":"3"}"""];
        bob.Lines = [.. bob.Lines.Select(line => line.Replace($"{Secret}-first", $"{Secret}-bobs", StringComparison.Ordinal)), """{"id":"4"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        await ConvergeAsync();
        ada.Content.ShouldContain(Secret);
        (await bob.ConflictsAsync()).Conflicts.ShouldContain(conflict => conflict.Key == Key);
    }

    private async Task ConvergeAsync()
    {
        for (var round = 0; round < 3; round++)
        {
            foreach (var machine in (Machine[])[ada, bob, carol])
            {
                (await machine.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
            }
        }

        bob.Lines.Order().ShouldBe(ada.Lines.Order());
        carol.Lines.Order().ShouldBe(ada.Lines.Order());
    }

    private static string Store(Machine machine) => Path.Combine(machine.DataFolder, "store.git");

    // What is reachable from states of others that have not done their part.
    private async Task<IReadOnlySet<string>> KnownOf(Machine machine)
    {
        var own = (await machine.StatusAsync()).Replica!;
        var refs = world.Git("--git-dir", Store(machine), "for-each-ref", "--format=%(refname)").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(name => !name.EndsWith(own, StringComparison.Ordinal) && !name.EndsWith("/local", StringComparison.Ordinal));
        return world.Git(["--git-dir", Store(machine), "rev-list", "--objects", .. refs]).Split('\n').Select(line => line.Split(' ')[0]).ToHashSet();
    }

    private static void NoTraceIn(Machine machine, IReadOnlySet<string>? but = null, bool key = true)
    {
        string[] texts = key ? [Secret, Key] : [Secret];
        foreach (var text in texts)
        {
            Traces.Of(text, Store(machine)).Where(trace => but?.Any(id => trace.Contains(id, StringComparison.Ordinal)) != true).ShouldBeEmpty();
        }

        machine.Leftovers.ShouldBeEmpty();
    }

    private void CleanRemote(bool key = true)
    {
        world.Git("--git-dir", world.Remote!, "gc", "--quiet", "--prune=now");
        Traces.Of(Secret, world.Remote!).ShouldBeEmpty();
        if (key)
        {
            Traces.Of(Key, world.Remote!).ShouldBeEmpty();
        }
    }

    private void Fsck()
    {
        foreach (var machine in (Machine[])[ada, bob, carol])
        {
            world.Git("--git-dir", Store(machine), "fsck", "--strict", "--no-dangling");
        }
    }
}
