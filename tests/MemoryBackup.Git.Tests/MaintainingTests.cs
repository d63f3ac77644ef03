using System.Text;

namespace MemoryBackup.Git.Tests;

public sealed class MaintainingTests : IDisposable
{
    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public async Task What_is_loose_is_packed_and_nothing_is_lost()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var commits = new List<ObjectId>();
        for (var i = 0; i < 5; i++)
        {
            commits.Add(await repository.CommitAsync($"refs/heads/of-{i}", $"content {i}"));
        }

        // What nothing refers to may be what a fetch of this moment brought.
        var unreachable = await sandbox.GitAsync(repository.GitDir, Encoding.UTF8.GetBytes("nobody's"), "hash-object", "-w", "--stdin");

        await repository.PackLooseAsync(Stop);

        (await sandbox.GitAsync(repository.GitDir, "count-objects", "-v")).ShouldContain("count: 0");
        (await sandbox.GitAsync(repository.GitDir, "cat-file", "-t", unreachable)).ShouldBe("blob");
        await sandbox.GitAsync(repository.GitDir, "fsck", "--strict", "--full");
        (await repository.RefsAsync("refs/heads/", Stop)).Values.ShouldBe(commits, ignoreOrder: true);
    }

    [Fact]
    public async Task Packs_stay_few_however_often_it_is_done()
    {
        var repository = await sandbox.NewRepositoryAsync();
        for (var i = 0; i < 24; i++)
        {
            await repository.CommitAsync($"refs/heads/of-{i}", $"content {i}");
            await repository.PackLooseAsync(Stop);
        }

        Directory.GetFiles(Path.Combine(repository.GitDir, "objects", "pack"), "*.pack").Length.ShouldBeLessThanOrEqualTo(8);
        await sandbox.GitAsync(repository.GitDir, "fsck", "--strict", "--full");
    }

    [Fact]
    public async Task An_estimate_is_made_from_one_folder_of_loose_objects()
    {
        var repository = await sandbox.NewRepositoryAsync();
        repository.EstimateLooseObjects().ShouldBe(0);
        var folder = Directory.CreateDirectory(Path.Combine(repository.GitDir, "objects", "17")).FullName;
        for (var i = 0; i < 3; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"{i:x38}"), "", Stop);
        }

        repository.EstimateLooseObjects().ShouldBe(3 * 256);
    }

    [Fact]
    public async Task A_reader_that_is_open_meanwhile_still_finds_everything()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var first = await repository.CommitAsync("refs/heads/a", "one");
        await using var reader = repository.OpenReader();
        (await reader.ReadAsync(new ObjectName(first), Stop)).ShouldNotBeNull();
        var second = await repository.CommitAsync("refs/heads/a", "two", first);
        await repository.PackLooseAsync(Stop);
        (await reader.ReadAsync(new ObjectName($"{second}:file.txt"), Stop)).ShouldNotBeNull();
    }
}
