using System.Text;

namespace MemoryBackup.Git.Tests;

public sealed class ObjectReaderTests : IDisposable
{
    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public async Task A_commit_its_tree_and_its_file_are_read_as_they_were_written()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var root = await repository.CommitAsync("refs/heads/a", "first");
        var id = await repository.CommitAsync("refs/heads/a", "second\n\nbody ü", root);
        await using var reader = repository.OpenReader();

        var commit = await reader.ReadCommitAsync(id, Stop);
        commit.Parents.ShouldBe([root]);
        commit.CommitterTime.ShouldBe(Commits.When);
        commit.CommitterTime.Offset.ShouldBe(Commits.When.Offset);
        commit.Message.ShouldBe("second\n\nbody ü");

        var entry = (await reader.ReadTreeAsync(commit.Tree, Stop)).ShouldHaveSingleItem();
        (entry.Name, entry.IsFile, entry.IsTree).ShouldBe(("file.txt", true, false));
        var file = (await reader.ReadAsync("refs/heads/a:file.txt", Stop)).ShouldNotBeNull();
        (file.Id, file.Kind, Encoding.UTF8.GetString(file.Data.Span)).ShouldBe((entry.Id, ObjectKind.Blob, "second\n\nbody ü"));
    }

    [Fact]
    public async Task What_is_missing_is_null_and_the_reader_goes_on()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var id = await repository.CommitAsync("refs/heads/a", "x");
        await using var reader = repository.OpenReader();

        var read = await reader.ReadManyAsync(
            [ObjectId.Parse(new string('1', 40)), "refs/heads/none", "refs/heads/a:no such file", "a b c", id, "refs/heads/a:file.txt"], Stop);
        read.Select(found => found?.Kind).ShouldBe([null, null, null, null, ObjectKind.Commit, ObjectKind.Blob]);
        await Commits.FailingAsync(() => reader.ReadTreeAsync(ObjectId.Parse(new string('1', 40)), Stop)).ShouldFailAsync(GitFailure.Corruption);
        await Commits.FailingAsync(() => reader.ReadTreeAsync("refs/heads/a:file.txt", Stop)).ShouldFailAsync(GitFailure.Corruption);
    }

    [Fact]
    public async Task Ten_thousand_objects_are_read_in_one_go_without_a_deadlock()
    {
        var repository = await sandbox.NewRepositoryAsync();
        ObjectName[] names;
        await using (var import = repository.OpenImport(new() { CompressionLevel = 1 }))
        {
            // Every hundredth is larger than a pipe.
            var marks = Enumerable.Range(0, 10_000).Select(i => import.Blob(Content(i))).ToList();
            var ids = await import.FinishAsync(Stop);
            names = [.. marks.Select(mark => (ObjectName)ids[mark])];
        }

        await using var reader = repository.OpenReader();
        var read = await reader.ReadManyAsync(names, Stop);
        for (var i = 0; i < names.Length; i++)
        {
            Assert.True(read[i]!.Data.Span.SequenceEqual(Content(i)));
        }

        static byte[] Content(int i) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"{i} ", i % 100 == 0 ? 20_000 : 20)));
    }

    [Fact]
    public async Task Long_names_are_asked_for_one_at_a_time()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await repository.CommitAsync("refs/heads/a", "x");
        await using var reader = repository.OpenReader();
        var longName = "refs/heads/a:" + new string('x', 20_000);

        var read = await reader.ReadManyAsync([longName, "refs/heads/a", longName, longName, "refs/heads/a"], Stop);
        read.Select(found => found is not null).ShouldBe([false, true, false, false, true]);
        Should.Throw<ArgumentException>(() => (ObjectName)"a\nb");
    }

    [Fact]
    public async Task An_object_over_the_limit_is_refused_before_it_is_read_and_the_reader_stays_usable()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await repository.CommitAsync("refs/heads/big", new string('x', 5_000_000));
        await repository.CommitAsync("refs/heads/small", new string('x', 1000));
        await using var reader = repository.OpenReader(sizeMax: 1000);

        var failure = await Commits.FailingAsync(() => reader.ReadAsync("refs/heads/big:file.txt", Stop)).ShouldFailAsync(GitFailure.TooLarge);
        failure.Message.ShouldContain("5,000,000");
        (await reader.ReadAsync("refs/heads/small:file.txt", Stop))!.Data.Length.ShouldBe(1000);
    }

    [Fact]
    public async Task A_corrupt_object_is_a_failure_of_its_own_and_the_reader_stays_usable()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var damaged = await repository.CommitAsync("refs/heads/damaged", "damaged");
        var sound = await repository.CommitAsync("refs/heads/sound", "sound");
        var file = Path.Combine(repository.GitDir, "objects", damaged.ToString()[..2], damaged.ToString()[2..]);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var bytes = File.ReadAllBytes(file);
        bytes.AsSpan(bytes.Length / 2).Fill(0xA5);
        File.WriteAllBytes(file, bytes);
        await using var reader = repository.OpenReader();

        await Commits.FailingAsync(() => reader.ReadAsync(damaged, Stop)).ShouldFailAsync(GitFailure.Corruption);
        (await reader.ReadCommitAsync(sound, Stop)).Message.ShouldBe("sound");
    }

    [Fact]
    public async Task Leaving_an_enumeration_early_does_not_confuse_the_next_request()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var a = await repository.CommitAsync("refs/heads/a", "a");
        var b = await repository.CommitAsync("refs/heads/b", "b");
        await using var reader = repository.OpenReader();

        reader.Read([a, b, a, b], Stop).First()!.Id.ShouldBe(a);
        (await reader.ReadAsync(b, Stop))!.Id.ShouldBe(b);
    }

    [Fact]
    public async Task A_reader_that_gets_no_answer_ends_with_a_timeout()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var stuck = sandbox.NewProgram(options => options with { Program = sandbox.Script("stuck", "exec sleep 600"), Timeout = TimeSpan.FromMilliseconds(200) });
        await using var reader = (await GitRepository.OpenAsync(stuck, repository.GitDir, Stop)).OpenReader();
        await Commits.FailingAsync(() => reader.ReadAsync("@", Stop)).ShouldFailAsync(GitFailure.Timeout);
    }

    [Fact]
    public async Task Repositories_with_long_ids_are_read_and_written_alike()
    {
        var repository = await GitRepository.InitBareAsync(sandbox.Program, sandbox.PathOf("long"), "sha256", Stop);
        var id = await repository.CommitAsync("refs/heads/a", "x");
        await using var reader = repository.OpenReader();

        id.Length.ShouldBe(32);
        var commit = await reader.ReadCommitAsync(id, Stop);
        (await reader.ReadTreeAsync(commit.Tree, Stop)).ShouldHaveSingleItem().Id.Length.ShouldBe(32);
    }

    [Fact]
    public void What_is_no_tree_and_no_commit_is_a_format_error()
    {
        foreach (var bytes in new[] { "100644", "100644 a", "100644 a\0short", " a\012345678901234567890", "10064x a\012345678901234567890", "100644 \012345678901234567890" })
        {
            Should.Throw<FormatException>(() => TreeObject.Parse(Encoding.Latin1.GetBytes(bytes), 20), bytes);
        }

        Should.Throw<FormatException>(() => CommitObject.Parse("parent x"u8));
        Should.Throw<FormatException>(() => CommitObject.Parse(""u8));
        CommitObject.Parse(Encoding.UTF8.GetBytes($"tree {new string('a', 40)}\ncommitter <x> y <z> 99999999999999 +9999\n\nm")).Message.ShouldBe("m");
    }
}
