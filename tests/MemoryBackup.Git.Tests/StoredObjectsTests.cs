using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using MemoryBackup.Evidence;
using MemoryBackup.Git.Stored;

namespace MemoryBackup.Git.Tests;

/// <summary>What is read from a repository's files without Git, in all the ways in which Git writes them, and when they are damaged.</summary>
public sealed class StoredObjectsTests : IDisposable
{
    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Theory]
    [InlineData("sha1", "")]
    [InlineData("sha1", "repack -a -d -f -q --depth=50 --window=50")]
    [InlineData("sha1", "repack -a -d -f -q --depth=250 --window=250")]
    [InlineData("sha1", "-c repack.useDeltaBaseOffset=false repack -a -d -f -q")]
    [InlineData("sha1", "-c repack.writeBitmaps=true repack -a -d -f -q --write-midx")]
    [InlineData("sha1", "repack -q")]
    [InlineData("sha256", "")]
    [InlineData("sha256", "repack -a -d -f -q --depth=50 --window=50")]
    [InlineData("sha256", "-c repack.useDeltaBaseOffset=false repack -a -d -f -q")]
    public async Task Whatever_Git_wrote_is_read_without_it(string objectFormat, string packing)
    {
        var repository = await GitRepository.InitBareAsync(sandbox.Program, sandbox.PathOf("store"), objectFormat, Stop);
        await FillAsync(repository, 1, 40);
        await PackAsync(repository, packing);
        await FillAsync(repository, 2, 20); // Beside packs there are loose objects.
        var expected = await EverythingAsync(repository);
        expected.Select(found => found.Kind).Distinct().Count().ShouldBe(4);

        await using var reader = await WithoutGitAsync(repository);
        await ShouldReadAsync(reader, expected);

        // In another order, what a chain of changes begins with is known or is not.
        var shuffled = expected.ToArray();
        new Random(1).Shuffle(shuffled);
        await using var another = await WithoutGitAsync(repository);
        await ShouldReadAsync(another, shuffled);
        (await another.ReadAsync(shuffled[0].Id, Stop))!.Data.ToArray().ShouldBe(shuffled[0].Data.ToArray());
    }

    [Fact]
    public async Task Bytes_that_are_only_looked_at_are_right_while_they_are_and_stand_in_no_ones_way()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await FillAsync(repository, 3, 200);
        await PackAsync(repository, "repack -a -d -f -q --depth=50 --window=50");
        var expected = await EverythingAsync(repository);
        await using var reader = await WithoutGitAsync(repository);
        for (var round = 0; round < 5; round++)
        {
            reader.Read(Names(expected), (i, found) => IsSameAfterOthersWrote(found!, expected[i]), Stop).ShouldAllBe(isSame => isSame);
        }

        // Room that had been given back would be the first to be lent again.
        static bool IsSameAfterOthersWrote(GitObject found, GitObject expected)
        {
            var room = ArrayPool<byte>.Shared.Rent(found.Data.Length);
            room.AsSpan().Fill(0xEE);
            ArrayPool<byte>.Shared.Return(room);
            return found.Id == expected.Id && found.Data.Span.SequenceEqual(expected.Data.Span);
        }
    }

    [Fact]
    public async Task What_looking_at_an_object_throws_is_thrown_in_its_place()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await FillAsync(repository, 4, 60);
        var all = await EverythingAsync(repository);
        await using var reader = await WithoutGitAsync(repository);
        var seen = new List<int>();
        Should.Throw<InvalidDataException>(() => seen.AddRange(Each())).Message.ShouldBe("at 41");
        seen.ShouldBe(Enumerable.Range(0, 41));

        IEnumerable<int> Each() => reader.Read(Names(all), (i, _) => i is 41 or 43 ? throw new InvalidDataException($"at {i}") : i, Stop);
    }

    [Fact]
    public async Task Names_of_refs_and_paths_are_found_in_files_and_what_is_not_there_is_known_not_to_be()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var id = await repository.CommitAsync("refs/heads/a", "x");
        await using var reader = await WithoutGitAsync(repository);
        File.WriteAllText(Path.Combine(repository.GitDir, "HEAD"), "ref: refs/heads/a\n");
        ObjectName[] names = ["refs/heads/a", "refs/heads/a:file.txt", $"{id}:file.txt", $"{id}:none", "refs/heads/a:none/at/all", "HEAD", "HEAD^{tree}", $"{id}^{{tree}}"];
        var found = await reader.ReadManyAsync(names, Stop);
        found.Select(each => each?.Kind).ShouldBe([ObjectKind.Commit, ObjectKind.Blob, ObjectKind.Blob, null, null, ObjectKind.Commit, ObjectKind.Tree, ObjectKind.Tree]);
        await using (var withGit = repository.OpenReader())
        {
            (await withGit.ReadManyAsync(names, Stop)).Select(each => each?.Id).ShouldBe(found.Select(each => each?.Id));
        }

        // Without a commit HEAD has none. For any other ref that seems not to be there Git is asked as well.
        File.WriteAllText(Path.Combine(repository.GitDir, "HEAD"), "ref: refs/heads/unborn\n");
        (await reader.ReadManyAsync(["HEAD", "HEAD^{tree}"], Stop)).ShouldBe([null, null]);
        foreach (var name in new[] { "refs/heads/none", "refs/none:file.txt", "refs/none^{tree}", "@", "refs/heads/a:./file.txt", "refs/heads/a:", "refs/heads/a:file.txt/below", "refs/heads/a~0", "refs/heads/../../HEAD" })
        {
            await Commits.FailingAsync(() => reader.ReadAsync(name, Stop)).ShouldFailAsync(GitFailure.Corruption); // It would ask Git, which is not there.
        }
    }

    [Fact]
    public async Task What_only_Git_can_tell_Git_is_asked()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await FillAsync(repository, 5, 20);
        var all = await EverythingAsync(repository);
        await sandbox.GitAsync(repository.GitDir, "symbolic-ref", "refs/heads/other", "refs/heads/filled");
        var borrower = await GitRepository.InitBareAsync(sandbox.Program, sandbox.PathOf("borrower"), cancellation: Stop);
        File.WriteAllText(Path.Combine(borrower.GitDir, "objects", "info", "alternates"), Path.Combine(repository.GitDir, "objects") + "\n");
        await using (var reader = borrower.OpenReader())
        {
            await ShouldReadAsync(reader, all);
        }

        var tip = (await repository.RefsAsync("refs/heads/filled", Stop)).Values.Single();
        foreach (var packing in new[] { "pack-refs --all", "-c pack.indexVersion=1 repack -a -d -f -q" })
        {
            await PackAsync(repository, packing);
            await using var reader = repository.OpenReader();
            await ShouldReadAsync(reader, all);
            (await reader.ReadAsync("refs/heads/filled", Stop))!.Id.ShouldBe(tip);
            (await reader.ReadAsync("refs/heads/other", Stop))!.Id.ShouldBe(tip);
        }
    }

    [Fact]
    public async Task What_takes_much_more_room_than_it_has_bytes_is_left_to_Git()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var noise = new byte[5 * 1024 * 1024];
        new Random(12).NextBytes(noise);
        ObjectId wide;
        await using (var import = repository.OpenImport(new()))
        {
            var blob = import.Blob("x"u8.ToArray());
            var many = import.Commit("refs/heads/wide", "wide", Commits.When, null, [], [.. Enumerable.Range(0, 2_000).Select(i => TreeEdit.PutBlob($"file{i}.txt", blob))]);
            import.Commit("refs/heads/large", "large", Commits.When, null, [], [TreeEdit.PutBlob("a", import.Blob(noise)), TreeEdit.PutBlob("b", import.Blob((byte[])[.. noise, .. "and more"u8]))]);
            wide = (await import.FinishAsync(Stop))[many];
        }

        await PackAsync(repository, "repack -a -d -f -q");
        var large = (await EverythingAsync(repository)).Where(found => found.Data.Length >= noise.Length).ToList();
        large.Count.ShouldBe(2);
        using (var files = new ObjectFiles(repository.GitDir))
        {
            large.Count(found => files.TryRead(found.Id, ObjectReader.DefaultSizeMax, lend: false) is not null).ShouldBe(1);
        }

        await using var reader = repository.OpenReader();
        await ShouldReadAsync(reader, large);
        (await reader.ReadAsync($"{wide}:file1999.txt", Stop))!.Data.Length.ShouldBe(1);
        await using var alone = await WithoutGitAsync(repository);
        (await alone.ReadTreeAsync($"{wide}^{{tree}}", Stop)).Count.ShouldBe(2_000);
        await Commits.FailingAsync(() => alone.ReadAsync($"{wide}:file1999.txt", Stop)).ShouldFailAsync(GitFailure.Corruption);
    }

    [Fact]
    public async Task Packs_that_come_and_go_while_a_reader_is_open_are_noticed()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await FillAsync(repository, 6, 20);
        await PackAsync(repository, "repack -a -d -f -q");
        var before = await EverythingAsync(repository);
        await using var reader = await WithoutGitAsync(repository);
        await ShouldReadAsync(reader, [before[0]]);

        await FillAsync(repository, 7, 20);
        await PackAsync(repository, "repack -a -d -f -q");
        var after = await EverythingAsync(repository);
        await ShouldReadAsync(reader, after);
        await PackAsync(repository, "repack -a -d -f -q --depth=1");
        await ShouldReadAsync(reader, after);
    }

    [Fact]
    public async Task A_repository_with_more_packs_than_files_may_be_open_is_left_to_Git()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await FillAsync(repository, 8, 5);
        await PackAsync(repository, "repack -a -d -f -q");
        var all = await EverythingAsync(repository);
        var index = Directory.GetFiles(Path.Combine(repository.GitDir, "objects", "pack"), "*.idx").Single();
        for (var i = 0; i < 300; i++)
        {
            File.Copy(index, index.Replace("pack-", $"pack-{i:x4}"));
            File.Copy(Path.ChangeExtension(index, ".pack"), Path.ChangeExtension(index, ".pack").Replace("pack-", $"pack-{i:x4}"));
        }

        await using var reader = repository.OpenReader();
        await ShouldReadAsync(reader, all);
    }

    [Theory]
    [InlineData("")]
    [InlineData("repack -a -d -f -q --depth=50 --window=50")]
    [InlineData("-c repack.useDeltaBaseOffset=false repack -a -d -f -q")]
    public async Task Damage_never_gives_other_bytes(string packing)
    {
        var repository = await sandbox.NewRepositoryAsync();
        await FillAsync(repository, 9, 12);
        await PackAsync(repository, packing);
        var all = await EverythingAsync(repository);
        var files = Directory.GetFiles(Path.Combine(repository.GitDir, "objects"), "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("info") && !file.EndsWith(".rev", StringComparison.Ordinal)).Order().ToArray();
        var random = new Random(10);
        var (right, none) = (0, 0);
        for (var round = 0; round < Scale.Times(150); round++)
        {
            var file = files[random.Next(files.Length)];
            var sound = File.ReadAllBytes(file);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.WriteAllBytes(file, Damaged(sound, random));
            using (var damaged = new ObjectFiles(repository.GitDir))
            {
                foreach (var found in all)
                {
                    if (damaged.TryRead(found.Id, ObjectReader.DefaultSizeMax, lend: round % 2 == 0) is { } read)
                    {
                        (read.Kind, read.Data.Span.SequenceEqual(found.Data.Span)).ShouldBe((found.Kind, true), $"{file}, round {round}");
                        right++;
                    }
                    else
                    {
                        none++;
                    }
                }
            }

            File.WriteAllBytes(file, sound);
        }

        right.ShouldBeGreaterThan(0);
        none.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task An_object_with_the_bytes_of_another_is_damage_whoever_reads_it()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var id = await repository.CommitAsync("refs/heads/a", "x");
        var other = await repository.CommitAsync("refs/heads/b", "y");
        File.Copy(Loose(repository, other), Loose(repository, id), overwrite: true);
        await using var reader = repository.OpenReader();
        (await Commits.FailingAsync(() => reader.ReadAsync(id, Stop)).ShouldFailAsync(GitFailure.Corruption)).Message.ShouldContain("another id");
        (await reader.ReadAsync(other, Stop))!.Id.ShouldBe(other);
    }

    [Fact]
    public async Task An_index_that_leads_to_another_object_is_not_followed()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await FillAsync(repository, 11, 10);
        await PackAsync(repository, "repack -a -d -f -q");
        var all = await EverythingAsync(repository);
        var index = Directory.GetFiles(Path.Combine(repository.GitDir, "objects", "pack"), "*.idx").Single();
        var bytes = File.ReadAllBytes(index);
        var offsets = bytes.AsSpan(8 + 1024 + (24 * all.Count), 4 * all.Count);
        var first = offsets[..4].ToArray();
        offsets[4..].CopyTo(offsets);
        first.CopyTo(offsets[^4..]);
        File.SetUnixFileMode(index, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(index, bytes);
        using var files = new ObjectFiles(repository.GitDir);
        all.ShouldAllBe(found => files.TryRead(found.Id, ObjectReader.DefaultSizeMax, false) == null);
    }

    [Fact]
    public void Objects_made_of_each_other_in_a_circle_are_none()
    {
        var gitDir = Directory.CreateDirectory(sandbox.PathOf("crafted")).FullName;
        var pack = Path.Combine(Directory.CreateDirectory(Path.Combine(gitDir, "objects", "pack")).FullName, "pack-1.pack");
        ObjectId[] ids = [ObjectId.Parse("11" + new string('0', 38)), ObjectId.Parse("22" + new string('0', 38))];
        using (var file = File.Create(pack))
        {
            file.Write("PACK\0\0\0\x02\0\0\0\x02"u8);
            var offsets = new long[2];
            for (var i = 0; i < 2; i++)
            {
                offsets[i] = file.Position;
                byte[] delta = [1, 1, 1, (byte)'x'];
                file.WriteByte((byte)((7 << 4) | delta.Length));
                var of = new byte[20];
                ids[1 - i].CopyTo(of);
                file.Write(of);
                using var deflate = new ZLibStream(file, CompressionLevel.Fastest, leaveOpen: true);
                deflate.Write(delta);
            }

            File.WriteAllBytes(Path.ChangeExtension(pack, ".idx"), Index(ids, offsets));
        }

        using var files = new ObjectFiles(gitDir);
        files.TryRead(ids[0], 1000, lend: false).ShouldBeNull();
        files.TryRead(ids[1], long.MaxValue, lend: true).ShouldBeNull();
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(long.MinValue)]
    [InlineData(1000L)]
    [InlineData(1L << 40)]
    [InlineData(long.MaxValue)]
    public void An_object_outside_its_pack_is_none(long offset)
    {
        var gitDir = Directory.CreateDirectory(sandbox.PathOf("crafted")).FullName;
        var pack = Path.Combine(Directory.CreateDirectory(Path.Combine(gitDir, "objects", "pack")).FullName, "pack-1.pack");
        var id = ObjectId.Parse("11" + new string('0', 38));
        File.WriteAllBytes(pack, new byte[100]);
        File.WriteAllBytes(Path.ChangeExtension(pack, ".idx"), Index([id], [offset]));
        using var files = new ObjectFiles(gitDir);
        files.TryRead(id, 1000, lend: false).ShouldBeNull();
    }

    private static byte[] Damaged(byte[] sound, Random random)
    {
        var bytes = sound.ToArray();
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                bytes.AsSpan(random.Next(bytes.Length)).Fill((byte)random.Next(256));
                return bytes;
            default:
                for (var i = random.Next(1, 4); i > 0; i--)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }

                return bytes;
        }
    }

    private static string Loose(GitRepository repository, ObjectId id) => Path.Combine(repository.GitDir, "objects", id.ToString()[..2], id.ToString()[2..]);

    private static byte[] Index(ObjectId[] sorted, long[] offsets)
    {
        var index = new MemoryStream();
        index.Write([0xFF, (byte)'t', (byte)'O', (byte)'c', 0, 0, 0, 2]);
        var number = new byte[4];
        var id = new byte[20];
        for (var first = 0; first < 256; first++)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, sorted.Count(each => FirstByte(each) <= first));
            index.Write(number);
        }

        foreach (var each in sorted)
        {
            each.CopyTo(id);
            index.Write(id);
        }

        index.Write(new byte[4 * sorted.Length]);
        var large = new List<long>();
        foreach (var offset in offsets)
        {
            BinaryPrimitives.WriteUInt32BigEndian(number, offset is >= 0 and < int.MaxValue ? (uint)offset : 0x8000_0000 + (uint)large.Count);
            index.Write(number);
            if (offset is < 0 or >= int.MaxValue)
            {
                large.Add(offset);
            }
        }

        foreach (var offset in large)
        {
            var eight = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(eight, offset);
            index.Write(eight);
        }

        index.Write(new byte[40]);
        return index.ToArray();

        int FirstByte(ObjectId each)
        {
            each.CopyTo(id);
            return id[0];
        }
    }

    // Texts that are like each other, so that Git writes changes; empty, long and incompressible ones; folders; a tag.
    private async Task FillAsync(GitRepository repository, int seed, int files)
    {
        var random = new Random(seed);
        var noise = Enumerable.Range(0, 70_000).Select(_ => (byte)random.Next(256)).ToArray();
        var text = Enumerable.Range(0, 300).Select(i => $"{{\"id\":{i},\"text\":\"{random.Next()}\"}}\n").ToList();
        var parent = (await repository.RefsAsync("refs/heads/filled", Stop)).Values.Cast<ObjectId?>().SingleOrDefault();
        await using (var import = repository.OpenImport(new() { Force = true }))
        {
            var edits = new List<TreeEdit>();
            for (var i = 0; i < files; i++)
            {
                text[random.Next(text.Count)] = $"changed {random.Next()}\n";
                edits.Add(TreeEdit.PutBlob($"folder{i % 5}/{seed}-{i}.txt", import.Blob(Content(i))));
            }

            import.Commit("refs/heads/filled", $"fill {seed}", Commits.When, parent is { } from ? from : null, [], edits);
            await import.FinishAsync(Stop);
        }

        await sandbox.GitAsync(repository.GitDir, "-c", "user.name=t", "-c", "user.email=t@localhost", "tag", "-a", "-m", "tagged", $"t{seed}", "refs/heads/filled");

        byte[] Content(int i) => i switch
        {
            0 => [],
            1 => noise,
            3 => [.. noise, .. "longer than one copy of a change can be"u8],
            2 => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"{random.Next()} long ", 150_000))),
            _ => Encoding.UTF8.GetBytes(string.Concat(text)),
        };
    }

    private async Task PackAsync(GitRepository repository, string packing)
    {
        if (packing.Length > 0)
        {
            await sandbox.GitAsync(repository.GitDir, packing.Split(' '));
        }
    }

    // As Git itself has it.
    private async Task<IReadOnlyList<GitObject>> EverythingAsync(GitRepository repository)
    {
        var listed = await sandbox.GitAsync(repository.GitDir, "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)");
        var all = new List<GitObject>();
        foreach (var line in listed.Split('\n').Select(line => line.Split(' ')))
        {
            var data = await sandbox.Program.RunAsync(repository.GitDir, ["cat-file", line[1], line[0]], default, Stop);
            all.Add(new GitObject(ObjectId.Parse(line[0]), Enum.Parse<ObjectKind>(line[1], ignoreCase: true), data.ThrowIfFailed().Output));
        }

        return all;
    }

    private async Task<ObjectReader> WithoutGitAsync(GitRepository repository)
    {
        var missing = sandbox.NewProgram(options => options with { Program = sandbox.Script("no-git", "exit 1") });
        return (await GitRepository.OpenAsync(missing, repository.GitDir, Stop)).OpenReader();
    }

    private static ObjectName[] Names(IEnumerable<GitObject> objects) => [.. objects.Select(found => (ObjectName)found.Id)];

    private static async Task ShouldReadAsync(ObjectReader reader, IReadOnlyList<GitObject> expected)
    {
        var read = await reader.ReadManyAsync(Names(expected), Stop);
        read.Count.ShouldBe(expected.Count);
        foreach (var (found, wanted) in read.Zip(expected))
        {
            (found?.Id, found?.Kind).ShouldBe((wanted.Id, wanted.Kind));
            found!.Data.Span.SequenceEqual(wanted.Data.Span).ShouldBeTrue($"{wanted.Id}");
        }
    }
}
