using System.Buffers;
using System.Text;
using MemoryBackup.Evidence;

namespace MemoryBackup.Git.Tests;

/// <summary>What is written without Git has to be what fast-import writes.</summary>
public sealed class DirectImportTests : IDisposable
{
    private const UnixFileMode Group = UnixFileMode.SetGroup | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
    private static readonly string[] Paths = ["a", "b", "b/c", "b/c/d", "b.c", "b-c", "b0", "x/y/1", "x/y/2", "ü/名前", "one \"two\" \\ three"];
    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Theory]
    [InlineData("sha1", null)]
    [InlineData("sha256", null)]
    [InlineData("sha1", 0)]
    [InlineData("sha256", 0)]
    public async Task What_is_written_without_git_is_what_git_writes(string objectFormat, int? unpackLimit)
    {
        for (var seed = 0; seed < Scale.Times(15); seed++)
        {
            var ours = await GitRepository.InitBareAsync(sandbox.Program, sandbox.PathOf($"ours-{seed}"), objectFormat, Stop);
            var theirs = await GitRepository.InitBareAsync(sandbox.Program, sandbox.PathOf($"theirs-{seed}"), objectFormat, Stop);
            var start = await ours.CommitAsync("refs/heads/start", "start");
            (await theirs.CommitAsync("refs/heads/start", "start")).ShouldBe(start);
            var (random, known) = (new Random(seed), new List<ObjectId> { start });
            for (var round = 0; round < 3; round++)
            {
                await using var reader = ours.OpenReader();
                var steps = Steps(random, known, [.. known.Select(commit => reader.ReadCommitAsync(commit, Stop).AsTask().Result.Tree)]);
                var made = DirectImport.TryMake(steps, reader, new ImportOptions { Force = true, CompressionLevel = random.Next(10), UnpackLimit = unpackLimit }, ours.GitDir).ShouldNotBeNull($"seed {seed}, round {round}");
                await made.WriteAsync(ours, [], Stop);
                await using var import = new FastImport(theirs, new ImportOptions { Force = true });
                steps.ForEach(step => import.Write(step));
                made.Ids.ShouldBe(await import.FinishAsync(Stop), ignoreOrder: true, $"seed {seed}, round {round}");
                known.AddRange(steps.Select((step, i) => (step, i)).Where(one => one.step is ImportStep.Commit).Select(one => made.Ids[new Mark(one.i + 1)]));
            }

            (await ours.RefsAsync("refs/", Stop)).ShouldBe(await theirs.RefsAsync("refs/", Stop));
            var packs = Directory.GetFiles(Path.Combine(ours.GitDir, "objects", "pack"), "*.idx");
            packs.Length.ShouldBe(unpackLimit is null ? 0 : 3);
            if (packs.Length > 0)
            {
                await sandbox.GitAsync(ours.GitDir, ["verify-pack", $"--object-format={objectFormat}", .. packs]);
            }

            await sandbox.GitAsync(ours.GitDir, "fsck", "--strict");
        }
    }

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task Many_objects_come_into_one_pack_and_more_are_left_to_git_and_come_to_the_same(string objectFormat)
    {
        var repository = await GitRepository.InitBareAsync(sandbox.Program, sandbox.PathOf("store"), objectFormat, Stop);
        var packs = Path.Combine(repository.GitDir, "objects", "pack");
        ObjectId? start = null;
        var files = 0;
        foreach (var (count, size, isPacked) in new[] { (10, 100, 0), (200, 100, 1), (0, 0, 1), (3, 4_000_000, 1), (17, 4_000_000, 1), (1_200, 10, 2), (1, 66_000_000, 2) })
        {
            await using var import = repository.OpenImport(new() { Force = true });
            var blobs = Enumerable.Range(0, count).Select(i => (Mark: import.Blob(Encoding.UTF8.GetBytes($"{i}".PadRight(size, 'x'))), Number: i)).ToList();
            var commit = import.Commit("refs/heads/a", "m", Commits.When, start is { } from ? from : null, [], blobs.Select(blob => TreeEdit.PutBlob($"f/{blob.Number}", blob.Mark)));
            var ids = await import.FinishAsync(Stop);

            ids.Count.ShouldBe(count + 1);
            blobs.ForEach(blob => ids[blob.Mark].ShouldBe(ObjectId.Of(ObjectKind.Blob, Encoding.UTF8.GetBytes($"{blob.Number}".PadRight(size, 'x')), ids[commit].Length)));
            (await sandbox.GitAsync(repository.GitDir, "ls-tree", "-r", "--name-only", ids[commit].ToString())).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(start is null ? count : Math.Max(count, files));
            (start, files) = (ids[commit], Math.Max(count, files));
            Directory.GetFiles(packs, "*.idx").Length.ShouldBe(isPacked, $"{count} of {size}");
        }

        Directory.GetFiles(packs, "tmp_*").ShouldBeEmpty();

        await sandbox.GitAsync(repository.GitDir, "fsck", "--strict");
    }

    [Fact]
    public async Task What_git_has_the_better_words_for_is_left_to_it()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await repository.CommitAsync("refs/heads/a", "start");
        await using var import = repository.OpenImport(new() { Force = true });
        import.Commit("refs/heads/a", "m", Commits.When, ObjectId.Parse(new string('1', 40)), [], []);

        (await Should.ThrowAsync<GitException>(import.FinishAsync(Stop))).Message.ShouldStartWith("Git command failed: git fast-import: fatal:");
    }

    [Fact]
    public async Task A_commit_never_leads_to_what_is_not_there()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var start = await repository.CommitAsync("refs/heads/a", "start");
        var missing = ObjectId.Parse(new string('1', 40));
        ObjectOrMark[] none = [];
        foreach (var (parents, edits) in new (ObjectOrMark[], TreeEdit[])[]
        {
            ([missing], []), (none, [TreeEdit.PutBlob("x", missing)]), (none, [TreeEdit.PutTree("x", missing)]), (none, [TreeEdit.ReplaceRoot(missing)]), (none, [TreeEdit.PutBlob("x", start)]),
        })
        {
            await using var import = repository.OpenImport(new() { Force = true });
            import.Commit("refs/heads/a", "m", Commits.When, start, parents, edits);
            (await Should.ThrowAsync<GitException>(import.FinishAsync(Stop))).Message.ShouldStartWith("Git command failed: git fast-import: fatal:");
        }

        (await repository.TryResolveAsync("refs/heads/a", Stop)).ShouldBe(start);
    }

    [Fact]
    public async Task A_tree_that_only_git_can_read_is_left_to_it()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var start = await repository.CommitAsync("refs/heads/a", "start");
        byte[] odd = [.. "00100644 x\0"u8, .. Convert.FromHexString(ObjectId.Of(ObjectKind.Blob, "start"u8).ToString())];
        var tree = await sandbox.GitAsync(repository.GitDir, odd, "hash-object", "-t", "tree", "-w", "--literally", "--stdin");
        await using var import = repository.OpenImport(new() { Force = true });
        var commit = import.Commit("refs/heads/b", "m", Commits.When, start, [], [TreeEdit.ReplaceRoot(ObjectId.Parse(tree)), TreeEdit.PutBlob("y", import.Blob("y"u8.ToArray()))]);

        (await FilesAsync(repository, (await import.FinishAsync(Stop))[commit])).ShouldBe("x\ny");
    }

    [Fact]
    public async Task A_git_that_tidies_up_before_the_refs_are_moved_leaves_the_pack_that_they_need()
    {
        var start = await (await sandbox.NewRepositoryAsync()).CommitAsync("refs/heads/a", "start");

        // A new ref beside packed ones is Git's to make.
        await sandbox.GitAsync(sandbox.PathOf("store"), "pack-refs", "--all");
        var git = sandbox.Script("tidying", $"case \"$*\" in *update-ref*) git -C '{sandbox.PathOf("store")}' repack -a -d -q; ls '{sandbox.PathOf("store/objects/pack")}' > '{sandbox.PathOf("seen")}';; esac; exec git \"$@\"");
        var repository = await GitRepository.OpenAsync(sandbox.NewProgram(options => options with { Program = git }), sandbox.PathOf("store"), Stop);
        await PackAsync(repository, start, "packed"u8.ToArray());

        (await File.ReadAllTextAsync(sandbox.PathOf("seen"), Stop)).ShouldContain(".keep");
        await sandbox.GitAsync(repository.GitDir, "fsck", "--strict");
        (await FilesAsync(repository, (await repository.TryResolveAsync("refs/heads/packed", Stop))!.Value)).ShouldBe("file.txt\nx");
        Directory.GetFiles(Path.Combine(repository.GitDir, "objects", "pack"), "*.keep").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_killed_run_left_to_keep_a_pack_the_next_one_removes_and_nothing_of_gits()
    {
        var repository = await sandbox.NewRepositoryAsync();
        await PackAsync(repository, await repository.CommitAsync("refs/heads/a", "start"), "packed"u8.ToArray());
        var ours = Path.ChangeExtension(Directory.GetFiles(Path.Combine(repository.GitDir, "objects", "pack"), "*.pack").Single(), ".keep");
        var gits = Path.Combine(repository.GitDir, "objects", "pack", "pack-0.keep");
        await File.WriteAllTextAsync(ours, "memory-backup\n", Stop);
        await File.WriteAllTextAsync(gits, "fetch-pack 1 on here\n", Stop);

        repository.RemoveStaleLocks([], TimeSpan.FromMinutes(1)).ShouldBe([ours]);
        File.Exists(ours).ShouldBeFalse();
        File.Exists(gits).ShouldBeTrue();
    }

    [Fact]
    public async Task A_pack_that_cannot_have_its_index_is_not_left()
    {
        var other = await sandbox.NewRepositoryAsync("other");
        await PackAsync(other, await other.CommitAsync("refs/heads/a", "start"), "packed"u8.ToArray());
        var index = Path.GetFileName(Directory.GetFiles(Path.Combine(other.GitDir, "objects", "pack"), "*.idx").Single());

        var repository = await sandbox.NewRepositoryAsync();
        var start = await repository.CommitAsync("refs/heads/a", "start");
        var packs = Path.Combine(repository.GitDir, "objects", "pack");
        Directory.CreateDirectory(Path.Combine(packs, index, "in the way"));
        (await Should.ThrowAsync<GitException>(PackAsync(repository, start, "packed"u8.ToArray()))).Command.ShouldBe("writing objects");

        Directory.GetFiles(packs).ShouldBeEmpty();
        (await repository.TryResolveAsync("refs/heads/packed", Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task A_git_that_tidies_up_at_the_same_time_holds_nobody_up()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var last = await repository.CommitAsync("refs/heads/a", "start");
        var objects = Path.Combine(repository.GitDir, "objects");
        using var done = new CancellationTokenSource();
        var tidying = Task.Run(
            () =>
            {
                while (!done.IsCancellationRequested)
                {
                    foreach (var folder in Directory.GetDirectories(objects, "??"))
                    {
                        try
                        {
                            Directory.Delete(folder);
                        }
                        catch (IOException)
                        {
                            // Something is in it.
                        }
                    }
                }
            },
            Stop);
        for (var i = 0; i < Scale.Times(100); i++)
        {
            last = await repository.CommitAsync("refs/heads/a", $"{i}", last, force: true);
        }

        await done.CancelAsync();
        await tidying;
        await sandbox.GitAsync(repository.GitDir, "fsck", "--strict", "--connectivity-only");
        (await sandbox.GitAsync(repository.GitDir, "rev-list", "--count", "refs/heads/a")).ShouldBe($"{Scale.Times(100) + 1}");
    }

    [Fact]
    public async Task A_name_that_is_no_text_stays_as_it_is()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var blob = await sandbox.GitAsync(repository.GitDir, "x"u8.ToArray(), "hash-object", "-w", "--stdin");
        var tree = await sandbox.GitAsync(repository.GitDir, [.. Encoding.UTF8.GetBytes($"100644 blob {blob}\t"), 0xFF, 0xFE, (byte)'\n'], "mktree");
        await using var import = repository.OpenImport(new() { Force = true });
        var commit = import.Commit("refs/heads/a", "m", Commits.When, null, [], [TreeEdit.ReplaceRoot(ObjectId.Parse(tree)), TreeEdit.PutBlob("y", ObjectId.Parse(blob))]);
        var id = (await import.FinishAsync(Stop))[commit];

        await using var reader = repository.OpenReader();
        var root = (await reader.ReadAsync(new ObjectName((await reader.ReadCommitAsync(id, Stop)).Tree), Stop))!.Data;
        root.Span.IndexOf<byte>([(byte)' ', (byte)'y', 0]).ShouldBeGreaterThan(0);
        root.Span.IndexOf<byte>([(byte)' ', 0xFF, 0xFE, 0]).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Who_may_read_the_folder_of_objects_may_read_what_is_written_there()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var start = await repository.CommitAsync("refs/heads/a", "start");
        var objects = Path.Combine(repository.GitDir, "objects");
        foreach (var (folder, file) in new[]
        {
            (Group, UnixFileMode.UserRead | UnixFileMode.GroupRead),
            (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, UnixFileMode.UserRead),
        })
        {
            File.SetUnixFileMode(objects, folder);
            var before = Directory.GetFiles(objects, "*", SearchOption.AllDirectories).ToHashSet();
            var folders = Directory.GetDirectories(objects).ToHashSet();
            await repository.CommitAsync("refs/heads/a", $"{folder}", start, force: true);
            await PackAsync(repository, start, Encoding.UTF8.GetBytes($"packed {folder}"));

            var written = Directory.GetFiles(objects, "*", SearchOption.AllDirectories).Where(path => !before.Contains(path)).ToList();
            written.Count(path => path.EndsWith(".pack", StringComparison.Ordinal)).ShouldBe(1);
            written.Count.ShouldBeGreaterThan(2);
            written.ShouldAllBe(path => File.GetUnixFileMode(path) == file);
            Directory.GetDirectories(objects).Where(path => !folders.Contains(path)).ShouldAllBe(path => File.GetUnixFileMode(path) == folder);
        }
    }

    [Fact]
    public async Task An_object_that_is_there_already_is_mended_if_it_was_damaged_and_young_again()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var start = await repository.CommitAsync("refs/heads/a", "start");
        var id = ObjectId.Of(ObjectKind.Blob, "next"u8).ToString();
        await repository.CommitAsync("refs/heads/a", "next", start, force: true);
        var path = Path.Combine(repository.GitDir, "objects", id[..2], id[2..]);
        File.Delete(path);
        await File.WriteAllTextAsync(path, "damaged", Stop);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddYears(-1));
        await repository.CommitAsync("refs/heads/b", "next", start, force: true);

        (await sandbox.GitAsync(repository.GitDir, "cat-file", "blob", id)).ShouldBe("next");
        File.GetLastWriteTimeUtc(path).ShouldBeGreaterThan(DateTime.UtcNow.AddMinutes(-1));
    }

    [Fact]
    public async Task A_full_disk_is_named_as_such_and_no_ref_is_moved()
    {
        await SmallDisk.UseAsync(sandbox, async repository =>
        {
            var start = await repository.CommitAsync("refs/heads/a", "start");
            foreach (var write in new[] { WriteAsync, PackAsync })
            {
                var failure = await write(repository, start, SmallDisk.Incompressible(1_000_000)).ShouldFailAsync(GitFailure.DiskFull);
                failure.Command.ShouldBe("writing objects");
                (await repository.TryResolveAsync("refs/heads/a", Stop)).ShouldBe(start);
                Directory.GetFiles(repository.GitDir, "tmp_*", SearchOption.AllDirectories).ShouldBeEmpty();
            }
        });

        static async Task WriteAsync(GitRepository repository, ObjectId start, byte[] content)
        {
            await using var import = repository.OpenImport(new() { Force = true });
            import.Commit("refs/heads/a", "m", Commits.When, start, [], [TreeEdit.PutBlob("x", import.Blob(content))]);
            await import.FinishAsync(Stop);
        }
    }

    [Fact]
    public async Task Of_two_refs_the_one_that_can_be_moved_is_moved()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var start = await repository.CommitAsync("refs/heads/a/b", "start");
        await using var import = repository.OpenImport(new() { Force = true });
        import.Commit("refs/heads/a", "in the way", Commits.When, start, [], []);
        var free = import.Commit("refs/heads/c", "free", Commits.When, start, [], []);

        await import.FinishAsync(Stop).ShouldFailAsync(GitFailure.RefConflict);
        (await repository.RefsAsync("refs/", Stop)).Keys.ShouldBe(["refs/heads/a/b", "refs/heads/c"], ignoreOrder: true);
    }

    private static async Task PackAsync(GitRepository repository, ObjectId start, byte[] content)
    {
        await using var import = repository.OpenImport(new() { Force = true, UnpackLimit = 0 });
        import.Commit("refs/heads/packed", "m", Commits.When, start, [], [TreeEdit.PutBlob("x", import.Blob(content))]);
        await import.FinishAsync(Stop);
    }

    private Task<string> FilesAsync(GitRepository repository, ObjectId commit) =>
        sandbox.GitAsync(repository.GitDir, "ls-tree", "-r", "--name-only", commit.ToString());

    private static List<ImportStep> Steps(Random random, List<ObjectId> known, ObjectId[] trees)
    {
        var steps = new List<ImportStep>();
        var (blobs, commits) = (new List<Mark>(), new List<Mark>());
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            for (var j = random.Next(3); j >= 0; j--)
            {
                var content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"{random.Next(20)}\n", random.Next(3_000))));
                steps.Add(new ImportStep.Blob(new ReadOnlySequence<byte>(content)));
                blobs.Add(new Mark(steps.Count));
            }

            ObjectOrMark? from = random.Next(4) switch
            {
                0 => null,
                1 when commits.Count > 0 => commits[random.Next(commits.Count)],
                _ => known[random.Next(known.Count)],
            };
            // What replaces everything comes first: fast-import 2.39 does not live through two of them later on.
            var edits = Enumerable.Range(0, random.Next(5)).Select(position => (position == 0 ? random.Next(12) : random.Next(2, 12)) switch
            {
                0 => TreeEdit.DeleteAll(),
                1 => TreeEdit.ReplaceRoot(trees[random.Next(trees.Length)]),

                // Nobody puts a folder with nothing in it, which fast-import would leave out.
                2 when trees[random.Next(trees.Length)] is var tree && tree != ObjectId.Of(ObjectKind.Tree, [], tree.Length) => TreeEdit.PutTree(Paths[random.Next(Paths.Length)], tree),
                < 6 => TreeEdit.Delete(Paths[random.Next(Paths.Length)]),
                _ => TreeEdit.PutBlob(Paths[random.Next(Paths.Length)], blobs[random.Next(blobs.Count)]),
            }).ToList();

            // One that names an object of the repository has to be there.
            ObjectOrMark[] parents = [.. known.Take(1).Where(_ => from is null || random.Next(3) == 0).Select(id => (ObjectOrMark)id)];
            steps.Add(new ImportStep.Commit($"refs/heads/{random.Next(3)}", $"message {i}\n\nmore: ü", Commits.When.AddSeconds(random.Next(1000)), from, parents, edits));
            commits.Add(new Mark(steps.Count));
        }

        return steps;
    }
}
