using System.Text;
using MemoryBackup.Evidence;

namespace MemoryBackup.Git.Tests;

/// <summary>What is kept unpacked gives an object as the repository has it, or nothing; and it is written into no file but its own.</summary>
public sealed class UnpackedObjectsTests : IDisposable
{
    private const long Roomy = 1L << 30;
    private const string Branch = "refs/heads/filled";

    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Cache => sandbox.PathOf("kept/unpacked");

    public void Dispose() => sandbox.Dispose();

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task What_was_read_once_is_read_without_the_repository_s_objects(string objectFormat)
    {
        var repository = await GitRepository.InitBareAsync(sandbox.Program, sandbox.PathOf("store"), objectFormat, Stop);
        var names = await FillAsync(repository, 30);
        var expected = await ReadAsync(repository, names, Roomy, mayWrite: true);
        HideObjects(repository);

        (await ReadAsync(repository, names, Roomy, mayWrite: false)).ShouldBe(expected);
        (await ReadAsync(repository, [.. names.Reverse()], Roomy, mayWrite: true)).ShouldBe([.. expected.Reverse()]);
        (await ReadAsync(repository, [new($"{Branch}:folder/7")], Roomy, mayWrite: false)).ShouldBe([expected[7]]);
    }

    [Fact]
    public async Task What_came_since_is_added_and_nothing_twice()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var names = await FillAsync(repository, 5);
        await ReadAsync(repository, names, Roomy, mayWrite: true);
        var length = new FileInfo(Cache).Length;
        await ReadAsync(repository, names, Roomy, mayWrite: true);
        new FileInfo(Cache).Length.ShouldBe(length);

