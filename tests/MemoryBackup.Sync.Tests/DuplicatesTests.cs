using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>Two entries of one file with one key (design, sections 4 and 13.10).</summary>
public sealed class DuplicatesTests : IDisposable
{
    private readonly World world = new();
    private readonly Machine ada;

    public DuplicatesTests() => ada = world.Machine("ada");

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task The_later_replaces_the_earlier_and_history_holds_both()
    {
        ada.Lines = ["""{"id":"a","v":"earlier"}""", """{"id":"b"}""", """{"id":"a","v":"later"}"""];
        var report = await ada.BackupAsync();
        report.Conflicts.ShouldBeEmpty();
        report.Warnings.Single().ShouldBe($"{ada.File} has the entry a twice, in lines 1 and 3; the later one counts.");
        var log = world.Git("--git-dir", world.Remote!, "log", "-p", "--all");
        log.ShouldContain("earlier");
        log.ShouldContain("later");
        (await ada.MergeAsync()).Entries.ShouldBe(2);
    }

    [Fact]
    public async Task A_backup_of_the_unchanged_file_writes_nothing()
    {
        ada.Lines = ["""{"id":"a","v":1}""", """{"id":"a","v":2}""", """{"id":"a","v":3}"""];
        var first = await ada.BackupAsync();
        (await ada.BackupAsync()).Publication.ShouldBe(first.Publication);
        ada.Lines = [.. ada.Lines, """{"id":"b"}"""];
        var second = await ada.SyncAsync();
        second.Recorded.Added.ShouldBe(["b"]);
        second.Recorded.Changed.ShouldBeEmpty();
        second.Publication.ShouldBe(first.Publication + 1);
    }

    [Fact]
    public async Task They_reach_others_as_one_entry_and_a_delete_takes_all_occurrences()
    {
        var bob = world.Machine("bob");
        ada.Lines = ["""{"id":"a","v":1}""", """{"id":"b"}""", """{"id":"a","v":2}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines.ShouldBe(["""{"id":"a","v":2}""", """{"id":"b"}"""], ignoreOrder: true);
        bob.Lines = ["""{"id":"b"}"""];
        await bob.SyncAsync();
        await ada.SyncAsync();
        ada.Lines.ShouldBe(["""{"id":"b"}"""]);
    }
}
