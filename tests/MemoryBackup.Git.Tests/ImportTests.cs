using System.Buffers;

namespace MemoryBackup.Git.Tests;

public sealed class ImportTests : IDisposable
{
    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public async Task Edits_apply_in_order_to_the_tree_of_the_first_parent()
    {
        var repository = await sandbox.NewRepositoryAsync();
        Mark first, second, third, fourth;
        IReadOnlyDictionary<Mark, ObjectId> ids;
        await using (var import = repository.OpenImport())
        {
            var one = import.Blob("one"u8.ToArray());
            var two = import.Blob(new ReadOnlySequence<byte>("two"u8.ToArray()));
            first = import.Commit("refs/heads/a", "1", Commits.When, null, [], [TreeEdit.PutBlob("x/one", one), TreeEdit.PutBlob("x/two", two), TreeEdit.PutBlob("z", one)]);
            second = import.Commit("refs/heads/a", "2", Commits.When, first, [], [TreeEdit.Delete("x/one"), TreeEdit.PutBlob("y", two)]);
            third = import.Commit("refs/heads/b", "3", Commits.When, null, [second], [TreeEdit.DeleteAll(), TreeEdit.PutBlob("only", one)]);
            fourth = import.Commit("refs/heads/a", "4", Commits.When, null, [], []);
            ids = await import.FinishAsync(Stop);
        }

        (await FilesAsync(repository, ids[first])).ShouldBe("x/one\nx/two\nz");
        (await FilesAsync(repository, ids[second])).ShouldBe("x/two\ny\nz");
        (await FilesAsync(repository, ids[third])).ShouldBe("only");
        (await sandbox.GitAsync(repository.GitDir, "rev-list", "--parents", "-1", ids[third].ToString())).ShouldBe($"{ids[third]} {ids[second]}");
        (await sandbox.GitAsync(repository.GitDir, "rev-list", "--parents", "-1", ids[fourth].ToString())).ShouldBe($"{ids[fourth]}");
        (await sandbox.GitAsync(repository.GitDir, "log", "-1", "--format=%an <%ae> %ad|%cn <%ce> %cd", "--date=raw", ids[first].ToString()))
            .ShouldBe("memory-backup <memory-backup@localhost> 1741057567 +0200|memory-backup <memory-backup@localhost> 1741057567 +0200");
        await sandbox.GitAsync(repository.GitDir, "fsck", "--strict");
    }

    [Fact]
    public async Task Whole_trees_are_put_by_id_at_the_root_and_below_it()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var source = await repository.CommitAsync("refs/heads/source", "x");
        await using var reader = repository.OpenReader();
        var tree = (await reader.ReadCommitAsync(source, Stop)).Tree;
        await using var import = repository.OpenImport();
        var mark = import.Commit("refs/heads/a", "", Commits.When, null, [], [TreeEdit.ReplaceRoot(tree), TreeEdit.PutTree("adopted/other", tree)]);
        var id = (await import.FinishAsync(Stop))[mark];

        (await FilesAsync(repository, id)).ShouldBe("adopted/other/file.txt\nfile.txt");
    }

    [Fact]
    public async Task Every_path_that_git_can_hold_arrives_as_it_is()
    {
        var repository = await sandbox.NewRepositoryAsync();
        string[] paths = ["ü/名前", "a \"quoted\" \\ one", "line\nend", "tab\t\x01\x7f", " lead", "trail ", "-x", "\"", "M 100644 inline x"];
        await using var import = repository.OpenImport();
        var blob = import.Blob("x"u8.ToArray());
        var mark = import.Commit("refs/heads/a", "m", Commits.When, null, [], paths.Select(path => TreeEdit.PutBlob(path, blob)));
        var id = (await import.FinishAsync(Stop))[mark];

        (await sandbox.GitAsync(repository.GitDir, "ls-tree", "-r", "-z", "--name-only", id.ToString())).TrimEnd('\0').Split('\0').ShouldBe(paths, ignoreOrder: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("../a")]
    [InlineData("a/./b")]
    [InlineData(".GIT/config")]
    [InlineData("a\0b")]
    public void A_path_that_leads_out_of_a_tree_is_refused(string path) => Should.Throw<ArgumentException>(() => TreeEdit.Delete(path));

    [Fact]
    public async Task A_ref_that_would_not_move_forward_stays_unless_forced()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var old = await repository.CommitAsync("refs/heads/a", "old");

        var failure = await repository.CommitAsync("refs/heads/a", "other").ShouldFailAsync(GitFailure.RefConflict);
        failure.Message.ShouldContain("refs/heads/a");
        (await repository.TryResolveAsync("refs/heads/a", Stop)).ShouldBe(old);
        (await repository.CommitAsync("refs/heads/a", "other", force: true)).ShouldNotBe(old);
    }

    [Fact]
    public async Task An_import_that_is_given_up_moves_no_ref_and_leaves_no_file()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await using (var import = repository.OpenImport())
        {
            import.Commit("refs/heads/a", "m", Commits.When, null, [], [TreeEdit.PutBlob("x", import.Blob(new byte[1_000_000]))]);
        }

        (await repository.RefsAsync("refs/", Stop)).ShouldBeEmpty();
        Directory.GetFiles(repository.GitDir, "fast_import_crash_*").ShouldBeEmpty();
        Directory.GetFiles(Path.Combine(repository.GitDir, "objects/pack"), "tmp_*").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failed_import_says_why_and_leaves_no_crash_report()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await using var import = repository.OpenImport();
        import.Commit("refs/heads/a", "m", Commits.When, ObjectId.Parse(new string('1', 40)), [], []);

        var failure = await Should.ThrowAsync<GitException>(import.FinishAsync(Stop));
        failure.Message.ShouldStartWith("Git command failed: git fast-import: fatal:");
        Directory.GetFiles(repository.GitDir, "fast_import_crash_*").ShouldBeEmpty();
    }

    [Fact]
    public async Task Few_objects_stay_loose_so_that_a_later_push_can_make_deltas_of_them()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await repository.CommitAsync("refs/heads/a", "x");
        Directory.GetFiles(Path.Combine(repository.GitDir, "objects/pack")).ShouldBeEmpty();

        await using var import = repository.OpenImport(new() { UnpackLimit = 0, CompressionLevel = 0 });
        import.Blob("y"u8.ToArray());
        await import.FinishAsync(Stop);
        Directory.GetFiles(Path.Combine(repository.GitDir, "objects/pack"), "*.pack").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_full_disk_is_named_as_such()
    {
        await SmallDisk.UseAsync(sandbox, repository => WriteAsync(repository, SmallDisk.Incompressible(3_000_000)).ShouldFailAsync(GitFailure.DiskFull));

        static async Task WriteAsync(GitRepository repository, byte[] content)
        {
            await using var import = repository.OpenImport();
            import.Blob(content);
            await import.FinishAsync(Stop);
        }
    }

    [Fact]
    public void An_identity_cannot_change_what_the_commit_says()
    {
        Should.Throw<ArgumentException>(() => new GitIdentity("a\nparent x", "b"));
        Should.Throw<ArgumentException>(() => new GitIdentity("a", "b> 1 +0000"));
    }

    private Task<string> FilesAsync(GitRepository repository, ObjectId commit) =>
        sandbox.GitAsync(repository.GitDir, "ls-tree", "-r", "--name-only", commit.ToString());
}
