using System.Text;
using MemoryBackup.Formats;
using MemoryBackup.Store.Format;
using MemoryBackup.Sync.Reports;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

public sealed class RestoreTests : IDisposable
{
    private const string OldAda = """{"type":"entity","name":"Ada","entityType":"person","observations":["one","two"]}""";
    private const string NewAda = """{"type":"entity","name":"Ada","entityType":"scientist","observations":["one","three"]}""";
    private const string Bob = """{"type":"entity","name":"Bob","entityType":"person","observations":[]}""";
    private const string Eve = """{"type":"entity","name":"Eve","entityType":"person","observations":[]}""";
    private readonly World world = new();
    private readonly Machine ada;
    private readonly Machine bob;

    public RestoreTests() => (ada, bob) = (world.Machine("ada"), world.Machine("bob"));

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task The_whole_memory_is_brought_back_and_travels()
    {
        var then = await PastAsync();
        var report = await ada.RestoreAsync(new() { Time = then, IntoMemory = true });
        report.ExitCode.ShouldBe(ExitCode.Done);
        report.Changes.Select(change => (change.Change, change.Key)).ShouldBe([("changed", "Ada"), ("added", "Bob")], ignoreOrder: true);
        report.Kept.ShouldBe(["Eve"]);
        report.Entries.ShouldBe(2);
        report.Remotes.Single().Pushed.ShouldBeTrue();
        var change = report.Changes.Single(change => change.Key == "Ada");
        change.Elements.ShouldBe(
        [
            new ElementChange("/observations#three", "true", null),
            new ElementChange("/entityType", "\"scientist\"", "\"person\""),
            new ElementChange("/observations#two", null, "true"),
        ]);
        (change.Before, change.After).ShouldBe((NewAda, OldAda));
        await ConvergeAsync();
        ada.Lines.ShouldBe([OldAda, Eve, Bob], ignoreOrder: true);
    }

