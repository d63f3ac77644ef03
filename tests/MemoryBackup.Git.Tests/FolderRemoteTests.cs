using MemoryBackup.Evidence;

namespace MemoryBackup.Git.Tests;

/// <summary>That a remote has nothing new is told by its files only where a fetch would tell the same.</summary>
public sealed class FolderRemoteTests : IDisposable
{
    private const string Source = "refs/heads/memory/";
    private const string Destination = "refs/memory-backup/incoming/";
    private const string All = $"+{Source}*:{Destination}*";

    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Theory]
    [InlineData("origin")]
    [InlineData("{0}")]
    [InlineData("{0}/")]
    [InlineData("file://{0}")]
    public async Task A_fetch_of_nothing_new_takes_no_process(string remote)
    {
        var (store, far) = await sandbox.PairAsync();
        await far.CommitAsync(Source + "a", "a");
        await far.CommitAsync("refs/heads/other", "b");
        var address = string.Format(null, remote, far.GitDir);
        (await store.FetchAsync(address, [All], prune: true, Stop)).Changed.ShouldBeTrue();

        var calls = await sandbox.CallsAsync(store, git => git.FetchAsync(address, [All], prune: true, Stop));
        calls.ShouldBeEmpty();
        await far.CommitAsync(Source + "b", "c");
        (await sandbox.CallsAsync(store, git => git.FetchAsync(address, [All], prune: true, Stop))).ShouldContain("fetch");
        (await store.RefsAsync(Destination, Stop)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_repository_with_a_work_tree_is_read_in_its_git_folder()
    {
        var (store, _) = await sandbox.PairAsync();
        await sandbox.GitAsync(sandbox.Folder, "init", "--quiet", sandbox.PathOf("tree"));
        var tree = await GitRepository.OpenAsync(sandbox.Program, sandbox.PathOf("tree"), cancellation: Stop);
        await tree.CommitAsync(Source + "a", "a");
        await store.FetchAsync(sandbox.PathOf("tree"), [All], prune: true, Stop);

        HasNothingNew(store, sandbox.PathOf("tree")).ShouldBeTrue();
        Directory.CreateDirectory(sandbox.PathOf("tree/below"));
        HasNothingNew(store, sandbox.PathOf("tree/below")).ShouldBeFalse();
    }

    public static TheoryData<string> NotPlain =>
    [
        .. new[]
        {
            "far config transfer.hideRefs refs/heads/memory/a", "far config uploadpack.hideRefs refs/heads/memory", "far config uploadpack.allowFilter true", "far config extensions.refStorage files", "far config core.repositoryFormatVersion 2", "store config --add remote.origin.url /else",
            "far config include.path more", "home config --global transfer.hideRefs refs/heads", "home config --global url./else.insteadOf /", "home config --global protocol.file.allow never",
            "store config protocol.allow never", "store config remote.origin.uploadpack /bin/false", "store config remote.origin.vcs x", "store config url.ssh://h/.insteadOf {far}", "store config include.path more",
            "far update-ref -d refs/heads/memory/a", "far update-ref refs/heads/memory/b refs/heads/memory/a", "far symbolic-ref refs/heads/memory/b refs/heads/memory/a",
            "store update-ref -d refs/memory-backup/incoming/a", "store update-ref refs/memory-backup/incoming/b refs/memory-backup/incoming/a",
        },
    ];

    [Theory]
    [MemberData(nameof(NotPlain))]
    public async Task Whatever_is_not_plain_is_left_to_git(string command)
    {
        var (store, far) = await sandbox.PairAsync();
        await far.CommitAsync(Source + "a", "a");
        await store.FetchAsync("origin", [All], prune: true, Stop);
        (await HasNothingNewAsync(store)).ShouldBeTrue();

        var words = command.Replace("{far}", far.GitDir, StringComparison.Ordinal).Split(' ');
        await sandbox.GitAsync(words[0] switch { "far" => far.GitDir, "store" => store.GitDir, _ => sandbox.Home }, words[1..]);
        (await HasNothingNewAsync(store)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("objects")]
    [InlineData("pack")]
    [InlineData("content")]
    [InlineData("content of pack")]
    [InlineData("end of pack")]
    [InlineData("start of pack")]
    public async Task What_was_lost_here_comes_again(string lost)
    {
        var (store, far) = await sandbox.PairAsync();
        await far.CommitAsync(Source + "a", "a");
        await store.FetchAsync("origin", [All], prune: true, Stop);
        var isPacked = lost.EndsWith("pack", StringComparison.Ordinal);
        await sandbox.GitAsync(store.GitDir, isPacked ? ["repack", "-adq"] : ["version"]);
        HasNothingNew(store, far.GitDir).ShouldBeTrue();
        foreach (var file in Directory.GetFiles(Path.Combine(store.GitDir, "objects"), "*", SearchOption.AllDirectories).Where(file => !isPacked || file.EndsWith(".pack", StringComparison.Ordinal)))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var bytes = File.ReadAllBytes(file);
            File.WriteAllBytes(file, lost switch
            {
                "end of pack" => bytes[..^1],
                "start of pack" => [.. new byte[11], .. bytes[11..]],
                _ => [],
            });
            if (lost is "objects" or "pack")
            {
                File.Delete(file);
            }
        }

        HasNothingNew(store, far.GitDir).ShouldBeFalse();
        if (lost == "objects")
        {
            // What is there in name only Git does not ask for again: that is told, and not passed over.
            await store.FetchAsync("origin", [All], prune: true, Stop);
            HasNothingNew(store, far.GitDir).ShouldBeTrue();
            await sandbox.GitAsync(store.GitDir, "fsck", "--strict");
        }
    }

    [Fact]
    public async Task What_is_no_folder_of_this_machine_is_left_to_git()
    {
        var (store, far) = await sandbox.PairAsync();
        HasNothingNew(store, far.GitDir).ShouldBeTrue();
        HasNothingNew(store, "ssh://localhost" + far.GitDir).ShouldBeFalse();
        HasNothingNew(store, "file://localhost" + far.GitDir).ShouldBeFalse();
        HasNothingNew(store, $"file://{far.GitDir}#x").ShouldBeFalse();
        HasNothingNew(store, $"file://{far.GitDir}?x").ShouldBeFalse();
        HasNothingNew(store, $"{store.GitDir}/../far").ShouldBeFalse();
        HasNothingNew(store, far.GitDir, $"+refs/heads/mem*:{Destination}*").ShouldBeFalse();
        HasNothingNew(store, "file://" + far.GitDir.Replace("far", "%66ar", StringComparison.Ordinal)).ShouldBeFalse();
        HasNothingNew(store, Path.GetRelativePath(Directory.GetCurrentDirectory(), far.GitDir)).ShouldBeFalse();
        HasNothingNew(store, sandbox.PathOf("none")).ShouldBeFalse();
        (await sandbox.NewRepositoryAsync("linked")).ShouldNotBeNull();
        await File.WriteAllTextAsync(sandbox.PathOf("linked/commondir"), far.GitDir, Stop);
        HasNothingNew(store, sandbox.PathOf("linked")).ShouldBeFalse();
    }

    [Fact]
    public async Task Where_nothing_is_said_to_be_newsa_fetch_changes_nothing()
    {
        var (store, far) = await sandbox.PairAsync();
        var random = new Random(1);
        var (news, old) = (0, 0);
        for (var step = 0; step < Scale.Times(60); step++)
        {
            var refs = await far.RefsAsync(Source, Stop);
            var name = Source + (char)('a' + random.Next(4));
            switch (random.Next(8))
            {
                case 0 or 1:
                    await far.CommitAsync(name, $"{step}", force: true);
                    break;
                case 2 when refs.Count > 0:
                    await far.UpdateRefsAsync([new(refs.Keys.First(), ObjectId.None)], Stop);
                    break;
                case 3 when refs.Count > 0:
                    await far.UpdateRefsAsync([new(name, refs.Values.First())], Stop);
                    break;
                case 4:
                    await sandbox.GitAsync(random.Next(2) == 0 ? far.GitDir : store.GitDir, "pack-refs", "--all");
                    break;
                case 5:
                    await sandbox.GitAsync(random.Next(2) == 0 ? far.GitDir : store.GitDir, "gc", "--quiet", "--prune=now");
                    break;
                default:
                    break;
            }

            var isOld = HasNothingNew(store, far.GitDir);
            var before = await store.RefsAsync(Destination, Stop);
            if (isOld)
            {
                await sandbox.GitAsync(store.GitDir, "fetch", "--quiet", "--no-tags", "--prune", "origin", All);
                (await store.RefsAsync(Destination, Stop)).ShouldBe(before);
                old++;
            }
            else
            {
                (await store.FetchAsync("origin", [All], prune: true, Stop)).Changed.ShouldBeTrue();
                news++;
            }

            (await store.RefsAsync(Destination, Stop)).ToDictionary(named => named.Key[Destination.Length..], named => named.Value)
                .ShouldBe((await far.RefsAsync(Source, Stop)).ToDictionary(named => named.Key[Source.Length..], named => named.Value), ignoreOrder: true);
        }

        old.ShouldBeGreaterThan(10);
        news.ShouldBeGreaterThan(10);
    }

    [Theory]
    [InlineData(true, "", true)]
    [InlineData(true, "receive.unpackLimit", false)]
    [InlineData(true, "transfer.unpackLimit", false)]
    [InlineData(false, "", false)]
    public async Task What_is_to_be_kept_stays_the_pack_that_it_came_in_unless_the_remote_says_otherwise(bool isKept, string setting, bool isPacked)
    {
        await sandbox.Program.RequireVersionAsync(sandbox.PathOf("cache"), Stop);
        var (store, far) = (await sandbox.NewRepositoryAsync(), await sandbox.NewRepositoryAsync("that's \"far\" $HOME"));
        await store.AddRemoteAsync("origin", far.GitDir, Stop);
        if (setting.Length > 0)
        {
            await sandbox.GitAsync(far.GitDir, "config", setting, "50");
        }

        var hook = Path.Combine(far.GitDir, "hooks", "post-receive");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
        File.Move(sandbox.Script("hook", $"echo called > '{sandbox.PathOf("hook-was-called")}'"), hook);
        var id = await store.CommitAsync(Source + "a", "a");
        (await store.PushAsync("origin", [new(id, Source + "a")], pack: new(IsKept: isKept), cancellation: Stop)).Accepted.ShouldBeTrue();

        Directory.GetFiles(Path.Combine(far.GitDir, "objects", "pack"), "*.pack").Length.ShouldBe(isPacked ? 1 : 0);
        Directory.GetDirectories(Path.Combine(far.GitDir, "objects"), "??").Length.ShouldBe(isPacked ? 0 : 3);
        (await far.RefsAsync(Source, Stop)).ShouldBe(new Dictionary<string, ObjectId> { [Source + "a"] = id });
        File.Exists(sandbox.PathOf("hook-was-called")).ShouldBeTrue();
        await sandbox.GitAsync(far.GitDir, "fsck", "--strict");
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("far config uploadpack.allowFilter true", false)]
    [InlineData("far config transfer.hideRefs refs/heads/other", false)]
    [InlineData("store config remote.origin.uploadpack git-upload-pack", false)]
    [InlineData("store update-ref refs/memory-backup/incoming/c {c}", false)]
    [InlineData("loose", false)]
    public async Task The_first_fetch_copies_packs_as_they_are_unless_something_speaks_against_it(string change, bool isCopied)
    {
        var (store, far) = await sandbox.PairAsync();
        foreach (var name in new[] { "a", "b" })
        {
            await far.CommitAsync(Source + name, name);
            await sandbox.GitAsync(far.GitDir, "repack", "-d", "-q");
        }

        var c = await store.CommitAsync("refs/heads/c", "c");
        if (change == "loose")
        {
            for (var number = 0; number < 90; number++)
            {
                await far.CommitAsync("refs/heads/other", $"{number}", force: true);
            }
        }
        else if (change.Length > 0 && change.Replace("{c}", c.ToString(), StringComparison.Ordinal).Split(' ') is [var where, .. var arguments])
        {
            await sandbox.GitAsync(where == "far" ? far.GitDir : store.GitDir, arguments);
        }

        var calls = await sandbox.CallsAsync(store, git => git.FetchAsync("origin", [All], prune: true, Stop));
        calls.Contains("pack.window=0 upload-pack", StringComparison.Ordinal).ShouldBe(isCopied);
        (await store.RefsAsync(Destination, Stop)).ToDictionary(named => named.Key[Destination.Length..], named => named.Value)
            .ShouldBe((await far.RefsAsync(Source, Stop)).ToDictionary(named => named.Key[Source.Length..], named => named.Value), ignoreOrder: true);
        await sandbox.GitAsync(store.GitDir, "fsck", "--strict");

        await far.CommitAsync(Source + "c", "d");
        (await sandbox.CallsAsync(store, git => git.FetchAsync("origin", [All], prune: true, Stop))).ShouldNotContain("pack.window");
    }

    private static bool HasNothingNew(GitRepository store, string url, string refspec = All) => FolderRemote.Look(store.Program, store.GitDir, "origin", url, refspec).Unchanged is not null;

    // As a fetch decides it.
    private async Task<bool> HasNothingNewAsync(GitRepository store)
    {
        var calls = await sandbox.CallsAsync(store, async git =>
        {
            try
            {
                await git.FetchAsync("origin", [All], prune: true, Stop);
            }
            catch (GitException)
            {
                // It was asked, and had something against it.
            }
        });
        return !calls.Contains("git fetch", StringComparison.Ordinal);
    }
}
