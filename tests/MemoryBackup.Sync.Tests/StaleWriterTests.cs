using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>A program that loaded the file before a write-back saves after it (design, section 6.8).</summary>
public sealed class StaleWriterTests : IDisposable
{
    private readonly World world = new();
    private readonly Machine ada;
    private readonly Machine bob;

    public StaleWriterTests() => (ada, bob) = (world.Machine("ada"), world.Machine("bob"));

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Its_edit_counts_and_what_it_had_not_loaded_stays()
    {
        await ArriveAsync(["a"], "b", "c");
        ada.Lines = Entries("a", "mine");
        var report = await ada.SyncAsync();
        report.KeptForStaleWriter.ShouldBe(["b", "c"]);
        report.Warnings.ShouldContain(warning => warning.Contains("older state"));
        ada.Lines.ShouldBe(Entries("a", "mine", "b", "c"), ignoreOrder: true);
        await bob.SyncAsync();
        bob.Lines.ShouldBe(ada.Lines, ignoreOrder: true);
    }

    // One entry less differs from the state before they came; but most of what it has of them only somebody who loaded them can have.
    [Fact]
    public async Task Who_changed_what_came_has_loaded_it_and_what_is_missing_was_deleted()
    {
        string[] before = [.. Entries("a"), """{"id":"d"}"""];
        string[] arrived = [Note("x"), Note("y"), Note("z")];
        ada.Lines = before;
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = [.. before, .. arrived];
        await bob.SyncAsync();
        await ada.SyncAsync();
        ada.Lines = [.. Entries("a"), Note("x", ",\"v\":1"), Note("y", ",\"v\":1"), .. Entries("mine", "also mine")];
        var report = await ada.SyncAsync();
        report.KeptForStaleWriter.ShouldBeEmpty();
        report.Recorded.Deleted.ShouldBe(["d", "z"]);
        report.Recorded.Changed.ShouldBe(["x", "y"], ignoreOrder: true);
        await bob.SyncAsync();
        bob.Lines.ShouldBe(ada.Lines, ignoreOrder: true);
        (await bob.ConflictsAsync()).Conflicts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_made_the_same_entry_with_other_words_has_not_loaded_what_came()
    {
        string[] before = Entries("a");
        ada.Lines = before;
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = [.. before, Note("x"), Note("y"), Note("z")];
        await bob.SyncAsync();
        await ada.SyncAsync();
        ada.Lines = [.. before, """{"id":"x","text":"my own","by":"me"}"""];
        var report = await ada.SyncAsync();
        report.Recorded.Deleted.ShouldBeEmpty();
        report.KeptForStaleWriter.ShouldBe(["y", "z"]);
    }

    [Fact]
    public async Task A_change_that_it_had_not_loaded_stays_and_that_is_told()
    {
        await ArriveAsync(["a"], "b", "c");
        ada.Lines = [.. Entries("a", "c"), """{"id":"b","note":"new"}"""];
        await ada.SyncAsync();
        ada.Lines = [.. Entries("a", "b"), """{"id":"c","note":"mine"}"""];
        var report = await ada.SyncAsync();
        report.KeptForStaleWriter.ShouldBe(["b"]);
        report.Warnings.ShouldContain(warning => warning.Contains("older state"));
        ada.Lines.ShouldBe([.. Entries("a"), """{"id":"b","note":"new"}""", """{"id":"c","note":"mine"}"""], ignoreOrder: true);
    }

    [Fact]
    public async Task A_single_entry_that_came_and_is_taken_away_is_deleted()
    {
        await ArriveAsync(["a"], "b");
        ada.Lines = Entries("a");
        (await ada.SyncAsync()).Recorded.Deleted.ShouldBe(["b"]);
        ada.Lines.ShouldBe(Entries("a"));
        await bob.SyncAsync();
        bob.Lines.ShouldBe(Entries("a"));
    }

    [Fact]
    public async Task A_single_entry_that_came_stays_beside_what_a_writer_without_it_has_written()
    {
        await ArriveAsync(["a"], "b");
        for (var i = 0; i < 3; i++)
        {
            ada.Lines = Entries(["a", .. Enumerable.Range(0, i + 1).Select(n => $"mine{n}")]);
            (await ada.SyncAsync()).Recorded.Deleted.ShouldBeEmpty();
            bob.Lines = [.. bob.Lines, .. Entries($"bob{i}")];
            await bob.SyncAsync();
            await ada.SyncAsync();
        }

        ada.Lines.Length.ShouldBe(1 + 1 + 3 + 3);
    }

    [Fact]
    public async Task Two_entries_that_came_and_are_taken_away_return_at_most_once()
    {
        await ArriveAsync(["a"], "b", "c");
        ada.Lines = Entries("a");
        await ada.SyncAsync();
        ada.Lines.ShouldBe(Entries("a", "b", "c"), ignoreOrder: true);

        // Runs in between that find nothing new do not make it forget.
        await ada.SyncAsync();
        await ada.SyncAsync();
        ada.Lines = Entries("a");
        (await ada.SyncAsync(new RunOptions { AcceptDeletes = true })).Recorded.Deleted.ShouldBe(["b", "c"]);
        await bob.SyncAsync();
        bob.Lines.ShouldBe(Entries("a"));
        ada.Lines.ShouldBe(Entries("a"));
    }

    [Fact]
    public async Task A_writer_that_never_reloads_loses_nobody_anything()
    {
        await ArriveAsync(["a"], "b", "c");
        var own = new List<string> { "a" };
        for (var i = 0; i < 4; i++)
        {
            own.Add($"mine{i}");
            ada.Lines = Entries([.. own]);
            (await ada.SyncAsync()).Recorded.Deleted.ShouldBeEmpty();
            bob.Lines = [.. bob.Lines, .. Entries($"bob{i}")];
            await bob.SyncAsync();
            await ada.SyncAsync();
        }

        await bob.SyncAsync();
        bob.Lines.Length.ShouldBe(3 + 4 + 4);
        ada.Lines.ShouldBe(bob.Lines, ignoreOrder: true);
    }

    [Fact]
    public async Task After_a_reload_a_delete_is_a_delete_again()
    {
        await ArriveAsync(["a"], "b", "c");
        ada.Lines = Entries("a", "mine");
        await ada.SyncAsync();
        ada.Lines = [.. ada.Lines, .. Entries("reloaded")];
        await ada.SyncAsync();
        bob.Lines = [.. bob.Lines, .. Entries("d")];
        await bob.SyncAsync();
        await ada.SyncAsync();
        ada.Lines = [.. ada.Lines.Where(line => !line.Contains("\"d\""))];
        (await ada.SyncAsync()).Recorded.Deleted.ShouldBe(["d"]);
    }

    [Fact]
    public async Task A_content_that_was_there_before_marks_no_writer_as_stale()
    {
        await ArriveAsync(["a"], "b", "c");
        ada.Lines = Entries("a");
        await ada.SyncAsync();
        bob.Lines = [.. bob.Lines, .. Entries("d")];
        await bob.SyncAsync();
        await ada.SyncAsync();

        // Were the mark set, the single new entry would come back.
        ada.Lines = [.. ada.Lines.Where(line => !line.Contains("\"d\""))];
        (await ada.SyncAsync()).Recorded.Deleted.ShouldBe(["d"]);
    }

    [Fact]
    public async Task In_a_file_that_is_only_backed_up_what_is_taken_away_is_deleted()
    {
        ada.Lines = Entries("a");
        await ada.BackupAsync();
        ada.Lines = Entries("a", "b", "c");
        await ada.BackupAsync();
        ada.Lines = Entries("a");
        (await ada.BackupAsync()).Recorded.Deleted.ShouldBe(["b", "c"]);
        (await ada.MergeAsync()).Entries.ShouldBe(1);
    }

    [Fact]
    public async Task A_writer_with_an_older_state_edits_what_it_had_in_front_of_it()
    {
        ada.Lines = ["""{"id":"a","v":0,"w":0}""", .. Entries("x")];
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = ["""{"id":"a","v":1,"w":0}""", .. Entries("x", "b", "c", "d")];
        await bob.SyncAsync();
        await ada.SyncAsync();
        ada.Lines = ["""{"id":"a","v":0,"w":2}""", .. Entries("x")];
        var report = await ada.SyncAsync();
        report.Conflicts.ShouldBeEmpty();
        ada.Lines.ShouldContain("""{"id":"a","v":1,"w":2}""");
        ada.Lines.Length.ShouldBe(5);
    }

    [Fact]
    public async Task After_an_edit_on_top_of_an_older_state_no_write_covers_what_its_author_never_saw()
    {
        // Both write on top of the same older state, one after the other: two lines of descent (design, section 13.1).
        await ArriveAsync(["a"], "b", "c");
        ada.Lines = ["""{"id":"a"}""", .. Entries("mine")];
        await ada.SyncAsync();
        ada.Lines = ["""{"id":"a"}""", .. Entries("other")];
        await ada.SyncAsync();
        ada.Lines.ShouldContain("""{"id":"b"}""");
        ada.Lines.ShouldContain("""{"id":"c"}""");
        ada.Lines.ShouldContain("""{"id":"other"}""");
    }

    private async Task ArriveAsync(string[] before, params string[] arrived)
    {
        ada.Lines = Entries(before);
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = Entries([.. before, .. arrived]);
        await bob.SyncAsync();
        await ada.SyncAsync();
        ada.Lines.ShouldBe(bob.Lines);
    }

    private static string Note(string id, string more = "") => $$"""{"id":"{{id}}","text":"what {{id}} says","by":"bob"{{more}}}""";

    private static string[] Entries(params string[] ids) => [.. ids.Select(id => $$"""{"id":"{{id}}"}""")];
}