        var id = await repository.CommitAsync("refs/heads/other", "other");
        await ReadAsync(repository, [new(id)], Roomy, mayWrite: false);
        new FileInfo(Cache).Length.ShouldBe(length);
        var commit = await ReadAsync(repository, [new(id)], Roomy, mayWrite: true);
        new FileInfo(Cache).Length.ShouldBeInRange(length + 100, length + 1000);
        HideObjects(repository);
        (await ReadAsync(repository, [new(id)], Roomy, mayWrite: false)).ShouldBe(commit);
    }

    [Fact]
    public async Task Whoever_may_not_write_makes_no_file()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await ReadAsync(repository, await FillAsync(repository, 3), Roomy, mayWrite: false);
        Directory.Exists(sandbox.PathOf("kept")).ShouldBeFalse();
    }

    [Fact]
    public async Task However_its_end_is_torn_objects_are_right_and_the_next_ones_are_kept()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var names = await FillAsync(repository, 6);
        var expected = await ReadAsync(repository, names, Roomy, mayWrite: true);
        var whole = await File.ReadAllBytesAsync(Cache, Stop);
        var random = new Random(1);
        foreach (var length in Enumerable.Range(0, 200).Concat(Enumerable.Range(0, Scale.Times(60)).Select(_ => random.Next(whole.Length))))
        {
            await File.WriteAllBytesAsync(Cache, [.. whole.AsSpan(0, length), .. new byte[random.Next(2) * random.Next(300)]], Stop);
            (await ReadAsync(repository, names, Roomy, mayWrite: random.Next(2) == 0)).ShouldBe(expected, $"{length} bytes");
            (await ReadAsync(repository, names, Roomy, mayWrite: true)).ShouldBe(expected, $"{length} bytes");

            // Zeros may stand where an object did, which is told when it is read.
            new FileInfo(Cache).Length.ShouldBeInRange(whole.Length, whole.Length + 400, $"{length} bytes");
        }
    }

    [Fact]
    public async Task Whatever_is_damaged_in_it_objects_are_right()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var names = await FillAsync(repository, 6);
        var expected = await ReadAsync(repository, names, Roomy, mayWrite: true);
        var whole = await File.ReadAllBytesAsync(Cache, Stop);
        var random = new Random(2);
        for (var round = 0; round < Scale.Times(400); round++)
        {
            var damaged = whole.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                var at = random.Next(2) == 0 ? random.Next(200) : random.Next(damaged.Length);
                damaged[at] ^= (byte)(1 << random.Next(8));
            }

            await File.WriteAllBytesAsync(Cache, damaged, Stop);
            (await ReadAsync(repository, names, Roomy, mayWrite: random.Next(2) == 0)).ShouldBe(expected);
        }
    }

    [Fact]
    public async Task One_object_is_not_given_for_another()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var names = await FillAsync(repository, 2);
        var expected = await ReadAsync(repository, names, Roomy, mayWrite: true);
        var whole = await File.ReadAllBytesAsync(Cache, Stop);
        var first = whole.AsSpan().IndexOf("\"entry\":0"u8);
        var second = whole.AsSpan().IndexOf("\"entry\":1"u8);
        whole[first + "\"entry\":".Length] = (byte)'1';
        whole[second + "\"entry\":".Length] = (byte)'0';
        await File.WriteAllBytesAsync(Cache, whole, Stop);
        (await ReadAsync(repository, names, Roomy, mayWrite: true)).ShouldBe(expected);
        HideObjects(repository);
        (await ReadAsync(repository, names, Roomy, mayWrite: false)).ShouldBe(expected);
    }

    [Fact]
    public async Task Of_what_stands_before_an_object_nothing_is_believed_that_does_not_fit()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var names = await FillAsync(repository, 4);
        var expected = await ReadAsync(repository, names, Roomy, mayWrite: true);
        var whole = await File.ReadAllBytesAsync(Cache, Stop);
        var records = new List<int>();
        for (var at = 16; at < whole.Length; at += 64 + BitConverter.ToInt32(whole, at + 4))
        {
            records.Add(at);
        }

        records.Count.ShouldBe(7); // A commit, two trees, four blobs.
        foreach (var record in records)
        {
            for (byte kind = 0; kind < 6; kind++)
            {
                await ShouldBeRightAsync(changed => changed[record] = kind);
            }

            foreach (var other in records)
            {
                await ShouldBeRightAsync(changed => whole.AsSpan(other + 8, 32).CopyTo(changed.AsSpan(record + 8)));
                await ShouldBeRightAsync(changed => whole.AsSpan(other + 40, 16).CopyTo(changed.AsSpan(record + 40)));
            }

            foreach (var length in new[] { -1, 0, int.MaxValue, int.MinValue })
            {
                await ShouldBeRightAsync(changed => BitConverter.TryWriteBytes(changed.AsSpan(record + 4), length).ShouldBeTrue());
            }
        }

        async Task ShouldBeRightAsync(Action<byte[]> change)
        {
            var changed = whole.ToArray();
            change(changed);
            await File.WriteAllBytesAsync(Cache, changed, Stop);
            (await ReadAsync(repository, names, Roomy, mayWrite: false)).ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("the user's own")]
    [InlineData("memory-backup u2 and what another build keeps")]
    public async Task A_link_to_another_file_is_replaced_and_the_file_left_alone(string content)
    {
        var repository = await sandbox.NewRepositoryAsync();
        var names = await FillAsync(repository, 3);
        var other = sandbox.PathOf("other");
        await File.WriteAllTextAsync(other, content, Stop);
        Directory.CreateDirectory(Path.GetDirectoryName(Cache)!);
        File.CreateSymbolicLink(Cache, other);

        await ReadAsync(repository, names, Roomy, mayWrite: false);
        new FileInfo(Cache).LinkTarget.ShouldBe(other);
        await ReadAsync(repository, names, Roomy, mayWrite: true);
        (await File.ReadAllTextAsync(other, Stop)).ShouldBe(content);
        new FileInfo(Cache).LinkTarget.ShouldBeNull();
        File.GetUnixFileMode(Cache).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task What_another_user_put_there_is_not_believed()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root may give files away");
        var repository = await sandbox.NewRepositoryAsync();
        var names = await FillAsync(repository, 3);
        await ReadAsync(repository, names, Roomy, mayWrite: true);
        (await Tool.RunAsync("chown", "65534", Cache)).ShouldBe(0);
        var before = new FileInfo(Cache).Length;
        await ReadAsync(repository, names, Roomy, mayWrite: true);
        FileFacts.Of(Cache)!.Value.IsThisUsers.ShouldBeTrue();
        new FileInfo(Cache).Length.ShouldBe(before);

        (await Tool.RunAsync("chown", "65534", Cache)).ShouldBe(0);
        HideObjects(repository);
        await Should.ThrowAsync<GitException>(() => ReadAsync(repository, names, Roomy, mayWrite: false));
    }

    [Fact]
    public async Task What_is_no_file_is_neither_waited_for_nor_followed()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var names = await FillAsync(repository, 3);
        var expected = await ReadAsync(repository, names, 0, mayWrite: false);
        Directory.CreateDirectory(Path.GetDirectoryName(Cache)!);
        (await Tool.RunAsync("mkfifo", Cache)).ShouldBe(0);
        (await ReadAsync(repository, names, Roomy, mayWrite: false)).ShouldBe(expected);
        File.Delete(Cache);
        Directory.CreateDirectory(Cache);
        (await ReadAsync(repository, names, Roomy, mayWrite: true)).ShouldBe(expected);
        Directory.Delete(Cache);
        Directory.Delete(Path.GetDirectoryName(Cache)!);
        await File.WriteAllTextAsync(Path.GetDirectoryName(Cache)!, "no folder", Stop);
        (await ReadAsync(repository, names, Roomy, mayWrite: true)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(3000)]
    public async Task It_takes_no_more_room_than_it_may(long bytesMax)
    {
        var repository = await sandbox.NewRepositoryAsync();
        var names = await FillAsync(repository, 40);
        var expected = await ReadAsync(repository, names, 0, mayWrite: false);
        for (var round = 0; round < 3; round++)
        {
            (await ReadAsync(repository, names, bytesMax, mayWrite: true)).ShouldBe(expected);
            (File.Exists(Cache) ? new FileInfo(Cache).Length : 0).ShouldBeLessThanOrEqualTo(bytesMax);
        }

        // What a former setting allowed goes.
        await ReadAsync(repository, names, Roomy, mayWrite: true);
        new FileInfo(Cache).Length.ShouldBeGreaterThan(3000);
        await ReadAsync(repository, names, bytesMax, mayWrite: true);
        File.Exists(Cache).ShouldBeFalse();
    }

    [Fact]
    public async Task What_nobody_reads_any_more_goes_once_it_is_most_of_it()
    {
        var repository = await sandbox.NewRepositoryAsync();
        ObjectName[] all = [await LargeAsync(repository, 17 << 20), .. await FillAsync(repository, 3)];
        await ReadAsync(repository, all, Roomy, mayWrite: true);
        await ReadAsync(repository, all, Roomy, mayWrite: true);
        new FileInfo(Cache).Length.ShouldBeGreaterThan(17 << 20);
        await ReadAsync(repository, all[1..], Roomy, mayWrite: false);
        File.Exists(Cache).ShouldBeTrue();
        await ReadAsync(repository, all[1..], Roomy, mayWrite: true);
        File.Exists(Cache).ShouldBeFalse();
        await ReadAsync(repository, all[1..], Roomy, mayWrite: true);
        new FileInfo(Cache).Length.ShouldBeLessThan(10_000);
    }

    [Fact]
    public async Task What_is_erased_is_gone_and_nothing_is_kept_after_it()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var names = await FillAsync(repository, 3);
        await ReadAsync(repository, names, Roomy, mayWrite: true);
        using var unpacked = new UnpackedObjects(Cache, Roomy, mayWrite: true);
        await using var reader = repository.OpenReader(unpacked: unpacked);
        (await reader.ReadAsync(names[0], Stop)).ShouldNotBeNull();
        unpacked.Erase();
        File.Exists(Cache).ShouldBeFalse();
        (await reader.ReadAsync(names[0], Stop)).ShouldNotBeNull();
        (await reader.ReadAsync(names[1], Stop)).ShouldNotBeNull();
        unpacked.DropStale();
        File.Exists(Cache).ShouldBeFalse();
        unpacked.Erase();
        new UnpackedObjects(sandbox.PathOf("no/folder"), Roomy, mayWrite: true).Erase();
    }

    [Fact]
    public async Task Several_threads_read_and_keep_at_once()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var names = await FillAsync(repository, 200);
        var expected = await ReadAsync(repository, names, 0, mayWrite: false);
        for (var round = 0; round < 3; round++)
        {
            using var unpacked = new UnpackedObjects(Cache, Roomy, mayWrite: true);
            await using var reader = repository.OpenReader(unpacked: unpacked);
            var read = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => reader.Read(names, (_, found) => Text(found)).ToList())));
            read.ShouldAllBe(texts => texts.SequenceEqual(expected));
        }

        HideObjects(repository);
        (await ReadAsync(repository, names, Roomy, mayWrite: false)).ShouldBe(expected);
    }

    [Fact]
    public async Task What_is_larger_than_wanted_is_not_given()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var large = await LargeAsync(repository, 100_000);
        await ReadAsync(repository, [large], Roomy, mayWrite: true);
        using var unpacked = new UnpackedObjects(Cache, Roomy, mayWrite: true);
        await using var reader = repository.OpenReader(sizeMax: 99_999, unpacked);
        await Commits.FailingAsync(() => reader.ReadAsync(large, Stop)).ShouldFailAsync(GitFailure.TooLarge);
    }

    // One run: what it reads, as text, and then what is not in use goes.
    private async Task<string?[]> ReadAsync(GitRepository repository, ObjectName[] names, long bytesMax, bool mayWrite)
    {
        using var unpacked = new UnpackedObjects(Cache, bytesMax, mayWrite);
        await using var reader = repository.OpenReader(unpacked: unpacked);
        var read = reader.Read(names, (_, found) => Text(found), Stop).ToArray();
        unpacked.DropStale();
        return read;
    }

    private static string? Text(GitObject? found) => found is null ? null : $"{found.Id} {found.Kind} {Encoding.Latin1.GetString(found.Data.Span)}";

    private static async Task<ObjectName[]> FillAsync(GitRepository repository, int files)
    {
        await using var import = repository.OpenImport();
        var blobs = Enumerable.Range(0, files).Select(number => TreeEdit.PutBlob($"folder/{number}", import.Blob(Encoding.UTF8.GetBytes($"{{\"entry\":{number},\"text\":\"{new string('y', number * 3)}\"}}")))).ToList();
        import.Commit(Branch, "filled", Commits.When, null, [], blobs);
        await import.FinishAsync(Stop);
        return [.. Enumerable.Range(0, files).Select(number => new ObjectName($"{Branch}:folder/{number}"))];
    }

    private async Task<ObjectName> LargeAsync(GitRepository repository, int length)
    {
        await repository.CommitAsync("refs/heads/large", new string('x', length));
        return ObjectId.Parse(await sandbox.GitAsync(repository.GitDir, "rev-parse", "refs/heads/large:file.txt"));
    }

    private static void HideObjects(GitRepository repository) => Directory.Move(Path.Combine(repository.GitDir, "objects"), Path.Combine(repository.GitDir, "hidden"));
}
