using MemoryBackup.Store.Verifying;
using MemoryBackup.Sync.Reports;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

public sealed class VerifyTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    // As a kill between the two refs of a commit leaves it: nothing else is new, so nothing is committed that would mend it.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_published_ref_that_a_kill_left_behind_is_put_right_by_the_next_run(bool syncs)
    {
        var ada = world.Machine("ada");
        ada.Lines = ["""{"id":"a"}"""];
        await ada.SyncAsync();
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        var own = $"refs/heads/memory/default/{(await ada.SyncAsync()).Replica}";
        File.Delete(Path.Combine(ada.Store, "memory-backup", "default", "unchanged.json"));
        world.Git("--git-dir", ada.Store, "update-ref", own, $"{own}~1");
        File.WriteAllText(Path.Combine(ada.Store, $"{own}.lock"), "");
        (await ada.VerifyAsync()).Findings.Select(finding => finding.Code).ShouldContain(FindingCode.PublishedRefBehind);
        var report = syncs ? await ada.SyncAsync() : await ada.BackupAsync();
        report.Recorded.Any.ShouldBeFalse();
        (await ada.VerifyAsync()).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_whole_store_has_no_findings_and_keeps_the_laws()
    {
        var (ada, bob) = await TwoAsync();
        var report = await ada.VerifyAsync(new VerifyOptions { Laws = true, Seed = 7 });
        report.Findings.ShouldBeEmpty();
        (report.ExitCode, report.States, report.Files, report.Orders, report.Seed).ShouldBe((ExitCode.Done, 2, 1, 10, 7));
        report.Versions.ShouldBe(3);
        (await bob.VerifyAsync(new VerifyOptions { Quick = true })).Quick.ShouldBeTrue();
    }

    [Fact]
    public async Task A_store_that_was_never_written_is_in_order()
    {
        var report = await world.Machine("ada").VerifyAsync(new VerifyOptions { Laws = true });
        report.Findings.Select(finding => finding.Code).ShouldBe([FindingCode.LawsSkipped]);
        (report.ExitCode, report.Replica).ShouldBe((ExitCode.Done, null));
        (await world.Machine("ada").VerifyAsync(new VerifyOptions { Repair = true })).Repairs.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_whose_first_run_was_cut_off_after_its_fetch_has_lost_nothing()
    {
        var (ada, _) = await TwoAsync();
        var harm = Harm(ada);
        harm.RefsBelow("refs/").Where(name => !name.StartsWith(harm.Refs.Incoming("").TrimEnd('/'), StringComparison.Ordinal)).ToList()
            .ForEach(name => harm.Git("update-ref", "-d", name));
        harm.RefsBelow("refs/").ShouldNotBeEmpty();
        var report = await ada.VerifyAsync();
        report.Findings.Select(finding => finding.Code).Distinct().ShouldBe([FindingCode.IncomingNotTaken]);
        report.ExitCode.ShouldBe(ExitCode.Done);
        (await ada.VerifyAsync(new VerifyOptions { Repair = true })).Repairs.ShouldBeEmpty();
        (await ada.SyncAsync()).Remotes.ShouldAllBe(remote => remote.Failure == null);
        (await ada.VerifyAsync()).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_first_run_that_was_killed_between_its_two_refs_is_told_and_is_no_error()
    {
        using var alone = new World(remote: false);
        var ada = alone.Machine("ada");
        ada.Lines = ["""{"id":"a"}"""];
        await ada.SyncAsync();
        var harm = new Damage(alone, Path.Combine(ada.DataFolder, "store.git"));
        harm.Git("update-ref", "-d", harm.Refs.Local);
        var report = await ada.VerifyAsync();
        report.Findings.Select(finding => (finding.Severity, finding.Code)).ShouldBe([(Severity.Warning, FindingCode.LocalMissing)]);
        report.ExitCode.ShouldBe(ExitCode.Done);
        await ada.SyncAsync();
        (await ada.VerifyAsync()).Findings.ShouldBeEmpty();

        // With two publications it was no first run.
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        harm.Git("update-ref", "-d", harm.Refs.Local);
        (await ada.VerifyAsync()).ExitCode.ShouldBe(ExitCode.InvalidData);
    }

    [Fact]
    public async Task So_it_is_for_one_that_had_taken_what_others_sent()
    {
        await TwoAsync();
        var carol = world.Machine("carol");
        carol.Lines = ["""{"id":"c"}"""];
        await carol.SyncAsync();
        var harm = Harm(carol);
        harm.RefsBelow(harm.Refs.Known).Length.ShouldBe(2);
        harm.Git("update-ref", "-d", harm.Refs.Local);
        var report = await carol.VerifyAsync();
        report.Findings.Where(finding => finding.Severity == Severity.Error).ShouldBeEmpty();
        report.Findings.ShouldContain(finding => finding.Code == FindingCode.LocalMissing);
        await carol.SyncAsync();
        carol.Lines.Length.ShouldBeGreaterThan(2);
        (await carol.VerifyAsync()).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_remote_is_checked_like_a_store_and_nothing_is_left_in_it()
    {
        await TwoAsync();
        var files = Directory.GetFileSystemEntries(world.Remote!);
        var operatorOfIt = new Machine(world, "operator") { Repository = world.Remote, Remote = null };
        var report = await operatorOfIt.VerifyAsync();
        report.Findings.ShouldBeEmpty();
        (report.States, report.Replica).ShouldBe((2, null));
        Directory.GetFileSystemEntries(world.Remote!).ShouldBe(files);
        var harm = new Damage(world, world.Remote!);
        harm.Unpack();
        Damage.Truncate(harm.Loose(harm.RefsBelow(harm.Refs.Published)[0] + ":replica.json"));
        var found = await operatorOfIt.VerifyAsync();
        found.ExitCode.ShouldBe(ExitCode.InvalidData);
        found.Findings.Select(finding => finding.Code).ShouldContain(FindingCode.StateDamaged);
    }

    [Fact]
    public async Task A_repair_of_what_is_whole_changes_nothing()
    {
        var (ada, _) = await TwoAsync();
        var harm = Harm(ada);
        var refs = harm.Git("for-each-ref");
        var report = await ada.VerifyAsync(new VerifyOptions { Repair = true });
        report.Repairs.ShouldBeEmpty();
        harm.Git("for-each-ref").ShouldBe(refs);
    }

    [Fact]
    public async Task Verify_without_repair_writes_nothing()
    {
        var (ada, _) = await TwoAsync();
        var harm = Harm(ada);
        File.WriteAllText(harm.RefFile(harm.Refs.Local), "garbage\n");
        var before = Snapshot(harm.Store);
        (await ada.VerifyAsync(new VerifyOptions { Laws = true })).ExitCode.ShouldBe(ExitCode.InvalidData);
        Snapshot(harm.Store).ShouldBe(before);
    }

    [Fact]
    public async Task Without_a_remote_a_lost_local_state_costs_nothing_but_the_name()
    {
        using var alone = new World(remote: false);
        var ada = alone.Machine("ada");
        ada.Lines = ["""{"id":"a","t":1}""", """{"id":"dropped"}"""];
        await ada.SyncAsync();
        ada.Lines = ["""{"id":"a","t":2}"""];
        await ada.SyncAsync();
        var harm = new Damage(alone, Path.Combine(ada.DataFolder, "store.git"));
        var former = harm.OwnRef;
        File.Delete(harm.RefFile(harm.Refs.Local));
        ada.Lines = ["""{"id":"a","t":2}""", """{"id":"b"}"""];
        var report = await ada.VerifyAsync(new VerifyOptions { Repair = true });
        report.ExitCode.ShouldBe(ExitCode.Done, Shown(report));
        report.Replica.ShouldNotBe(former[(former.LastIndexOf('/') + 1)..]);
        (await ada.SyncAsync()).Recorded.Added.ShouldBe(["b"]);
        ada.Lines.ShouldBe(["""{"id":"a","t":2}""", """{"id":"b"}"""]);
        (await ada.HistoryAsync("dropped")).Events.Count.ShouldBe(2);
        (await ada.VerifyAsync()).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_remote_an_own_state_that_cannot_be_read_is_made_up_for_by_history_and_the_file()
    {
        using var alone = new World(remote: false);
        var ada = alone.Machine("ada");
        ada.Lines = ["""{"id":"a","t":1}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        ada.Lines = ["""{"id":"a","t":2}""", """{"id":"b"}""", """{"id":"c"}"""];
        await ada.SyncAsync();
        var harm = new Damage(alone, Path.Combine(ada.DataFolder, "store.git"));
        harm.Unpack();
        File.Delete(harm.Loose(harm.OwnRef + ":" + harm.OwnEntries));
        var report = await ada.VerifyAsync(new VerifyOptions { Repair = true });
        report.ExitCode.ShouldBe(ExitCode.Done, Shown(report));
        report.Repairs.ShouldContain(step => step.What.StartsWith("Took publication 1 ", StringComparison.Ordinal));
        var before = ada.Lines;

        // What was written on top of the state that is gone counts as written beside the one before it.
        (await ada.SyncAsync()).Conflicts.Select(conflict => (conflict.Key, conflict.Shown!.Json, conflict.Others.Single().Json)).ShouldBe([("a", "2", "1")]);
        ada.Lines.ShouldBe(before);
        (await ada.VerifyAsync()).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_its_remote_a_repair_gives_nothing_up_that_the_remote_may_have()
    {
        var (ada, bob) = await TwoAsync();
        var harm = Harm(ada);
        harm.Unpack();
        File.Delete(harm.Loose(harm.KnownRef + ":" + harm.KnownEntries));
        var offline = await ada.VerifyAsync(new VerifyOptions { Repair = true, Offline = true });
        offline.ExitCode.ShouldBe(ExitCode.InvalidData);
        offline.Undone.ShouldHaveSingleItem().ShouldContain("no remote could be asked");
        Directory.Move(world.Remote!, world.Remote + ".away");
        var away = await ada.VerifyAsync(new VerifyOptions { Repair = true });
        (away.ExitCode, away.Undone.Count).ShouldBe((ExitCode.InvalidData, 2));
        ada.Lines.Length.ShouldBe(3);
        Directory.Move(world.Remote + ".away", world.Remote!);
        (await ada.VerifyAsync(new VerifyOptions { Repair = true })).ExitCode.ShouldBe(ExitCode.Done);
        await ada.SyncAsync();
        ada.Lines.Length.ShouldBe(3);
        await bob.SyncAsync();
        bob.Lines.Length.ShouldBe(3);
    }

    [Fact]
    public async Task What_nobody_has_any_more_of_another_replica_is_not_taken_out_of_the_file()
    {
        var (ada, _) = await TwoAsync();
        var harm = Harm(ada);
        harm.Unpack();
        File.Delete(harm.Loose(harm.KnownRef + ":" + harm.KnownEntries));
        world.Git("--git-dir", world.Remote!, "update-ref", "-d", harm.KnownRef.Replace(harm.Refs.Known, harm.Refs.Published, StringComparison.Ordinal));
        var report = await ada.VerifyAsync(new VerifyOptions { Repair = true });
        report.ExitCode.ShouldBe(ExitCode.Done, Shown(report));
        report.Repairs.ShouldContain(step => step.What.Contains("Went on without", StringComparison.Ordinal), Shown(report));
        var before = ada.Lines;
        await ada.SyncAsync();
        ada.Lines.ShouldBe(before, ignoreOrder: true);
        var carl = world.Machine("carl");
        await carl.SyncAsync();
        carl.Lines.ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task A_retired_replica_is_in_order_and_outlives_the_loss_of_the_local_state()
    {
        var (ada, bob) = await TwoAsync();
        var carl = world.Machine("carl");
        await carl.SyncAsync();
        await ada.SyncAsync();
        var replica = (await bob.StatusAsync()).Replica!;
        (await ada.RetireAsync(new() { Replicas = [replica], Force = true })).Retired.Count.ShouldBe(1);
        await carl.SyncAsync();
        foreach (var machine in (Machine[])[ada, carl])
        {
            var report = await machine.VerifyAsync(new VerifyOptions { Laws = true });
            report.Findings.ShouldAllBe(finding => finding.Severity == Severity.Note, Shown(report));
        }

        foreach (var machine in (Machine[])[ada, carl])
        {
            var harm = Harm(machine);
            File.Delete(harm.RefFile(harm.Refs.Local));
            var repaired = await machine.VerifyAsync(new VerifyOptions { Repair = true, Laws = true });
            repaired.Findings.ShouldAllBe(finding => finding.Severity == Severity.Note, Shown(repaired));
            (await machine.SyncAsync()).Recorded.Any.ShouldBeFalse();
            machine.Lines.Length.ShouldBe(3);
        }
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_read_is_told()
    {
        var (ada, _) = await TwoAsync();
        var harm = Harm(ada);
        harm.Git("update-ref", harm.Refs.Checkpoints + "before", harm.OwnRef);
        var report = await ada.VerifyAsync();
        (report.ExitCode, report.Findings.Single().Code).ShouldBe((ExitCode.Done, FindingCode.CheckpointDamaged));
    }

    [Fact]
    public async Task A_shortened_history_is_in_order()
    {
        var (ada, _) = await TwoAsync();
        for (var round = 0; round < 3; round++)
        {
            ada.Lines = [$$"""{"id":"a","t":"{{round}}"}""", .. ada.Lines[1..]];
            await ada.SyncAsync();
        }

        ada.Time = new LaterTime(TimeSpan.FromDays(3));
        await ada.CompactAsync(TimeSpan.FromDays(1));
        var report = await ada.VerifyAsync(new VerifyOptions { Laws = true });
        report.Findings.ShouldAllBe(finding => finding.Severity == Severity.Note, Shown(report));
    }

    [Fact]
    public async Task A_name_of_a_write_that_stands_for_two_is_found_in_states_and_in_history()
    {
        var (ada, _) = await TwoAsync();
        var harm = Harm(ada);
        var entries = harm.Git("show", harm.OwnRef + ":" + harm.OwnEntries);
        harm.ReplaceOwn(harm.OwnEntries, entries.Replace("\"a1\"", "\"a9\"", StringComparison.Ordinal) + "\n");
        var report = await ada.VerifyAsync();
        report.Findings.Select(finding => finding.Code).ShouldContain(FindingCode.DotReused, Shown(report));
        report.ExitCode.ShouldBe(ExitCode.InvalidData);
    }

    [Fact]
    public async Task A_line_that_is_not_canonical_is_named_by_file_and_number()
    {
        var (ada, _) = await TwoAsync();
        var harm = Harm(ada);
        var lines = harm.Git("show", harm.OwnRef + ":" + harm.OwnEntries).Split('\n');
        lines[1] = lines[1].Replace("\"id\":", "\"id\": ", StringComparison.Ordinal);
        harm.ReplaceOwn(harm.OwnEntries, string.Join('\n', lines) + "\n");
        var report = await ada.VerifyAsync();
        var finding = report.Findings.Single(finding => finding.Code == FindingCode.StateDamaged);
        (finding.Place.Path, finding.Place.Line).ShouldBe((harm.OwnEntries, 2));
    }

    [Fact]
    public async Task A_version_that_a_baseline_needs_is_found_again_in_history()
    {
        var (ada, _) = await TwoAsync();
        ada.Lines = ["""{"id":"a","t":"changed"}""", .. ada.Lines[1..]];
        await ada.SyncAsync();
        var harm = Harm(ada);
        var json = harm.Git("ls-tree", "-r", "--name-only", harm.Refs.Local, "pool/");
        json.ShouldNotBeEmpty();
        harm.ReplaceLocal(json, "");
        var found = await ada.VerifyAsync();
        found.Findings.Select(finding => finding.Code).ShouldContain(FindingCode.BaselineVersionMissing, Shown(found));
        var replica = found.Replica;
        var repaired = await ada.VerifyAsync(new VerifyOptions { Repair = true });
        repaired.Findings.ShouldBeEmpty(Shown(repaired));
        repaired.Replica.ShouldBe(replica);
        (await ada.SyncAsync()).Recorded.Any.ShouldBeFalse();
    }

    [Fact]
    public async Task Files_that_are_gone_or_invalid_and_what_lies_beside_them_are_told()
    {
        var (ada, _) = await TwoAsync();
        var beside = Path.Combine(ada.Home, ".memory.jsonl.0123456789ab.memory-backup");
        File.WriteAllText(beside, "late");
        (await ada.VerifyAsync()).Findings.Select(finding => (finding.Code, finding.Severity)).ShouldBe([(FindingCode.LeftoverBesideFile, Severity.Warning)]);
        File.Copy(ada.File, beside, overwrite: true);
        (await ada.VerifyAsync()).Findings.Select(finding => (finding.Code, finding.Severity)).ShouldBe([(FindingCode.LeftoverBesideFile, Severity.Note)]);
        File.Delete(beside);
        ada.Content = "{";
        var invalid = await ada.VerifyAsync();
        (invalid.ExitCode, invalid.Findings.Single().Code).ShouldBe((ExitCode.InvalidData, FindingCode.FileInvalid));
        File.Delete(ada.File);
        var missing = await ada.VerifyAsync();
        (missing.ExitCode, missing.Findings.Single().Code).ShouldBe((ExitCode.Done, FindingCode.FileMissing));
    }

    [Fact]
    public async Task A_write_in_place_that_was_cut_off_is_told()
    {
        var (ada, bob) = await TwoAsync();
        System.Diagnostics.Process.Start("ln", [ada.File, ada.File + ".link"])!.WaitForExit();
        bob.Lines = [.. bob.Lines, """{"id":"late"}"""];
        await bob.SyncAsync();
        ada.Reached = step =>
        {
            if (step == WritingBack.WriteBackStep.Prepared)
            {
                throw new OperationCanceledException();
            }
        };
        await Should.ThrowAsync<OperationCanceledException>(ada.SyncAsync());
        ada.Reached = _ => { };
        var report = await ada.VerifyAsync();
        report.ExitCode.ShouldBe(ExitCode.Done);
        report.Findings.Select(finding => finding.Code).ShouldContain(FindingCode.WriteCutOff, Shown(report));
    }

    [Fact]
    public async Task A_store_that_a_run_holds_is_looked_at_all_the_same()
    {
        var (ada, _) = await TwoAsync();
        ada.Adjust = settings => settings with { LockTimeout = TimeSpan.FromMilliseconds(50) };
        using var held = await Store.StoreLock.TakeAsync(Harm(ada).Store, TimeSpan.FromSeconds(1), TimeProvider.System, () => { }, TestContext.Current.CancellationToken);
        (await ada.VerifyAsync()).Findings.Select(finding => finding.Code).ShouldBe([FindingCode.StoreHeld]);
        await Should.ThrowAsync<MemoryBackupException>(ada.VerifyAsync(new VerifyOptions { Repair = true }));
    }

    private async Task<(Machine Ada, Machine Bob)> TwoAsync()
    {
        var (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        ada.Lines = ["""{"id":"a","t":"a1"}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = [.. bob.Lines, """{"id":"c"}"""];
        await bob.SyncAsync();
        await ada.SyncAsync();
        return (ada, bob);
    }

    private Damage Harm(Machine machine) => new(world, Path.Combine(machine.DataFolder, "store.git"));

    private static string[] Snapshot(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => $"{file} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}")];

    private static string Shown(VerifyReport report) => string.Join(
        '\n',
        [
            .. report.Findings.Select(finding => $"{finding.Severity} {finding.Code} [{finding.Place}] {finding.Message}"),
            .. report.Repairs.Select(step => $"  did: {step.What} ({step.Kept})"),
            .. report.Undone.Select(undone => $"  undone: {undone}"),
        ]);
}
