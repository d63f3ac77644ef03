using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

public sealed class DeleteGuardTests : IDisposable
{
    private readonly World world = new(remote: false);
    private readonly Machine ada;

    public DeleteGuardTests() => ada = world.Machine("ada");

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData(55, 11, false)]
    [InlineData(54, 11, true)]
    [InlineData(12, 10, false)]
    [InlineData(12, 11, true)]
    [InlineData(100, 20, false)]
    [InlineData(100, 21, true)]
    public async Task More_than_ten_and_more_than_a_fifth_are_refused(int had, int deleted, bool refused)
    {
        ada.Lines = Entries(had);
        await ada.BackupAsync();
        ada.Lines = Entries(had - deleted);
        var content = ada.Content;
        if (refused)
        {
            var error = await Should.ThrowAsync<MemoryBackupException>(async () => await ada.SyncAsync());
            error.ExitCode.ShouldBe(ExitCode.InvalidData);
            error.Message.ShouldBe($"Refused a mass deletion: {deleted} of {had} entries are gone from {ada.File}.");
            ada.Content.ShouldBe(content);
            (await ada.StatusAsync()).Entries.ShouldBe(had);
        }

        var report = await ada.BackupAsync(new RunOptions { AcceptDeletes = refused });
        report.Recorded.Deleted.Count.ShouldBe(deleted);
        (await ada.StatusAsync()).Entries.ShouldBe(had - deleted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\n\n")]
    public async Task An_emptied_file_is_refused_however_small_it_was(string emptied)
    {
        ada.Lines = Entries(2);
        await ada.BackupAsync();
        ada.Content = emptied;
        (await Should.ThrowAsync<MemoryBackupException>(async () => await ada.BackupAsync())).ExitCode.ShouldBe(ExitCode.InvalidData);
        (await Should.ThrowAsync<MemoryBackupException>(async () => await ada.SyncAsync())).Message.ShouldContain("had 2 entries");
        ada.Content.ShouldBe(emptied);
        (await ada.BackupAsync(new RunOptions { AcceptDeletes = true })).Recorded.Deleted.Count.ShouldBe(2);
        (await ada.StatusAsync()).Entries.ShouldBe(0);
    }

    [Fact]
    public async Task An_emptied_file_that_sync_had_made_is_refused_as_well()
    {
        using var shared = new World();
        var (bob, cleo) = (shared.Machine("bob"), shared.Machine("cleo"));
        bob.Lines = Entries(3);
        await bob.SyncAsync();
        await cleo.SyncAsync();
        cleo.Content = "";
        (await Should.ThrowAsync<MemoryBackupException>(async () => await cleo.SyncAsync())).ExitCode.ShouldBe(ExitCode.InvalidData);
    }

    [Fact]
    public async Task A_vanished_file_is_refused_by_backup_and_put_back_by_sync()
    {
        ada.Lines = Entries(3);
        var content = ada.Content;
        await ada.BackupAsync();
        File.Delete(ada.File);
        var error = await Should.ThrowAsync<MemoryBackupException>(async () => await ada.BackupAsync());
        error.ExitCode.ShouldBe(ExitCode.InvalidData);
        error.Message.ShouldContain("is gone");
        (await Should.ThrowAsync<MemoryBackupException>(async () => await ada.SyncAsync(new RunOptions { AcceptDeletes = true }))).ExitCode.ShouldBe(ExitCode.InvalidData);
        File.Exists(ada.File).ShouldBeFalse();
        await ada.SyncAsync();
        ada.Content.ShouldBe(content);
    }

    [Fact]
    public async Task The_remedy_of_a_refusal_works()
    {
        ada.Lines = Entries(20);
        await ada.BackupAsync();
        ada.Lines = Entries(2);
        await Should.ThrowAsync<MemoryBackupException>(async () => await ada.SyncAsync());
        File.Move(ada.File, ada.File + ".away");
        await ada.SyncAsync();
        ada.Lines.ShouldBe(Entries(20));
    }

    private static string[] Entries(int count) => [.. Enumerable.Range(0, count).Select(i => $$"""{"id":{{i}}}""")];
}
