using System.Text;

namespace MemoryBackup.Git.Tests;

/// <summary>Taking single objects out of a repository that others use as well.</summary>
public sealed class DestroyingTests : IDisposable
{
    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task A_packed_object_goes_and_everything_else_of_its_pack_stays(string format)
    {
        var repository = await GitRepository.InitBareAsync(sandbox.Program, sandbox.PathOf("store"), format, Stop);
        var kept = await repository.CommitAsync("refs/heads/kept", "kept");
        await repository.CommitAsync("refs/heads/secret", "secret");
        var secret = (await repository.TryResolveAsync("refs/heads/secret:file.txt", Stop))!.Value;
        await sandbox.GitAsync(repository.GitDir, "repack", "-a", "-d", "-q", "--write-midx");
        await sandbox.GitAsync(repository.GitDir, "commit-graph", "write", "--reachable", "--split");
        await sandbox.GitAsync(repository.GitDir, "commit-graph", "write", "--reachable");
        var packs = Path.Combine(repository.GitDir, "objects", "pack");
        var former = Path.ChangeExtension(Directory.GetFiles(packs, "*.pack").ShouldHaveSingleItem(), null);
        File.WriteAllText(former + ".keep", "of somebody");
        await repository.UpdateRefsAsync([new("refs/heads/secret", ObjectId.None)], Stop);
        var doomed = (await repository.UnreachableAsync(Stop)).Select(found => found.Id).ToHashSet();
        doomed.ShouldContain(secret);
        doomed.ShouldNotContain(kept);

        (await repository.DestroyAsync(doomed, Stop)).ShouldBeEmpty();

        foreach (var id in doomed)
        {
            (await repository.TryResolveAsync(id, Stop)).ShouldBeNull();
        }

        File.Exists(former + ".pack").ShouldBeFalse();
        File.ReadAllText(Directory.GetFiles(packs, "*.keep").ShouldHaveSingleItem()).ShouldBe("of somebody");
        Directory.GetFiles(packs, "multi-pack-index*").ShouldBeEmpty();
        (await sandbox.GitAsync(repository.GitDir, "show", $"{kept}:file.txt")).ShouldBe("kept");
        await sandbox.GitAsync(repository.GitDir, "fsck", "--strict");
    }

    [Fact]
    public async Task A_pack_of_nothing_else_goes_whole_and_loose_objects_go_too()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await repository.CommitAsync("refs/heads/secret", "secret");
        await sandbox.GitAsync(repository.GitDir, "repack", "-a", "-d", "-q");
        var kept = await repository.CommitAsync("refs/heads/kept", "kept");
        var loose = ObjectId.Parse(await sandbox.GitAsync(repository.GitDir, Encoding.UTF8.GetBytes("loose"), "hash-object", "-w", "--stdin"));
        await repository.UpdateRefsAsync([new("refs/heads/secret", ObjectId.None)], Stop);
        var doomed = (await repository.UnreachableAsync(Stop)).Select(found => found.Id).ToHashSet();
        doomed.ShouldContain(loose);
        (await repository.DestroyAsync(doomed, Stop)).ShouldBeEmpty();
        (await sandbox.GitAsync(repository.GitDir, "cat-file", "--batch-all-objects", "--batch-check")).Split('\n').Length.ShouldBe(3);
        (await sandbox.GitAsync(repository.GitDir, "show", $"{kept}:file.txt")).ShouldBe("kept");
        (await repository.DestroyAsync(new HashSet<ObjectId>(), Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_lies_in_an_alternate_is_named_as_still_there()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var other = await sandbox.NewRepositoryAsync("other");
        var blob = ObjectId.Parse(await sandbox.GitAsync(other.GitDir, Encoding.UTF8.GetBytes("there"), "hash-object", "-w", "--stdin"));
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(repository.GitDir, "objects", "info")).FullName, "alternates"), Path.Combine(other.GitDir, "objects") + "\n");
        (await repository.DestroyAsync(new HashSet<ObjectId> { blob }, Stop)).ShouldBe([blob]);
        (await other.TryResolveAsync(blob, Stop)).ShouldBe(blob);
    }

    [Fact]
    public async Task What_a_killed_git_left_half_written_goes_and_nothing_that_is_whole()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var id = await repository.CommitAsync("refs/heads/a", "a");
        var objects = Path.Combine(repository.GitDir, "objects");
        string[] left = [Path.Combine(objects, "pack", "tmp_pack_x"), Path.Combine(objects, "pack", ".tmp-1-pack-x.idx"), Path.Combine(repository.GitDir, "fast_import_crash_7"), Path.Combine(objects, "tmp_obj_x"), Path.Combine(objects, "pack", "pack-x.pack")];
        await sandbox.GitAsync(repository.GitDir, "repack", "-adq");
        Array.ForEach(left, file => File.WriteAllText(file, "half"));
        repository.RemoveUnfinishedObjects();
        left.ShouldAllBe(file => !File.Exists(file));
        (await sandbox.GitAsync(repository.GitDir, "show", $"{id}:file.txt")).ShouldBe("a");
    }
}
