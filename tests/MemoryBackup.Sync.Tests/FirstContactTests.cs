using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>A file that exists is tracked for the first time, in a space that has something already (design, section 6.3).</summary>
public sealed class FirstContactTests : IDisposable
{
    private readonly World world = new();
    private readonly Machine ada;
    private readonly Machine bob;

    public FirstContactTests() => (ada, bob) = (world.Machine("ada"), world.Machine("bob"));

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Equal_entries_are_adopted_without_a_publication()
    {
        ada.Lines = ["""{"id":"a","n":1}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        bob.Lines = ["""{ "n": 1, "id": "a" }""", """{"id":"b"}"""];
        var report = await bob.SyncAsync();
        report.Recorded.Any.ShouldBeFalse();
        report.Publication.ShouldBe(0);
        bob.Lines[0].ShouldBe("""{ "n": 1, "id": "a" }""");
    }

    [Fact]
    public async Task Of_different_entries_both_are_kept_and_absence_deletes_nothing()
    {
        ada.Lines = ["""{"id":"a","v":1}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        bob.Lines = ["""{"id":"a","v":2}"""];
        var report = await bob.SyncAsync();
        report.Recorded.Deleted.ShouldBeEmpty();
        var conflict = report.Conflicts.ShouldHaveSingleItem();
        new[] { conflict.Shown!.Json, conflict.Others.Single().Json }.ShouldBe(["1", "2"], ignoreOrder: true);
        bob.Lines.Length.ShouldBe(2);
    }

    [Fact]
    public async Task Old_copies_are_reported_and_not_written_and_sync_brings_the_file_up_to_date()
    {
        await HistoryAsync();
        bob.Lines = ["""{"id":"changed","v":1}""", """{"id":"deleted"}""", """{"id":"new"}"""];
        var report = await bob.SyncAsync();
        report.OldCopies.ShouldBe(["changed", "deleted"], ignoreOrder: true);
        report.Recorded.Added.ShouldBe(["new"]);
        bob.Lines.ShouldBe(["""{"id":"changed","v":2}""", """{"id":"new"}""", """{"id":"stays"}"""], ignoreOrder: true);
        report.Conflicts.ShouldBeEmpty();
        await ada.SyncAsync();
        ada.Lines.ShouldBe(bob.Lines, ignoreOrder: true);
    }

    [Fact]
    public async Task As_new_writes_old_copies()
    {
        await HistoryAsync();
        bob.Lines = ["""{"id":"changed","v":1}""", """{"id":"deleted"}"""];
        var report = await bob.SyncAsync(new RunOptions { AsNew = true });
        report.OldCopies.ShouldBeEmpty();
        bob.Lines.ShouldContain("""{"id":"deleted"}""");
        report.Conflicts.Single().Key.ShouldBe("changed");
    }

    [Fact]
    public async Task A_deleted_key_can_be_added_again_at_once_in_a_tracked_file()
    {
        await HistoryAsync();
        ada.Lines = [.. ada.Lines, """{"id":"deleted"}"""];
        (await ada.SyncAsync()).Recorded.Added.ShouldBe(["deleted"]);
        await bob.SyncAsync();
        bob.Lines.ShouldContain("""{"id":"deleted"}""");
    }

    [Fact]
    public async Task A_key_that_others_deleted_can_be_added_again_at_once()
    {
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = ["""{"id":"a"}"""];
        await bob.SyncAsync();
        await ada.SyncAsync();
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        await ada.SyncAsync();
        ada.Lines.Length.ShouldBe(2);
        bob.Lines.Length.ShouldBe(2);
    }

    [Fact]
    public async Task An_old_copy_that_is_only_backed_up_stays_out_however_often()
    {
        await HistoryAsync();
        bob.Lines = ["""{"id":"deleted"}"""];
        (await bob.BackupAsync()).OldCopies.ShouldBe(["deleted"]);
        (await bob.BackupAsync()).Recorded.Any.ShouldBeFalse();
        bob.Lines = ["""{"id":"deleted"}""", """{"id":"x"}"""];
        (await bob.BackupAsync()).Recorded.Added.ShouldBe(["x"]);
        (await ada.MergeAsync()).Json.Length.ShouldBeGreaterThan(0);
        await ada.SyncAsync();
        ada.Lines.ShouldNotContain("""{"id":"deleted"}""");
    }

    private async Task HistoryAsync()
    {
        ada.Lines = ["""{"id":"changed","v":1}""", """{"id":"deleted"}""", """{"id":"stays"}"""];
        await ada.SyncAsync();
        ada.Lines = ["""{"id":"changed","v":2}""", """{"id":"stays"}"""];
        await ada.SyncAsync();
    }
}
