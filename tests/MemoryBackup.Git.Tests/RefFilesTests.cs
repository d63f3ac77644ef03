using MemoryBackup.Git.Stored;

namespace MemoryBackup.Git.Tests;

/// <summary>Refs that are read from a repository's files, compared with what Git says of them.</summary>
public sealed class RefFilesTests : IDisposable
{
    private static readonly string[][] Questions = [["refs"], ["refs/heads"], ["refs/heads/a"], ["refs/heads/b/c"], ["refs/heads/a/"], ["refs/heads/b", "refs/tags/"], ["refs/none"], ["refs/heads/x"]];

    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task They_are_what_Git_lists_whether_they_are_packed_or_not(string objectFormat)
    {
        var repository = await GitRepository.InitBareAsync(sandbox.Program, sandbox.PathOf("store"), objectFormat, Stop);
        await ShouldBeAsGitSaysAsync(repository);
        var id = await repository.CommitAsync("refs/heads/a", "x");
        await repository.CommitAsync("refs/heads/b/c", "y");
        await repository.CommitAsync("refs/heads/b-c", "z");
        await repository.CommitAsync("refs/heads/B", "u");
        await sandbox.GitAsync(repository.GitDir, "-c", "user.name=t", "-c", "user.email=t@localhost", "tag", "-a", "-m", "m", "t1", "refs/heads/a");
        await ShouldBeAsGitSaysAsync(repository);

        await sandbox.GitAsync(repository.GitDir, "pack-refs", "--all");
        await ShouldBeAsGitSaysAsync(repository);

        // What is loose counts; what is deleted is deleted in both.
        await repository.CommitAsync("refs/heads/b/c", "newer", force: true);
        await repository.UpdateRefsAsync([new RefChange("refs/heads/a", ObjectId.None, id)], Stop);
        File.WriteAllText(Path.Combine(repository.GitDir, "refs", "heads", "x.lock"), "");
        await ShouldBeAsGitSaysAsync(repository);
    }

    [Fact]
    public async Task What_is_not_plain_is_left_to_Git()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var id = await repository.CommitAsync("refs/heads/a", "x");
        var heads = Path.Combine(repository.GitDir, "refs", "heads");
        foreach (var (path, content) in new[] { ("b", "ref: refs/heads/a\n"), ("b", ""), ("b", new string('0', 40) + "\n"), ("b", "no id\n"), ("-b", id + "\n"), ("bü", id + "\n"), ("b..c", id + "\n") })
        {
            var file = Path.Combine(heads, path);
            await File.WriteAllTextAsync(file, content, Stop);
            RefFiles.TryList(repository.GitDir, ["refs/heads/"]).ShouldBeNull($"{path}: {content}");
            RefFiles.TryList(repository.GitDir, ["refs/heads/a"])!.Count.ShouldBe(1);
            File.Delete(file);
        }

        RefFiles.TryList(repository.GitDir, ["refs/heads/a/none"]).ShouldBeNull();
        File.CreateSymbolicLink(Path.Combine(heads, "link"), "a");
        RefFiles.TryList(repository.GitDir, ["refs/heads"]).ShouldBeNull();
        RefFiles.TryResolve(repository.GitDir, "refs/heads/link").ShouldBeNull();
        File.Delete(Path.Combine(heads, "link"));

        File.WriteAllText(Path.Combine(repository.GitDir, "packed-refs"), "# pack-refs with: peeled\nno line of this file\n");
        RefFiles.TryList(repository.GitDir, ["refs/heads/a"]).ShouldBeNull();
        File.Delete(Path.Combine(repository.GitDir, "packed-refs"));

        // Unicode has ends of lines that are none here.
        foreach (var name in new[] { "refs/heads/b\u2028", "refs/heads/b\u0085#c", "refs/heads/b\u2029" })
        {
            File.WriteAllText(Path.Combine(repository.GitDir, "packed-refs"), $"# pack-refs with: peeled fully-peeled sorted \n{id} {name}\n");
            RefFiles.TryList(repository.GitDir, ["refs/heads"]).ShouldBeNull();
            RefFiles.TryResolve(repository.GitDir, "refs/heads/b").ShouldBe(ObjectId.None);
        }

