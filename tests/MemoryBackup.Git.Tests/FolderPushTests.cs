using System.Text;
using MemoryBackup.Evidence;
using MemoryBackup.Git.Stored;

namespace MemoryBackup.Git.Tests;

/// <summary>What is sent to a folder without <c>git push</c> arrives whole, is refused where it would be, and is nothing but what belongs to it.</summary>
public sealed class FolderPushTests : IDisposable
{
    private const string Name = "refs/heads/memory/a";
    private static readonly string[] Paths = ["a", "b", "b/c", "b/c/d", "b.c", "x/y/1", "x/y/2", "x/z/1", "ü/名前"];
    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Theory]
    [InlineData("sha1", "origin")]
    [InlineData("sha256", "origin")]
    [InlineData("sha1", "{0}")]
    [InlineData("sha1", "file://{0}")]
    public async Task A_commit_goes_to_a_folder_through_its_own_git_alone(string objectFormat, string remote)
    {
        var (store, far) = await sandbox.PairAsync(objectFormat);
        var address = string.Format(null, remote, far.GitDir);
        var a = await store.CommitAsync(Name, "a", force: true);
        (await sandbox.CallsAsync(store, git => git.PushAsync(address, [new(a, Name)], cancellation: Stop))).ShouldNotContain("git push");
        (await far.RefsAsync("refs/", Stop)).ShouldBe(new Dictionary<string, ObjectId> { [Name] = a });
        sandbox.Hook(far, "post-receive", $"cat > '{sandbox.PathOf("received")}'");

        var b = await store.CommitAsync(Name, "b", a, force: true);
        var c = await store.CommitAsync(Name, "c", b, force: true);
        var calls = await sandbox.CallsAsync(store, async git =>
        {
            var result = await git.PushAsync(address, [new(c, Name)], cancellation: Stop);
            result.Refs.ShouldBe([new(Name, PushStatus.Updated, null)]);
            result.AtomicUnsupported.ShouldBeFalse();
        });

        calls.ShouldContain("git receive-pack");
        calls.ShouldNotContain("git push");
        calls.ShouldNotContain(" pack-objects");
        (await far.RefsAsync("refs/", Stop)).ShouldBe(new Dictionary<string, ObjectId> { [Name] = c });
        (await File.ReadAllTextAsync(sandbox.PathOf("received"), Stop)).ShouldBe($"{a} {c} {Name}\n");
        (await store.RefsAsync("refs/remotes/", Stop)).ShouldBe(remote == "origin" ? new Dictionary<string, ObjectId> { ["refs/remotes/origin/memory/a"] = c } : []);
        await sandbox.GitAsync(far.GitDir, "fsck", "--strict");
    }

    // Each with what becomes of the ref, and whether the remote's Git was asked first.
    [Theory]
    [InlineData("far config receive.denyNonFastForwards true", PushStatus.Updated)]
    [InlineData("far config transfer.hideRefs refs/heads/memory", PushStatus.Rejected)]
    [InlineData("store config remote.origin.receivepack git-receive-pack", PushStatus.Updated)]
    [InlineData("store config --add remote.origin.fetch +refs/x/*:refs/y/*", PushStatus.Updated)]
    [InlineData("store config url./else.pushInsteadOf /nowhere", PushStatus.Updated)]
    [InlineData("far update-ref refs/heads/memory/a {other}", PushStatus.Rejected)]
    [InlineData("far symbolic-ref refs/heads/memory/a refs/heads/memory/other", PushStatus.Rejected)]
    [InlineData("shallow", PushStatus.Updated)]
    [InlineData("merge", PushStatus.Updated)]
    [InlineData("many", PushStatus.Updated)]
    [InlineData("long", PushStatus.Updated)]
    [InlineData("lease", PushStatus.Rejected)]
    [InlineData("old", PushStatus.UpToDate)]
    public async Task Whatever_is_not_plain_is_left_to_git_push(string what, PushStatus status)
    {
        var (store, far) = await sandbox.PairAsync();
        var a = await store.CommitAsync(Name, "a", force: true);
        var other = await far.CommitAsync("refs/heads/memory/other", "other", force: true);
        await store.PushAsync("origin", [new(a, Name)], cancellation: Stop);
        var b = what switch
        {
            "merge" => await MergeAsync(store, a),
            "many" => await ManyAsync(store, a),
            "old" => a,
            _ => await store.CommitAsync(Name, "b", a, force: true),
        };
        for (var i = 0; what == "long" && i < 16; i++)
        {
            b = await store.CommitAsync(Name, $"{i}", b, force: true);
        }

        if (what == "shallow")
        {
            await File.WriteAllTextAsync(Path.Combine(far.GitDir, "shallow"), $"{other}\n", Stop);
        }
        else if (what.Contains(' ') && what.Replace("{other}", other.ToString(), StringComparison.Ordinal).Split(' ') is [var where, .. var arguments])
        {
            await sandbox.GitAsync(where == "far" ? far.GitDir : store.GitDir, arguments);
        }

        var calls = await sandbox.CallsAsync(store, async git => (await git.PushAsync("origin", [new(b, Name, what == "lease" ? other : null)], cancellation: Stop)).Refs.Single().Status.ShouldBe(status));
        calls.ShouldContain("git push");
        if (status != PushStatus.Rejected)
        {
            (await far.RefsAsync(Name, Stop)).ShouldBe(new Dictionary<string, ObjectId> { [Name] = b });
        }
    }

    [Theory]
    [InlineData("pre-receive", "echo not today >&2; exit 1", "pre-receive hook declined")]
    [InlineData("update", "echo not today >&2; exit 1", "hook declined")]
    public async Task What_a_hook_refuses_is_refused_with_its_words(string hook, string body, string reason)
    {
        var (store, far) = await sandbox.PairAsync();
        var a = await store.CommitAsync(Name, "a", force: true);
        await store.PushAsync("origin", [new(a, Name)], cancellation: Stop);
        sandbox.Hook(far, hook, $"echo called >> '{sandbox.PathOf("hook-was-called")}'; {body}");
        var b = await store.CommitAsync(Name, "b", a, force: true);
        var result = await store.PushAsync("origin", [new(b, Name)], cancellation: Stop);
        (await File.ReadAllLinesAsync(sandbox.PathOf("hook-was-called"), Stop)).Length.ShouldBe(1);
        Should.Throw<GitException>(() => result.ThrowIfRejected()).Kind.ShouldBe(GitFailure.RejectedPush);
        result.Refs.ShouldBe([new(Name, PushStatus.Rejected, reason)]);
        result.Output.ShouldContain("not today");
        (await far.RefsAsync("refs/", Stop)).ShouldBe(new Dictionary<string, ObjectId> { [Name] = a });
        (await store.RefsAsync("refs/remotes/", Stop)).Values.ShouldBe([a]);
    }

    [Fact]
    public async Task A_lock_that_a_killed_receiver_left_is_cleared_as_before()
    {
        var (store, far) = await sandbox.PairAsync();
        var a = await store.CommitAsync(Name, "a", force: true);
        await store.PushAsync("origin", [new(a, Name)], cancellation: Stop);
        await File.WriteAllTextAsync(Path.Combine(far.GitDir, Name + ".lock"), "", Stop);
        var b = await store.CommitAsync(Name, "b", a, force: true);
        (await store.PushAsync("origin", [new(b, Name)], cancellation: Stop)).Accepted.ShouldBeTrue();
        (await far.RefsAsync("refs/", Stop)).ShouldBe(new Dictionary<string, ObjectId> { [Name] = b });
    }

    [Fact]
    public async Task A_hook_that_never_ends_is_given_up()
    {
        var (store, far) = await sandbox.PairAsync();
        var a = await store.CommitAsync(Name, "a", force: true);
        await store.PushAsync("origin", [new(a, Name)], cancellation: Stop);
        sandbox.Hook(far, "pre-receive", "sleep 60");
        var b = await store.CommitAsync(Name, "b", a, force: true);
        var impatient = await sandbox.ImpatientAsync(store);
        await impatient.PushAsync("origin", [new(b, Name)], cancellation: Stop).ShouldFailAsync(GitFailure.Timeout);
        sandbox.FailedAttempts.Count.ShouldBe(1);
        (await far.RefsAsync("refs/", Stop)).Values.ShouldBe([a]);
    }

    [Fact]
    public async Task Nothing_is_sent_but_what_the_commit_leads_to()
    {
        var (store, far) = await sandbox.PairAsync();
        var a = await store.CommitAsync(Name, "a", force: true);
        await store.PushAsync("origin", [new(a, Name)], cancellation: Stop);
        var secret = await store.CommitAsync("refs/memory-backup/default/local", "secret", force: true);
        var b = await store.CommitAsync(Name, "b", a, force: true);
        await store.PushAsync("origin", [new(b, Name)], cancellation: Stop);
        var there = (await sandbox.GitAsync(far.GitDir, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")).Split('\n');
        there.ShouldContain(b.ToString());
        there.ShouldBe((await sandbox.GitAsync(far.GitDir, "rev-list", "--objects", "--no-object-names", "--all")).Split('\n'), ignoreOrder: true);
        there.ShouldNotContain(secret.ToString());
    }

    [Fact]
    public async Task What_is_sent_is_enough_whatever_changed()
    {
        for (var seed = 0; seed < Scale.Times(8); seed++)
        {
            var random = new Random(seed);
            var (store, far) = await sandbox.PairAsync(name: $"{seed}");
            var contents = Enumerable.Range(0, 6).Select(i => $"content {i}").ToList();
            var at = await store.CommitAsync(Name, "start", force: true);
            await store.PushAsync("origin", [new(at, Name)], cancellation: Stop);
            for (var round = 0; round < 12; round++)
            {
                var from = at;
                for (var commits = random.Next(1, 4); commits > 0; commits--)
                {
                    await using var import = store.OpenImport(new() { Force = true });
                    var edits = Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(4) == 0
                        ? TreeEdit.Delete(Paths[random.Next(Paths.Length)])
                        : TreeEdit.PutBlob(Paths[random.Next(Paths.Length)], import.Blob(Encoding.UTF8.GetBytes(contents[random.Next(contents.Count)])))).ToList();
                    var commit = import.Commit(Name, $"{seed} {round} {commits}", Commits.When, at, [], edits);
                    at = (await import.FinishAsync(Stop))[commit];
                }

                using (var files = new ObjectFiles(store.GitDir))
                {
                    var found = NewObjects.Since(files, at, from, 64).ShouldNotBeNull().Select(one => one.Id.ToString()).ToList();
                    found.ShouldBeUnique();
                    (await sandbox.GitAsync(store.GitDir, "rev-list", "--objects", "--no-object-names", at.ToString(), $"^{from}")).Split('\n').Except(found).ShouldBeEmpty($"seed {seed}, round {round}");
                }

                (await sandbox.CallsAsync(store, async git => (await git.PushAsync("origin", [new(at, Name)], cancellation: Stop)).Accepted.ShouldBeTrue())).ShouldNotContain("git push");
                (await far.RefsAsync("refs/", Stop)).Values.ShouldBe([at]);
            }

            await sandbox.GitAsync(far.GitDir, "fsck", "--strict");
        }
    }

    [Fact]
    public async Task What_cannot_be_read_is_not_passed_over()
    {
        var (store, far) = await sandbox.PairAsync();
        var a = await store.CommitAsync(Name, "a", force: true);
        var b = await store.CommitAsync(Name, "b", a, force: true);
        await store.PushAsync("origin", [new(a, Name)], cancellation: Stop);
        foreach (var name in (string[])[$"{a}", $"{a}^{{tree}}", $"{b}", $"{b}^{{tree}}", $"{b}:file.txt"])
        {
            var id = await sandbox.GitAsync(store.GitDir, "rev-parse", name);
            var file = Path.Combine(store.GitDir, "objects", id[..2], id[2..]);
            File.Move(file, sandbox.PathOf("aside"));
            using var files = new ObjectFiles(store.GitDir);
            if (name.Contains(':'))
            {
                (await store.PushAsync("origin", [new(b, Name)], cancellation: Stop)).Accepted.ShouldBeFalse();
                (await far.RefsAsync("refs/", Stop)).Values.ShouldBe([a]);
            }
            else
            {
                NewObjects.Since(files, b, a, 64).ShouldBeNull(name);
            }

            File.Move(sandbox.PathOf("aside"), file);
        }

        using var all = new ObjectFiles(store.GitDir);
        NewObjects.Since(all, b, a, 64).ShouldNotBeNull().Count.ShouldBe(3);
        NewObjects.Since(all, b, ObjectId.None, 64).ShouldNotBeNull().Count.ShouldBe(6);
        NewObjects.Since(all, b, a, 2).ShouldBeNull();
        NewObjects.Since(all, a, b, 64).ShouldBeNull();
    }

    [Fact]
    public async Task A_ref_that_is_gone_there_is_made_anew()
    {
        var (store, far) = await sandbox.PairAsync();
        var a = await store.CommitAsync(Name, "a", force: true);
        await store.PushAsync("origin", [new(a, Name)], cancellation: Stop);
        await far.UpdateRefsAsync([new(Name, ObjectId.None)], Stop);
        var b = await store.CommitAsync(Name, "b", a, force: true);
        (await sandbox.CallsAsync(store, async git => (await git.PushAsync("origin", [new(b, Name)], cancellation: Stop)).Accepted.ShouldBeTrue())).ShouldNotContain("git push");
        (await far.RefsAsync("refs/", Stop)).ShouldBe(new Dictionary<string, ObjectId> { [Name] = b });
        await sandbox.GitAsync(far.GitDir, "fsck", "--strict");
    }

    [Theory]
    [InlineData("sha1", false)]
    [InlineData("sha1", true)]
    [InlineData("sha256", true)]
    public async Task What_lies_in_a_pack_is_sent_as_it_lies_there_and_kept_so(string objectFormat, bool isKept)
    {
        var (store, far) = await sandbox.PairAsync(objectFormat);
        var a = await store.CommitAsync(Name, "a", force: true);
        await store.PushAsync("origin", [new(a, Name)], cancellation: Stop);
        var b = await ManyAsync(store, a, count: isKept ? 300 : 30);
        await sandbox.GitAsync(store.GitDir, "repack", "-adq", "--depth=2");
        var calls = await sandbox.CallsAsync(store, async git => (await git.PushAsync("origin", [new(b, Name)], pack: new(CompressionLevel: 1, IsKept: isKept), cancellation: Stop)).Accepted.ShouldBeTrue());
        calls.ShouldNotContain("git push");
        calls.Contains("index-pack", StringComparison.Ordinal).ShouldBe(isKept);
        Directory.GetFiles(Path.Combine(far.GitDir, "objects", "pack"), "*.pack").Length.ShouldBe(isKept ? 1 : 0);
        (await far.RefsAsync("refs/", Stop)).Values.ShouldBe([b]);
        await sandbox.GitAsync(far.GitDir, "fsck", "--strict");
    }

    [Fact]
    public async Task An_object_comes_out_of_a_pack_as_it_went_in_or_not_at_all()
    {
        var store = await sandbox.NewRepositoryAsync();
        var random = new Random(1);
        var blobs = Enumerable.Range(0, 40).Select(i => Encoding.UTF8.GetBytes($"{i}" + new string('x', random.Next(3000)))).ToList();
        await using (var import = store.OpenImport(new() { Force = true, UnpackLimit = 0 }))
        {
            import.Commit(Name, "m", Commits.When, null, [], [.. blobs.Select((blob, i) => TreeEdit.PutBlob($"{i}", import.Blob(blob)))]);
            await import.FinishAsync(Stop);
        }

        var pack = Directory.GetFiles(Path.Combine(store.GitDir, "objects", "pack"), "*.pack").Single();
        var whole = await File.ReadAllBytesAsync(pack, Stop);
        File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        for (var round = 0; round < 30; round++)
        {
            var damaged = (byte[])[.. whole];
            var at = random.Next(12, whole.Length - 20);
            damaged[at] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(pack, round == 0 ? whole : damaged, Stop);
            using var files = new ObjectFiles(store.GitDir);
            var copied = blobs.Select(blob => files.TryCopyPacked(ObjectId.Of(ObjectKind.Blob, blob, 20), ObjectKind.Blob, 1 << 20)).ToList();
            copied.Count(entry => entry is null).ShouldBeLessThanOrEqualTo(round == 0 ? 0 : 1);
            foreach (var (blob, entry) in blobs.Zip(copied).Where(pair => pair.Second is not null))
            {
                entry!.Value.ToArray().ShouldBe(PackWriter.Entry(new GitObject(ObjectId.Of(ObjectKind.Blob, blob, 20), ObjectKind.Blob, blob), level: null).ToArray());
            }
        }

        using var other = new ObjectFiles(store.GitDir);
        other.TryCopyPacked(ObjectId.Of(ObjectKind.Blob, blobs[0], 20), ObjectKind.Tree, 1 << 20).ShouldBeNull();
        other.TryCopyPacked(ObjectId.Of(ObjectKind.Blob, blobs[0], 20), ObjectKind.Blob, 2).ShouldBeNull();
        other.TryCopyPacked(ObjectId.Of(ObjectKind.Blob, "none"u8, 20), ObjectKind.Blob, 1 << 20).ShouldBeNull();
    }

    [Theory]
    [InlineData("00400123456789012345678901234567890123456789 refs/heads/x\0atomic0000000eunpack ok\n001bok refs/heads/memory/a\n0000", true)]
    [InlineData("0000000eunpack ok\n001bok refs/heads/memory/a\n0000", true)]
    [InlineData("0000000eunpack ok\n001bok refs/heads/memory/b\n0000", false)]
    [InlineData("0000000eunpack ok\n0021ng refs/heads/memory/a no\n0000", false)]
    [InlineData("00000014unpack not so ok001bok refs/heads/memory/a\n0000", false)]
    [InlineData("0000000eunpack ok\n001bok refs/heads/memory/a\n", false)]
    [InlineData("0000000eunpack ok\n001bok refs/heads/memory/a\n000", false)]
    [InlineData("0000000eunpack ok\n001bok refs/heads/memory/a\n0000more", false)]
    [InlineData("0000000eunpack ok\n0000", false)]
    [InlineData("0000001bok refs/heads/memory/a\n0000", false)]
    [InlineData("000eunpack ok\n001bok refs/heads/memory/a\n0000", false)]
    [InlineData("00000003", false)]
    [InlineData("0000ffff", false)]
    [InlineData("0000-001", false)]
    [InlineData("0000", false)]
    [InlineData("", false)]
    public void Only_a_whole_report_that_both_were_taken_counts(string answer, bool isTaken) => (FolderPush.TryRead(Encoding.UTF8.GetBytes(answer), Name)?.Status == PushStatus.Updated).ShouldBe(isTaken);

    [Fact]
    public void No_part_of_a_report_counts_for_the_whole()
    {
        var whole = Encoding.UTF8.GetBytes("0000000eunpack ok\n001bok refs/heads/memory/a\n0000");
        FolderPush.TryRead(whole, Name)!.Status.ShouldBe(PushStatus.Updated);
        var random = new Random(1);
        for (var i = 0; i < whole.Length; i++)
        {
            FolderPush.TryRead(whole.AsSpan(0, i), Name).ShouldBeNull($"{i}");
            var other = (byte[])[.. whole];
            other[i] ^= (byte)(1 << random.Next(7));
            var lower = Encoding.UTF8.GetString(other).ToLowerInvariant();
            (FolderPush.TryRead(other, Name) is not null).ShouldBe(lower == Encoding.UTF8.GetString(whole) && i is < 8 or >= 48, $"{i}: {lower}");
        }
    }

    private static async Task<ObjectId> MergeAsync(GitRepository store, ObjectId first)
    {
        var second = await store.CommitAsync("refs/heads/second", "second", force: true);
        await using var import = store.OpenImport(new() { Force = true });
        var merge = import.Commit(Name, "both", Commits.When, first, [second], []);
        return (await import.FinishAsync(Stop))[merge];
    }

    private static async Task<ObjectId> ManyAsync(GitRepository store, ObjectId from, int count = 80)
    {
        await using var import = store.OpenImport(new() { Force = true });
        var commit = import.Commit(Name, "many", Commits.When, from, [], [.. Enumerable.Range(0, count).Select(i => TreeEdit.PutBlob($"{i}", import.Blob(Encoding.UTF8.GetBytes($"{i}"))))]);
        return (await import.FinishAsync(Stop))[commit];
    }
}
