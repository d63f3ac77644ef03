using System.Text;
using MemoryBackup.Evidence;

namespace MemoryBackup.Git.Tests;

/// <summary>A push may begin before what it sends is written, and the remote takes nothing of it before it is made.</summary>
public sealed class PushAheadTests : IDisposable
{
    private const string Name = "refs/heads/memory/a";
    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Theory]
    [InlineData("sha1", false, "origin")]
    [InlineData("sha1", true, "origin")]
    [InlineData("sha256", false, "{0}")]
    [InlineData("sha256", true, "file://{0}")]
    public async Task The_remote_unpacks_before_it_may_and_takes_nothing_before_it_may(string objectFormat, bool isPacked, string remote)
    {
        var (store, far) = await sandbox.PairAsync(objectFormat);
        var address = string.Format(null, remote, far.GitDir);
        var pack = new PackOptions(CompressionLevel: 1, IsKept: isPacked);
        var a = ObjectId.None;
        for (var round = 0; round < 2; round++)
        {
            var calls = await sandbox.CallsAsync(store, async git =>
            {
                await using var ahead = (await git.PushAheadAsync(address, Name, pack, Stop)).ShouldNotBeNull();
                var b = await WriteAsync(git, $"{round}", a, [ahead], isPacked ? 0 : null);
                await UnpackedAsync(far);
                (await far.RefsAsync("refs/", Stop)).Values.ShouldBe(a.IsNull ? [] : [a]);
                (await ObjectsAsync(far)).ShouldNotContain(b.ToString());

                var result = await git.PushAsync(address, [new(b, Name)], pack: pack, cancellation: Stop, ahead: ahead);
                result.Refs.ShouldBe([new(Name, PushStatus.Updated, null)]);
                a = b;
            });
            calls.Split("git receive-pack").Length.ShouldBe(2, calls);
            calls.ShouldNotContain("git push");
            (await far.RefsAsync("refs/", Stop)).ShouldBe(new Dictionary<string, ObjectId> { [Name] = a });
            Incoming(far).ShouldBeEmpty();
        }

        (await ObjectsAsync(far)).ShouldBe((await sandbox.GitAsync(far.GitDir, "rev-list", "--objects", "--no-object-names", "--all")).Split('\n'), ignoreOrder: true);
        Directory.GetFiles(Path.Combine(far.GitDir, "objects", "pack"), "*.pack").Length.ShouldBe(isPacked ? 2 : 0);
        (await store.RefsAsync("refs/remotes/", Stop)).ShouldBe(remote == "origin" ? new Dictionary<string, ObjectId> { ["refs/remotes/origin/memory/a"] = a } : []);
        await sandbox.GitAsync(far.GitDir, "fsck", "--strict");
    }

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task What_is_deflated_is_sent_while_the_rest_is_not(string objectFormat)
    {
        var (store, far) = await sandbox.PairAsync(objectFormat);
        var objects = Objects(objectFormat == "sha1" ? 20 : 32, blobs: 6);
        var entries = new PackEntries(objects);
        var (tip, last) = (objects[0].Id, entries.Ids.Length - 1);
        var mayEnd = new TaskCompletionSource<bool>();
        var sending = Task.Run(
            () => FolderPush.SendAsync(
                store,
                far.GitDir,
                Name,
                new PackOptions(IsKept: true),
                Task.FromResult<PushRequest?>(new(new(tip, Name), ObjectId.None, new UnwrittenObjects(objects.Take(2).ToDictionary(one => one.Id), entries))),
                mayEnd.Task,
                Stop),
            Stop);
        for (var i = 0; i < last; i++)
        {
            entries.Deflate(i, level: 1);
        }

        // All but the last one, and what is still in the way between two processes.
        var bytes = objects.Skip(2).SkipLast(2).Sum(one => (long)one.Data.Length);
        while (Incoming(far).SelectMany(folder => Directory.EnumerateFiles(folder, "tmp_pack_*", SearchOption.AllDirectories)).Sum(file => new FileInfo(file).Length) < bytes)
        {
            await Task.Delay(5, Stop);
        }

        sending.IsCompleted.ShouldBeFalse();
        entries.Deflate(last, level: 1);
        mayEnd.SetResult(true);
        (await sending).ShouldNotBeNull().Refs.ShouldBe([new(Name, PushStatus.Updated, null)]);
        (await ObjectsAsync(far)).ShouldBe(objects.Select(one => one.Id.ToString()), ignoreOrder: true);
        await sandbox.GitAsync(far.GitDir, "fsck", "--strict");
    }

    [Fact]
    public async Task What_will_not_be_deflated_is_waited_for_no_longer()
    {
        var objects = Objects(idLength: 20, blobs: 3);
        var entries = new PackEntries(objects.AsEnumerable().Reverse());
        entries.Ids.Take(2).ShouldBe(objects.Take(2).Select(one => one.Id));
        entries.PlaceOf(objects[0].Id).ShouldBe(0);
        entries.PlaceOf(ObjectId.Of(ObjectKind.Blob, "none"u8, 20)).ShouldBeNull();
        entries.At(2).IsCompleted.ShouldBeFalse();
        var deflated = entries.Deflate(2, level: 1);
        entries.GiveUp();
        (await entries.At(2)).ToArray().ShouldBe(deflated.ToArray());
        await Should.ThrowAsync<OperationCanceledException>(entries.At(3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_not_pushed_in_the_end_leaves_nothing_there(bool isPacked)
    {
        var (store, far) = await sandbox.PairAsync();
        await using (var ahead = (await store.PushAheadAsync("origin", Name, new PackOptions(IsKept: isPacked), Stop)).ShouldNotBeNull())
        {
            await WriteAsync(store, "a", ObjectId.None, [ahead], isPacked ? 0 : null);
            await UnpackedAsync(far);
        }

        (await far.RefsAsync("refs/", Stop)).ShouldBeEmpty();
        (await ObjectsAsync(far)).ShouldBeEmpty();
        Incoming(far).ShouldBeEmpty();
        sandbox.FailedAttempts.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_could_not_be_written_is_not_taken()
    {
        var (store, far) = await sandbox.PairAsync();
        var a = await store.CommitAsync(Name, "a", force: true);
        await store.PushAsync("origin", [new(a, Name)], cancellation: Stop);
        await using (var ahead = (await store.PushAheadAsync("origin", Name, cancellation: Stop)).ShouldNotBeNull())
        {
            // In the way of one of the folders of objects.
            var b = ObjectId.Of(ObjectKind.Blob, "b"u8, 20).ToString();
            await File.WriteAllTextAsync(Path.Combine(store.GitDir, "objects", b[..2]), "", Stop);
            await Should.ThrowAsync<GitException>(WriteAsync(store, "b", a, [ahead]));
        }

        (await far.RefsAsync("refs/", Stop)).Values.ShouldBe([a]);
        Incoming(far).ShouldBeEmpty();
    }

    // Each with what is to be sent in the end.
    [Theory]
    [InlineData("a later commit")]
    [InlineData("an earlier commit")]
    [InlineData("another ref")]
    [InlineData("another lease")]
    [InlineData("two refs")]
    public async Task What_is_sent_in_the_end_is_what_arrives(string what)
    {
        var (store, far) = await sandbox.PairAsync();
        var a = await store.CommitAsync(Name, "a", force: true);
        await store.PushAsync("origin", [new(a, Name)], cancellation: Stop);
        var other = await store.CommitAsync("refs/heads/memory/b", "other", force: true);
        await using var ahead = (await store.PushAheadAsync("origin", Name, cancellation: Stop)).ShouldNotBeNull();
        var b = await WriteAsync(store, "b", a, [ahead]);
        await UnpackedAsync(far);
        var c = await store.CommitAsync(Name, "c", b, force: true);
        IReadOnlyList<PushSpec> specs = what switch
        {
            "a later commit" => [new(c, Name)],
            "an earlier commit" => [new(a, Name)],
            "another ref" => [new(b, "refs/heads/memory/b")],
            "another lease" => [new(b, Name, other)],
            _ => [new(b, Name), new(other, "refs/heads/memory/b")],
        };
        var result = await store.PushAsync("origin", specs, cancellation: Stop, ahead: ahead);
        result.Accepted.ShouldBe(what != "another lease");
        var expected = specs.ToDictionary(spec => spec.Destination, spec => spec.Source);
        expected.TryAdd(Name, a);
        (await far.RefsAsync("refs/", Stop)).ShouldBe(result.Accepted ? expected : new Dictionary<string, ObjectId> { [Name] = a }, ignoreOrder: true);
        await ahead.DisposeAsync();
        Incoming(far).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_ref_that_others_moved_in_the_meantime_is_refused_as_ever()
    {
        var (store, far) = await sandbox.PairAsync();
        var a = await store.CommitAsync(Name, "a", force: true);
        await store.PushAsync("origin", [new(a, Name)], cancellation: Stop);
        await using var ahead = (await store.PushAheadAsync("origin", Name, cancellation: Stop)).ShouldNotBeNull();
        var b = await WriteAsync(store, "b", a, [ahead]);
        await UnpackedAsync(far);
        var others = await far.CommitAsync(Name, "others", a, force: true);
        var result = await store.PushAsync("origin", [new(b, Name)], cancellation: Stop, ahead: ahead);
        result.Refs.Single().Status.ShouldBe(PushStatus.Rejected);
        result.Refs.Single().Reason.ShouldNotBeNull().ShouldContain("fetch first");
        (await far.RefsAsync("refs/", Stop)).Values.ShouldBe([others]);
    }

    [Fact]
    public async Task What_a_hook_refuses_is_refused_and_asked_again_when_it_is_sent_again()
    {
        var (store, far) = await sandbox.PairAsync();
        sandbox.Hook(far, "update", $"echo called >> '{sandbox.PathOf("hook-was-called")}'; test -e '{sandbox.PathOf("may")}'");
        await using var ahead = (await store.PushAheadAsync("origin", Name, cancellation: Stop)).ShouldNotBeNull();
        var a = await WriteAsync(store, "a", ObjectId.None, [ahead]);
        await UnpackedAsync(far);
        File.Exists(sandbox.PathOf("hook-was-called")).ShouldBeFalse();
        (await store.PushAsync("origin", [new(a, Name)], cancellation: Stop, ahead: ahead)).Refs.ShouldBe([new(Name, PushStatus.Rejected, "hook declined")]);
        (await File.ReadAllLinesAsync(sandbox.PathOf("hook-was-called"), Stop)).Length.ShouldBe(1);
        await File.WriteAllTextAsync(sandbox.PathOf("may"), "", Stop);
        (await store.PushAsync("origin", [new(a, Name)], cancellation: Stop, ahead: ahead)).Refs.ShouldBe([new(Name, PushStatus.Updated, null)]);
        (await far.RefsAsync("refs/", Stop)).Values.ShouldBe([a]);
    }

    [Fact]
    public async Task A_start_that_waits_too_long_is_given_up_and_the_push_is_made_all_the_same()
    {
        var (store, far) = await sandbox.PairAsync();
        var impatient = await sandbox.ImpatientAsync(store);
        await using var ahead = (await impatient.PushAheadAsync("origin", Name, cancellation: Stop)).ShouldNotBeNull();
        var a = await WriteAsync(impatient, "a", ObjectId.None, [ahead]);
        await UnpackedAsync(far);
        while (Incoming(far).Count > 0 && Receivers(far) > 0)
        {
            await Task.Delay(20, Stop);
        }

        (await impatient.PushAsync("origin", [new(a, Name)], cancellation: Stop, ahead: ahead)).Accepted.ShouldBeTrue();
        (await far.RefsAsync("refs/", Stop)).Values.ShouldBe([a]);
        sandbox.FailedAttempts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hook_that_never_ends_is_given_up()
    {
        var (store, far) = await sandbox.PairAsync();
        sandbox.Hook(far, "pre-receive", "sleep 60");
        var impatient = await sandbox.ImpatientAsync(store);
        await using var ahead = (await impatient.PushAheadAsync("origin", Name, cancellation: Stop)).ShouldNotBeNull();
        var a = await WriteAsync(impatient, "a", ObjectId.None, [ahead]);
        await impatient.PushAsync("origin", [new(a, Name)], cancellation: Stop, ahead: ahead).ShouldFailAsync(GitFailure.Timeout);
        sandbox.FailedAttempts.Count.ShouldBe(1);
        (await far.RefsAsync("refs/", Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_gives_up_a_push_does_not_wait_for_it()
    {
        var (store, far) = await sandbox.PairAsync();
        sandbox.Hook(far, "pre-receive", "sleep 60");
        await using var ahead = (await store.PushAheadAsync("origin", Name, cancellation: Stop)).ShouldNotBeNull();
        var a = await WriteAsync(store, "a", ObjectId.None, [ahead]);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var pushing = store.PushAsync("origin", [new(a, Name)], cancellation: cancelled.Token, ahead: ahead);
        await Task.Delay(100, Stop);
        await cancelled.CancelAsync();
        (await Should.ThrowAsync<OperationCanceledException>(pushing)).CancellationToken.ShouldBe(cancelled.Token);
        (await far.RefsAsync("refs/", Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Whatever_changed_arrives_whole_and_nothing_else_does()
    {
        string[] paths = ["a", "b", "b/c", "b/c/d", "x/y/1", "x/y/2", "x/z/1"];
        for (var seed = 0; seed < Scale.Times(5); seed++)
        {
            var random = new Random(seed);
            var (store, far) = await sandbox.PairAsync(name: $"{seed}");
            ObjectId? at = null;
            for (var round = 0; round < 12; round++)
            {
                await using var ahead = (await store.PushAheadAsync("origin", Name, new PackOptions(IsKept: random.Next(2) == 0), Stop)).ShouldNotBeNull();
                for (var commits = random.Next(1, 3); commits > 0; commits--)
                {
                    await using var import = store.OpenImport(new() { Force = true, UnpackLimit = random.Next(2) == 0 ? 0 : null }, ahead: random.Next(4) == 0 ? [] : [ahead]);
                    var edits = Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(4) == 0
                        ? TreeEdit.Delete(paths[random.Next(paths.Length)])
                        : TreeEdit.PutBlob(paths[random.Next(paths.Length)], import.Blob(Encoding.UTF8.GetBytes($"content {random.Next(6)}")))).ToList();
                    var commit = import.Commit(Name, $"{seed} {round} {commits}", Commits.When, at is { } from ? from : null, [], edits);
                    import.Commit("refs/memory-backup/local", "secret", Commits.When, commit, [], [TreeEdit.PutBlob("secret", import.Blob(Encoding.UTF8.GetBytes($"secret {seed} {round}")))]);
                    at = (await import.FinishAsync(Stop))[commit];
                }

                (await store.PushAsync("origin", [new(at!.Value, Name)], cancellation: Stop, ahead: ahead)).Accepted.ShouldBeTrue();
                (await far.RefsAsync("refs/", Stop)).Values.ShouldBe([at.Value]);
            }

            await sandbox.GitAsync(far.GitDir, "fsck", "--strict");
            (await ObjectsAsync(far)).ShouldBe((await sandbox.GitAsync(far.GitDir, "rev-list", "--objects", "--no-object-names", "--all")).Split('\n'), ignoreOrder: true);
        }
    }

    [Theory]
    [InlineData("store config remote.origin.receivepack git-receive-pack")]
    [InlineData("far config receive.denyNonFastForwards true")]
    [InlineData("store remote set-url --add origin /nowhere")]
    [InlineData("store remote set-url origin http://127.0.0.1:1/x")]
    [InlineData("store config --add remote.origin.fetch +refs/x/*:refs/y/*")]
    [InlineData("store remote set-url origin .")]
    public async Task Where_it_is_not_plain_there_is_no_head_start(string what)
    {
        var (store, far) = await sandbox.PairAsync();
        var arguments = what.Split(' ');
        await sandbox.GitAsync(arguments[0] == "far" ? far.GitDir : store.GitDir, [.. arguments[1..].Select(argument => argument == "." ? store.GitDir : argument)]);
        var opened = await GitRepository.OpenAsync(sandbox.Program, store.GitDir, Stop);
        (await opened.PushAheadAsync("origin", Name, cancellation: Stop)).ShouldBeNull();
        (await opened.PushAheadAsync(far.GitDir, "refs/tags/a", cancellation: Stop)).ShouldBeNull();
    }

    // A commit, its tree, and files that cannot be made smaller.
    private static List<GitObject> Objects(int idLength, int blobs)
    {
        var random = new Random(1);
        var files = Enumerable.Range(0, blobs).Select(_ =>
        {
            var bytes = new byte[300_000];
            random.NextBytes(bytes);
            return Of(ObjectKind.Blob, bytes);
        }).ToList();
        var entries = files.SelectMany((file, i) =>
        {
            var id = new byte[idLength];
            file.Id.CopyTo(id);
            return (byte[])[.. Encoding.ASCII.GetBytes($"100644 {i}\0"), .. id];
        });
        var tree = Of(ObjectKind.Tree, [.. entries]);
        var commit = Of(ObjectKind.Commit, Encoding.ASCII.GetBytes($"tree {tree.Id}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\nm\n"));
        return [commit, tree, .. files];

        GitObject Of(ObjectKind kind, byte[] data) => new(ObjectId.Of(kind, data, idLength), kind, data);
    }

    // As soon as what came is unpacked all of it lies in a folder that counts only when the push is made.
    private static async Task UnpackedAsync(GitRepository far)
    {
        while (!Incoming(far).SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)).Any())
        {
            await Task.Delay(5, Stop);
        }
    }

    private static List<string> Incoming(GitRepository far) => [.. Directory.EnumerateDirectories(Path.Combine(far.GitDir, "objects"), "*incoming*")];

    private static int Receivers(GitRepository far) => Directory.EnumerateFiles("/proc", "cmdline", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true })
        .Count(file => TryRead(file).Contains("receive-pack\0" + far.GitDir, StringComparison.Ordinal));

    private static string TryRead(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }
    private async Task<IReadOnlyList<string>> ObjectsAsync(GitRepository far) =>
        (await sandbox.GitAsync(far.GitDir, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    // Beside the commit there is another that is nobody's business.
    private static async Task<ObjectId> WriteAsync(GitRepository git, string content, ObjectId parent, IReadOnlyList<PushAhead> ahead, int? unpackLimit = null)
    {
        await using var import = git.OpenImport(new() { Force = true, UnpackLimit = unpackLimit }, ahead: ahead);
        var commit = import.Commit(Name, content, Commits.When, parent.IsNull ? null : parent, [], [TreeEdit.PutBlob("file.txt", import.Blob(Encoding.UTF8.GetBytes(content)))]);
        import.Commit("refs/memory-backup/local", "secret", Commits.When, commit, [], [TreeEdit.PutBlob("secret", import.Blob(Encoding.UTF8.GetBytes($"secret {content}")))]);
        return (await import.FinishAsync(Stop))[commit];
    }
}