        File.Delete(Path.Combine(repository.GitDir, "packed-refs"));
        Directory.CreateDirectory(Path.Combine(repository.GitDir, "packed-refs"));
        RefFiles.TryList(repository.GitDir, ["refs/heads/a"]).ShouldBeNull();
        Directory.Delete(Path.Combine(repository.GitDir, "packed-refs"));

        RefFiles.TryList(repository.GitDir, ["refs/heads/a"])!.Count.ShouldBe(1);
        var config = await File.ReadAllTextAsync(Path.Combine(repository.GitDir, "config"), Stop);
        await File.WriteAllTextAsync(Path.Combine(repository.GitDir, "config"), config + "[extensions]\n\trefStorage = elsewhere\n", Stop);
        RefFiles.TryList(repository.GitDir, ["refs/heads/a"]).ShouldBeNull();
        await File.WriteAllTextAsync(Path.Combine(repository.GitDir, "config"), config, Stop);
        RefFiles.TryList("nowhere", ["refs/heads/a"]).ShouldBeNull();

        Directory.CreateDirectory(Path.Combine(repository.GitDir, "reftable"));
        RefFiles.TryList(repository.GitDir, ["refs/heads/a"]).ShouldBeNull();
    }

    [Fact]
    public async Task What_may_not_be_looked_at_is_not_taken_for_missing()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may look at everything");
        var repository = await sandbox.NewRepositoryAsync();
        await repository.CommitAsync("refs/heads/b/c", "x");
        var folder = Path.Combine(repository.GitDir, "refs", "heads", "b");
        foreach (var mode in new[] { UnixFileMode.None, UnixFileMode.UserRead, UnixFileMode.UserExecute })
        {
            File.SetUnixFileMode(folder, mode);
            var listed = RefFiles.TryList(repository.GitDir, ["refs/heads/b/c/d"]);
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            listed.ShouldBeNull();
        }
    }

    [Fact]
    public async Task While_they_are_packed_and_moved_none_is_missing()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var first = await repository.CommitAsync("refs/heads/a", "x");
        var second = await repository.CommitAsync("refs/heads/b", "y");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++)
            {
                await repository.UpdateRefsAsync([new RefChange("refs/heads/moved", i % 2 == 0 ? first : second)], Stop);
                await sandbox.GitAsync(repository.GitDir, "pack-refs", "--all", "--prune");
            }

            await end.CancelAsync();
        }, Stop);
        var (listed, wasMade) = (0, false);
        while (!end.IsCancellationRequested)
        {
            // What vanishes while it is looked at is Git's to look at again.
            if (RefFiles.TryList(repository.GitDir, ["refs/heads"]) is { } refs)
            {
                listed++;
                (refs["refs/heads/a"], refs["refs/heads/b"]).ShouldBe((first, second));
                wasMade |= refs.ContainsKey("refs/heads/moved");
                refs.GetValueOrDefault("refs/heads/moved", wasMade ? ObjectId.None : first).ShouldBeOneOf(first, second);
            }
        }

        await writing;
        listed.ShouldBeGreaterThan(100);
    }

    private async Task ShouldBeAsGitSaysAsync(GitRepository repository)
    {
        foreach (var question in Questions)
        {
            var listed = await sandbox.GitAsync(repository.GitDir, ["for-each-ref", "--format=%(objectname) %(refname)", .. question]);
            var found = RefFiles.TryList(repository.GitDir, question).ShouldNotBeNull(string.Join(' ', question));
            string.Join('\n', found.Select(each => $"{each.Value} {each.Key}")).ShouldBe(listed);
            (await repository.RefsAsync(question, Stop)).ShouldBe(found);
            foreach (var (name, id) in found)
            {
                RefFiles.TryResolve(repository.GitDir, name).ShouldBe(id);
            }
        }

        RefFiles.TryResolve(repository.GitDir, "refs/heads/none").ShouldBe(ObjectId.None);
    }
}