    [Fact]
    public async Task Restoring_twice_changes_nothing()
    {
        var then = await PastAsync();
        var first = await ada.RestoreAsync(new() { Time = then, IntoMemory = true });
        var again = await ada.RestoreAsync(new() { Time = then, IntoMemory = true });
        again.Changes.ShouldBeEmpty();
        again.Publication.ShouldBe(first.Publication);
        await ConvergeAsync();
        (await bob.RestoreAsync(new() { Time = then, IntoMemory = true })).Changes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dry_run_tells_the_same_and_does_nothing()
    {
        var then = await PastAsync();
        var before = await ada.StatusAsync();
        var planned = await ada.RestoreAsync(new() { Time = then, IntoMemory = true, Exact = true, DryRun = true });
        (await ada.StatusAsync()).Publication.ShouldBe(before.Publication);
        var done = await ada.RestoreAsync(new() { Time = then, IntoMemory = true, Exact = true });
        planned.Changes.Select(change => (change.Change, change.KeyText, change.Before, change.After))
            .ShouldBe(done.Changes.Select(change => (change.Change, change.KeyText, change.Before, change.After)));
        planned.DryRun.ShouldBeTrue();
    }

    [Fact]
    public async Task What_was_not_there_then_is_deleted_only_when_asked_for()
    {
        var then = await PastAsync();
        var report = await bob.RestoreAsync(new() { Time = then, IntoMemory = true, Exact = true });
        report.Kept.ShouldBeEmpty();
        report.Changes.Single(change => change.Change == "deleted").Key.ShouldBe("Eve");
        await ConvergeAsync();
        ada.Lines.ShouldBe([OldAda, Bob], ignoreOrder: true);
    }

    [Fact]
    public async Task A_mass_deletion_wants_a_word_more()
    {
        ada.Lines = ["""{"id":"first"}"""];
        await ada.SyncAsync();
        var then = Later(1);
        ada.Lines = ["""{"id":"first"}""", .. Enumerable.Range(0, 20).Select(i => $$"""{"id":{{i}}}""")];
        await ada.SyncAsync();
        var request = new RestoreRequest { Time = then, IntoMemory = true, Exact = true };
        (await Should.ThrowAsync<MemoryBackupException>(() => ada.RestoreAsync(request))).ExitCode.ShouldBe(ExitCode.InvalidData);
        (await ada.RestoreAsync(request with { DryRun = true })).Changes.Count.ShouldBe(20);
        (await ada.RestoreAsync(request with { AcceptDeletes = true })).Changes.Count.ShouldBe(20);
        await ada.SyncAsync();
        ada.Lines.ShouldBe(["""{"id":"first"}"""]);
    }

    [Fact]
    public async Task A_delete_that_saw_only_the_former_versions_does_not_undo_it()
    {
        var then = await PastAsync();

        // Bob deletes Ada and, as the file still lacks him, nothing else; nobody hears of it yet.
        bob.Lines = [Eve];
        await bob.SyncAsync(new RunOptions { Offline = true });
        await ada.RestoreAsync(new() { Time = then, IntoMemory = true });
        await ConvergeAsync();
        await ConvergeAsync();
        ada.Lines.ShouldBe([OldAda, Eve, Bob], ignoreOrder: true);
    }

    [Fact]
    public async Task The_own_file_that_deletes_before_it_is_synced_does_not_undo_it()
    {
        var then = await PastAsync();
        await ada.RestoreAsync(new() { Time = then, IntoMemory = true });
        ada.Lines = [Eve];
        await ada.SyncAsync();
        await ConvergeAsync();
        ada.Lines.ShouldBe([Eve, OldAda, Bob], ignoreOrder: true);
    }

    [Fact]
    public async Task A_concurrent_edit_survives()
    {
        var then = await PastAsync();
        bob.Lines = [.. bob.Lines.Select(line => line == NewAda ? NewAda.Replace("\"one\"", "\"one\",\"concurrent\"") : line)];
        await bob.SyncAsync(new RunOptions { Offline = true });
        await ada.RestoreAsync(new() { Time = then, IntoMemory = true });
        await ConvergeAsync();
        var line = ada.Lines.Single(line => line.Contains("\"Ada\""));
        line.ShouldContain("concurrent");
        line.ShouldContain("\"two\"");
        line.ShouldContain("\"person\"");
    }

    [Fact]
    public async Task What_was_restored_can_be_deleted_and_restored_again()
    {
        var then = await PastAsync();
        for (var round = 0; round < 3; round++)
        {
            var report = await ada.RestoreAsync(new() { Time = then, Entry = "Bob", IntoMemory = true });
            report.Changes.ShouldHaveSingleItem().Change.ShouldBe("added");
            await ConvergeAsync();
            bob.Lines.ShouldContain(Bob);
            bob.Lines = [.. bob.Lines.Where(line => line != Bob)];
            await bob.SyncAsync();
            await ConvergeAsync();
            ada.Lines.ShouldNotContain(Bob);
        }
    }

    [Fact]
    public async Task A_key_that_the_store_itself_wrote_before_says_so_when_it_is_written_anew()
    {
        // Only a version without what it had seen may be dropped for one that says the same (design, section 13.7).
        await PastAsync();
        await ada.RestoreAsync(new() { Entry = "Bob", IntoMemory = true });
        var written = await WrittenByStoreAsync();
        written.ShouldHaveSingleItem().ShouldNotContain("\"seen\"");
        await ConvergeAsync();
        bob.Lines = [.. bob.Lines.Where(line => line != Bob)];
        await bob.SyncAsync();
        await ada.RestoreAsync(new() { Entry = "Bob", IntoMemory = true });
        written = await WrittenByStoreAsync();
        written.ShouldHaveSingleItem().ShouldContain(".0:2\",\"seen\":{");
    }

    [Fact]
    public async Task A_deleted_entry_comes_back_under_its_key()
    {
        await PastAsync();
        var report = await bob.RestoreAsync(new() { Entry = "Bob", IntoMemory = true });
        report.Entry.ShouldBe("Bob");
        report.UniqueId!.ShouldStartWith("ada-");
        report.Changes.ShouldHaveSingleItem().KeyText.ShouldBe("""["entity","Bob"]""");
        report.Kept.ShouldBeEmpty();
        await ConvergeAsync();
        ada.Lines.ShouldBe([NewAda, Eve, Bob], ignoreOrder: true);
    }

    [Fact]
    public async Task Without_a_version_an_entry_that_is_there_goes_one_step_back()
    {
        await PastAsync();
        var report = await ada.RestoreAsync(new() { Entry = """["entity","Ada"]""", IntoMemory = true });
        report.Changes.ShouldHaveSingleItem().After.ShouldBe(OldAda);
        await ConvergeAsync();
        bob.Lines.ShouldContain(OldAda);
    }

    [Fact]
    public async Task What_two_had_written_beside_each_other_comes_back_whole()
    {
        ada.Lines = ["""{"id":1,"a":0,"b":0}"""];
        await ConvergeAsync();
        ada.Lines = ["""{"id":1,"a":"by ada","b":0}"""];
        bob.Lines = ["""{"id":1,"a":0,"b":"by bob"}"""];
        await ConvergeAsync();
        Later(1);
        ada.Lines = ["""{"id":2}"""];
        await ada.SyncAsync(new RunOptions { AcceptDeletes = true });
        var report = await ada.RestoreAsync(new() { Entry = "1" });
        Text(report).ShouldBe("""{"id":1,"a":"by ada","b":"by bob"}""" + "\n");
    }

    [Fact]
    public async Task A_version_is_named_by_its_number_or_its_unique_id()
    {
        await PastAsync();
        var first = await ada.RestoreAsync(new() { Entry = "Ada", Version = "1" });
        Text(first).ShouldBe(OldAda + "\n");
        Text(await bob.RestoreAsync(new() { Entry = "Ada", Version = first.UniqueId })).ShouldBe(OldAda + "\n");
        Text(await bob.RestoreAsync(new() { Entry = "Ada", Version = "2" })).ShouldBe(NewAda + "\n");
        foreach (var none in new[] { "3", "0", "-1", "x", "99999999999999999999", "ada-aaaaaaaaaa.1:1" })
        {
            var error = await Should.ThrowAsync<MemoryBackupException>(() => ada.RestoreAsync(new() { Entry = "Ada", Version = none, IntoMemory = true }));
            error.ExitCode.ShouldBe(ExitCode.InvalidData);
            error.Remedy.ShouldContain(first.UniqueId!);
        }
    }

    [Fact]
    public async Task A_key_of_two_entries_is_refused_with_both_and_one_of_none_too()
    {
        ada.Lines = ["""{"id":1}""", """{"id":"1"}"""];
        await ada.SyncAsync();
        var several = await Should.ThrowAsync<MemoryBackupException>(() => ada.RestoreAsync(new() { Entry = "1", Version = "1" }));
        several.ExitCode.ShouldBe(ExitCode.Usage);
        several.Message.ShouldContain("""["id",1], ["id","1"]""".Split(", ")[0]);
        several.Message.ShouldContain("""["id","1"]""");
        (await Should.ThrowAsync<MemoryBackupException>(() => ada.RestoreAsync(new() { Entry = "2" }))).ExitCode.ShouldBe(ExitCode.InvalidData);
        Text(await ada.RestoreAsync(new() { Entry = """["id", "1"]""", Version = "1" })).ShouldBe("""{"id":"1"}""" + "\n");
        (await Should.ThrowAsync<MemoryBackupException>(() => ada.RestoreAsync(new() { Entry = """["id",1]""" }))).ExitCode.ShouldBe(ExitCode.InvalidData);
    }

    [Fact]
    public async Task A_past_memory_goes_into_a_file_in_the_format_of_its_name()
    {
        var then = await PastAsync();
        var output = Path.Combine(ada.Home, "then.jsonl");
        var report = await ada.RestoreAsync(new() { Time = then, Output = output });
        report.Output.ShouldBe(output);
        report.Format.ShouldBe("JsonLines");
        File.ReadAllText(output).ShouldBe($"{OldAda}\n{Bob}\n");
        await ada.RestoreAsync(new() { Time = then, Output = output, Entry = "Bob" });
        File.ReadAllText(output).ShouldBe($"{Bob}\n");
        var graph = await ada.RestoreAsync(new() { Time = then, Format = MemoryFormat.GraphDocument });
        Text(graph).ShouldContain("\"entities\"");
        graph.Unplaced.ShouldBeEmpty();
        var array = Path.Combine(ada.Home, "then.json");
        await ada.RestoreAsync(new() { Time = then, Output = array, DryRun = true });
        File.Exists(array).ShouldBeFalse();
        await ada.RestoreAsync(new() { Time = then, Output = array });
        File.ReadAllText(array).ShouldStartWith("[");
        ada.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_kept_in_step_is_never_written_over()
    {
        var then = await PastAsync();
        var error = await Should.ThrowAsync<MemoryBackupException>(() => ada.RestoreAsync(new() { Time = then, Output = ada.File }));
        error.ExitCode.ShouldBe(ExitCode.Usage);
        error.Remedy.ShouldContain("--into-memory");
        ada.Lines.ShouldBe([NewAda, Eve], ignoreOrder: true);
    }

    [Fact]
    public async Task Entries_that_a_field_names_are_written_under_it()
    {
        ada.Adjust = settings => settings with { KeyField = "email" };
        ada.Lines = ["""{"email":"a@b","n":1}"""];
        await ada.SyncAsync();
        var then = Later(1);
        ada.Adjust = settings => settings;
        var report = await ada.RestoreAsync(new() { Time = then });
        report.Unplaced.ShouldBeEmpty();
        Text(report).ShouldBe("""{"email":"a@b","n":1}""" + "\n");
    }

    [Fact]
    public async Task A_document_comes_back_as_one()
    {
        var machine = new Machine(world, "doc") { FileName = "memory.json", Remote = null };
        machine.Content = """{"version":1,"notes":[{"id":1,"text":"a"},{"id":2,"text":"b"}]}""";
        await machine.SyncAsync();
        machine.Time = new LaterTime(TimeSpan.FromHours(1));
        var report = await machine.RestoreAsync(new() { Time = machine.Time.GetUtcNow() });
        report.Format.ShouldBe("JsonDocument");
        report.Unplaced.ShouldBeEmpty();
        using var read = System.Text.Json.JsonDocument.Parse(report.Content);
        read.RootElement.GetProperty("notes").GetArrayLength().ShouldBe(2);
        read.RootElement.GetProperty("version").GetInt32().ShouldBe(1);
        var lines = new RestoreRequest { Time = machine.Time.GetUtcNow(), Output = Path.Combine(machine.Home, "then.jsonl") };
        (await Should.ThrowAsync<MemoryBackupException>(() => machine.RestoreAsync(lines))).ExitCode.ShouldBe(ExitCode.Usage);
        File.Exists(lines.Output).ShouldBeFalse();
    }

    [Fact]
    public async Task A_commit_stands_for_what_was_there_when_it_was_published()
    {
        await PastAsync();
        var replica = (await ada.StatusAsync()).Replica;
        var commits = world.Git("-C", world.Remote!, "log", "--format=%H", $"refs/heads/memory/default/{replica}").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var first = commits[^1];
        var report = await bob.RestoreAsync(new() { Commit = first[..12] });
        Text(report).ShouldBe($"{OldAda}\n{Bob}\n");
        report.Sources.ShouldContain(source => source.Commit == first && source.Publication == 1);
    }

    [Fact]
    public async Task Of_others_a_commit_has_what_was_published_before_it_was_heard_of()
    {
        // For the clocks all of it is one moment, and Bob deletes after he has heard of the commit.
        ada.Time = bob.Time = new StoppedTime(DateTimeOffset.UtcNow.AddHours(1));
        ada.Lines = ["""{"id":1}"""];
        bob.Lines = ["""{"id":2}"""];
        await ConvergeAsync();
        var replica = (await ada.StatusAsync()).Replica;
        ada.Lines = [.. ada.Lines, """{"id":3}"""];
        await ada.SyncAsync();
        var commit = world.Git("-C", world.Remote!, "rev-parse", $"refs/heads/memory/default/{replica}").Trim();
        await bob.SyncAsync();
        bob.Lines = ["""{"id":3}"""];
        await bob.SyncAsync();
        var report = await bob.RestoreAsync(new() { Commit = commit });
        Text(report).Split('\n').ShouldBe(["""{"id":1}""", """{"id":2}""", """{"id":3}""", ""], ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_no_commit_of_a_state_is_refused()
    {
        await PastAsync();
        var error = await Should.ThrowAsync<MemoryBackupException>(() => ada.RestoreAsync(new() { Commit = "0123456789", IntoMemory = true }));
        error.ExitCode.ShouldBe(ExitCode.InvalidData);
        var local = world.Git("--git-dir", Path.Combine(ada.DataFolder, "store.git"), "rev-parse", "refs/memory-backup/default/local").Trim();
        (await Should.ThrowAsync<MemoryBackupException>(() => ada.RestoreAsync(new() { Commit = local }))).ExitCode.ShouldBe(ExitCode.InvalidData);
    }

    [Fact]
    public async Task There_is_no_memory_in_the_future_or_before_the_first_state()
    {
        await PastAsync();
        var future = new RestoreRequest { Time = ada.Time.GetUtcNow().AddMinutes(1), IntoMemory = true };
        (await Should.ThrowAsync<MemoryBackupException>(() => ada.RestoreAsync(future))).ExitCode.ShouldBe(ExitCode.Usage);
        var before = new RestoreRequest { Time = DateTimeOffset.UtcNow.AddDays(-1), IntoMemory = true, Exact = true };
        (await Should.ThrowAsync<MemoryBackupException>(() => ada.RestoreAsync(before))).ExitCode.ShouldBe(ExitCode.InvalidData);
        var empty = new Machine(world, "empty") { Remote = null };
        (await Should.ThrowAsync<MemoryBackupException>(() => empty.RestoreAsync(before))).Message.ShouldContain("no history");
    }

    [Fact]
    public async Task A_damaged_state_is_told_and_nothing_is_changed()
    {
        await PastAsync();
        var then = ada.Time.GetUtcNow();
        Later(3);
        ada.Lines = [NewAda];
        await ada.SyncAsync();
        var store = Path.Combine(ada.DataFolder, "store.git");
        var replica = (await ada.StatusAsync()).Replica;
        var blob = world.Git("--git-dir", store, "rev-parse", $"refs/heads/memory/default/{replica}~1:replica.json").Trim();
        var path = Path.Combine(store, "objects", blob[..2], blob[2..]);
        File.SetAttributes(path, FileAttributes.Normal);
        File.WriteAllText(path, "damaged");
        var error = await Should.ThrowAsync<MemoryBackupException>(() => ada.RestoreAsync(new() { Time = then, IntoMemory = true, Offline = true }));
        error.ExitCode.ShouldBe(ExitCode.Failed);
        error.Message.ShouldContain("damaged");
    }

    [Fact]
    public async Task A_new_machine_brings_back_what_it_never_had()
    {
        var then = await PastAsync();
        var cleo = world.Machine("cleo");
        cleo.Time = ada.Time;
        Text(await cleo.RestoreAsync(new() { Time = then })).ShouldBe($"{OldAda}\n{Bob}\n");
        (await cleo.RestoreAsync(new() { Time = then, IntoMemory = true })).Changes.Count.ShouldBe(2);
        await ConvergeAsync();
        ada.Lines.ShouldBe([OldAda, Eve, Bob], ignoreOrder: true);
    }

    [Fact]
    public async Task A_remote_that_is_away_leaves_it_pending()
    {
        var then = await PastAsync();
        var remote = ada.Remote;
        ada.Remote = Path.Combine(world.Folder, "nowhere.git");
        var report = await ada.RestoreAsync(new() { Time = then, IntoMemory = true });
        report.ExitCode.ShouldBe(ExitCode.RemotePending);
        report.Changes.Count.ShouldBe(2);
        ada.Remote = remote;
        await ConvergeAsync();
        bob.Lines.ShouldBe([OldAda, Eve, Bob], ignoreOrder: true);
    }

    [Fact]
    public async Task Two_who_restore_the_same_at_once_agree()
    {
        var then = await PastAsync();
        await ada.RestoreAsync(new() { Time = then, IntoMemory = true, Offline = true });
        await bob.RestoreAsync(new() { Time = then, IntoMemory = true, Offline = true });
        await ConvergeAsync();
        ada.Lines.ShouldBe([OldAda, Eve, Bob], ignoreOrder: true);
        (await ada.StatusAsync()).Conflicts.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_one_had_removed_does_not_show_again_because_of_a_fast_clock()
    {
        // Ada's clock is two hours ahead; Bob, whose clock is right, replaces what she wrote, and both have forgotten her version since.
        ada.Time = new LaterTime(TimeSpan.FromHours(2));
        ada.Lines = ["""{"id":1,"text":"ada"}""", """{"id":2}"""];
        await ConvergeAsync();
        bob.Lines = ["""{"id":1,"text":"bob"}"""];
        await bob.SyncAsync();
        await ConvergeAsync();
        bob.Lines = ["""{"id":1,"text":"bob again"}"""];
        await bob.SyncAsync();
        bob.Time = new LaterTime(TimeSpan.FromHours(1));
        var report = await bob.RestoreAsync(new() { Time = bob.Time.GetUtcNow() });
        Text(report).ShouldBe("""{"id":1,"text":"bob again"}""" + "\n");
        report.Warnings.ShouldContain(warning => warning.Contains("clocks"));
    }

    // Ada changed, Bob deleted and Eve added since the moment that is returned.
    private async Task<DateTimeOffset> PastAsync()
    {
        ada.Lines = [OldAda, Bob];
        await ConvergeAsync();
        var then = Later(1);
        ada.Lines = [NewAda, Eve];
        await ConvergeAsync();
        Later(2);
        return then;
    }

    // What was there until now, and everything after it an hour later.
    private DateTimeOffset Later(int hours)
    {
        var before = ada.Time.GetUtcNow().AddMinutes(1);
        ada.Time = new LaterTime(TimeSpan.FromHours(hours));
        bob.Time = ada.Time;
        return before;
    }

    // Lines of the own state that the actor .0 wrote.
    private async Task<List<string>> WrittenByStoreAsync()
    {
        var replica = (await ada.StatusAsync()).Replica;
        var entries = world.Git("-C", world.Remote!, "show", $"refs/heads/memory/default/{replica}:{NumberedFile.Path("entries", replica!, 1)}");
        return [.. entries.Split('\n').Where(line => line.Contains($"\"unique_id\":\"{replica}.0:"))];
    }

    private async Task ConvergeAsync()
    {
        await ada.SyncAsync();
        await bob.SyncAsync();
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines.Order().ShouldBe(ada.Lines.Order());
    }

    private static string Text(RestoreReport report) => Encoding.UTF8.GetString(report.Content.Span);
}
