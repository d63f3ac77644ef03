using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

public sealed class TwoMachinesTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Each_sees_what_the_other_added()
    {
        var (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        ada.Lines = ["""{"id":"a","text":"from ada"}"""];
        bob.Lines = ["""{"id":"b","text":"from bob"}"""];
        (await ada.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
        (await bob.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
        (await ada.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
        bob.Lines.ShouldBe(["""{"id":"b","text":"from bob"}""", """{"id":"a","text":"from ada"}"""]);
        ada.Lines.ShouldBe(["""{"id":"a","text":"from ada"}""", """{"id":"b","text":"from bob"}"""]);
    }

    [Fact]
    public async Task A_machine_without_the_file_gets_it()
    {
        var (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        ada.Lines = ["""{"id":"a","text":"from ada"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Content.ShouldBe(ada.Content);
    }

    [Fact]
    public async Task Edits_of_different_fields_and_observations_all_stay()
    {
        var (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        ada.Lines = ["""{"type":"entity","name":"Ada","entityType":"person","observations":["one"]}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        ada.Lines = ["""{"type":"entity","name":"Ada","entityType":"scientist","observations":["one","two"]}"""];
        bob.Lines = ["""{"type":"entity","name":"Ada","entityType":"person","observations":["one","three"],"age":36}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        await ada.SyncAsync();
        bob.Lines.ShouldBe(ada.Lines);
        var line = ada.Lines.Single();
        line.ShouldContain("scientist");
        line.ShouldContain("\"two\"");
        line.ShouldContain("\"three\"");
        line.ShouldContain("36");
    }

    [Fact]
    public async Task Of_a_conflict_the_later_value_is_shown_and_the_other_kept()
    {
        var (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        ada.Lines = ["""{"id":"a","text":"old"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        ada.Lines = ["""{"id":"a","text":"by ada"}"""];
        await ada.SyncAsync();
        await Task.Delay(20, TestContext.Current.CancellationToken);
        bob.Lines = ["""{"id":"a","text":"by bob"}"""];
        var report = await bob.SyncAsync();
        await ada.SyncAsync();
        ada.Lines.ShouldBe(bob.Lines);
        ada.Lines.ShouldBe(["""{"id":"a","text":"by bob"}"""]);
        var conflict = report.Conflicts.ShouldHaveSingleItem();
        conflict.Key.ShouldBe("a");
        conflict.Element.ShouldBe("/text");
        conflict.Shown!.Json.ShouldBe("\"by bob\"");
        conflict.Others.Single().Json.ShouldBe("\"by ada\"");
    }

    [Fact]
    public async Task A_delete_travels_and_stays()
    {
        var (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        ada.Lines = ["""{"id":"b"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines.ShouldBe(["""{"id":"b"}"""]);
        await bob.SyncAsync();
        await ada.SyncAsync();
        ada.Lines.ShouldBe(["""{"id":"b"}"""]);
    }

    [Fact]
    public async Task Nothing_new_means_no_publication_and_no_write()
    {
        var ada = world.Machine("ada");
        ada.Lines = ["""{"id":"a"}"""];
        await ada.SyncAsync();
        var stamp = File.GetLastWriteTimeUtc(ada.File);
        var again = await ada.SyncAsync();
        again.Publication.ShouldBe(1);
        again.Recorded.Any.ShouldBeFalse();
        again.Received.Any.ShouldBeFalse();
        File.GetLastWriteTimeUtc(ada.File).ShouldBe(stamp);
    }

    [Fact]
    public async Task A_run_after_one_that_wrote_back_moves_no_ref_and_leaves_nothing_beside_the_file()
    {
        var (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        ada.Lines = ["""{"id":"a"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = [.. bob.Lines, """{"id":"b"}"""];
        await bob.SyncAsync();
        await ada.SyncAsync();
        var refs = world.Git("--git-dir", Path.Combine(ada.DataFolder, "store.git"), "for-each-ref");
        await ada.SyncAsync();
        await ada.BackupAsync();
        world.Git("--git-dir", Path.Combine(ada.DataFolder, "store.git"), "for-each-ref").ShouldBe(refs);
        ada.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_merged_array_has_the_four_fields_and_their_order()
    {
        var (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        ada.Lines = ["""{"id":"a"}"""];
        bob.Lines = ["""{"id":"b","n":1.50}"""];
        await ada.BackupAsync();
        await bob.BackupAsync();
        var merged = await bob.MergeAsync();
        merged.Entries.ShouldBe(2);
        var text = System.Text.Encoding.UTF8.GetString(merged.Json.Span);
        text.ShouldContain("1.50");
        text.ShouldContain("\"unique_id\"");
    }
}
