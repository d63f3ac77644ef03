using System.Text;

namespace MemoryBackup.Git.Tests;

public sealed class RemoteTests : IDisposable
{
    private const string Incoming = "+refs/heads/*:refs/memory-backup/incoming/*";
    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public async Task What_is_pushed_by_one_is_fetched_by_another_and_a_second_fetch_finds_nothing_new()
    {
        var (store, far) = await PairAsync();
        var id = await store.CommitAsync("refs/heads/memory/a", "a");
        var other = await sandbox.NewRepositoryAsync("other");

        (await store.PushAsync("origin", [new(id, "refs/heads/memory/a")], cancellation: Stop)).Refs.ShouldBe([new("refs/heads/memory/a", PushStatus.Updated, null)]);
        (await store.PushAsync("origin", [new(id, "refs/heads/memory/a")], cancellation: Stop)).Refs.ShouldBe([new("refs/heads/memory/a", PushStatus.UpToDate, null)]);
        (await store.LsRemoteAsync("origin", ["refs/heads/memory/*"], Stop)).ShouldBe(new Dictionary<string, ObjectId> { ["refs/heads/memory/a"] = id });
        (await other.FetchAsync(far.GitDir, [Incoming], cancellation: Stop)).Changed.ShouldBeTrue();
        (await other.FetchAsync(far.GitDir, [Incoming], cancellation: Stop)).Changed.ShouldBeFalse();
        (await other.RefsAsync("refs/", Stop)).ShouldBe(new Dictionary<string, ObjectId> { ["refs/memory-backup/incoming/memory/a"] = id });
    }

    [Fact]
    public async Task A_fetch_touches_nothing_but_the_refs_that_it_names()
    {
        var (store, far) = await PairAsync();
        var id = await far.CommitAsync("refs/heads/main", "a");
        await sandbox.GitAsync(far.GitDir, "update-ref", "refs/tags/v1", id.ToString());
        await sandbox.GitAsync(store.GitDir, "config", "fetch.prune", "true");
        await sandbox.GitAsync(store.GitDir, "config", "remote.origin.tagOpt", "--tags");

        await store.FetchAsync("origin", [Incoming], cancellation: Stop);
        (await store.RefsAsync("refs/", Stop)).Keys.ShouldBe(["refs/memory-backup/incoming/main"]);
        File.Exists(Path.Combine(store.GitDir, "FETCH_HEAD")).ShouldBeFalse();
    }

    [Fact]
    public async Task An_empty_remote_fetches_as_nothing_and_what_is_gone_is_pruned_only_if_asked()
    {
        var (store, far) = await PairAsync();
        (await store.FetchAsync("origin", [Incoming], cancellation: Stop)).Changed.ShouldBeFalse();
        (await store.LsRemoteAsync("origin", [], Stop)).ShouldBeEmpty();

        await far.CommitAsync("refs/heads/gone", "a");
        await store.FetchAsync("origin", [Incoming], cancellation: Stop);
        await far.UpdateRefsAsync([new("refs/heads/gone", ObjectId.None)], Stop);
        (await store.FetchAsync("origin", [Incoming], prune: false, Stop)).Changed.ShouldBeFalse();
        (await store.FetchAsync("origin", [Incoming], prune: true, Stop)).Changed.ShouldBeTrue();
        (await store.RefsAsync("refs/", Stop)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("file://")]
    public async Task A_lock_that_a_killed_push_left_at_a_remote_on_this_machine_is_cleared(string scheme)
    {
        var (store, far) = await PairAsync();
        var id = await store.CommitAsync("refs/heads/a", "a");
        var file = Locked(far, "refs/heads/a");
        (await store.PushAsync(scheme + far.GitDir, [new(id, "refs/heads/a")], cancellation: Stop)).Accepted.ShouldBeTrue();
        File.Exists(file).ShouldBeFalse();
        (await far.RefsAsync("refs/", Stop)).Keys.ShouldBe(["refs/heads/a"]);
    }

    [Fact]
    public async Task A_lock_at_a_remote_on_this_machine_stays_while_a_Git_works_there()
    {
        var (store, far) = await PairAsync();
        var id = await store.CommitAsync("refs/heads/a", "a");
        var file = Locked(far, "refs/heads/a");
        using var git = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", ["--git-dir", far.GitDir, "hash-object", "--stdin"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            var result = await store.PushAsync("origin", [new(id, "refs/heads/a")], cancellation: Stop);
            Should.Throw<GitException>(result.ThrowIfRejected).Kind.ShouldBe(GitFailure.Lock);
            File.Exists(file).ShouldBeTrue();
        }
        finally
        {
            git.Kill();
            await git.WaitForExitAsync(Stop);
        }
    }

    private static string Locked(GitRepository far, string refName)
    {
        var file = Path.Combine(far.GitDir, refName + ".lock");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "");
        return file;
    }

    [Fact]
    public async Task A_push_that_would_not_move_forward_is_rejected_and_changes_nothing()
    {
        var (store, far) = await PairAsync();
        var theirs = await far.CommitAsync("refs/heads/a", "theirs");
        var ours = await store.CommitAsync("refs/heads/a", "ours");

        var result = await store.PushAsync("origin", [new(ours, "refs/heads/a")], cancellation: Stop);
        result.Accepted.ShouldBeFalse();
        result.Refs.ShouldHaveSingleItem().Reason.ShouldBe("fetch first");
        Should.Throw<GitException>(result.ThrowIfRejected).Kind.ShouldBe(GitFailure.RejectedPush);
        (await far.TryResolveAsync("refs/heads/a", Stop)).ShouldBe(theirs);
        sandbox.FailedAttempts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lease_lets_a_ref_be_rewritten_only_from_what_was_seen()
    {
        var (store, far) = await PairAsync();
        var old = await store.CommitAsync("refs/heads/a", "old");
        var rewritten = await store.CommitAsync("refs/heads/a", "rewritten", force: true);
        (await store.PushAsync("origin", [new(old, "refs/heads/a", ObjectId.None)], cancellation: Stop)).Accepted.ShouldBeTrue();

        var lost = await store.PushAsync("origin", [new(rewritten, "refs/heads/a", rewritten)], cancellation: Stop);
        lost.Refs.ShouldBe([new("refs/heads/a", PushStatus.Rejected, "stale info")]);
        (await store.PushAsync("origin", [new(rewritten, "refs/heads/a", ObjectId.None)], cancellation: Stop)).Accepted.ShouldBeFalse();
        (await store.PushAsync("origin", [new(rewritten, "refs/heads/a", old)], cancellation: Stop)).Accepted.ShouldBeTrue();
        (await far.TryResolveAsync("refs/heads/a", Stop)).ShouldBe(rewritten);

        (await store.PushAsync("origin", [new(ObjectId.None, "refs/heads/a", rewritten)], cancellation: Stop)).Accepted.ShouldBeTrue();
        (await far.RefsAsync("refs/", Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Several_refs_are_pushed_all_or_none()
    {
        var (store, far) = await PairAsync();
        await far.CommitAsync("refs/heads/b", "theirs");
        var ours = await store.CommitAsync("refs/heads/a", "ours");

        var result = await store.PushAsync("origin", [new(ours, "refs/heads/a"), new(ours, "refs/heads/b")], cancellation: Stop);
        result.Refs.Select(pushed => pushed.Status).ShouldBe([PushStatus.Rejected, PushStatus.Rejected]);
        Should.Throw<GitException>(result.ThrowIfRejected).Message.ShouldContain("refs/heads/b");
        (await far.TryResolveAsync("refs/heads/a", Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task A_remote_without_atomic_pushes_takes_the_first_ref_and_the_result_says_so()
    {
        var (store, far) = await PairAsync();
        await far.SetConfigAsync("receive.advertiseAtomic", "false", Stop);
        var id = await store.CommitAsync("refs/heads/a", "a");

        var result = await store.PushAsync("origin", [new(id, "refs/heads/a"), new(id, "refs/heads/b")], cancellation: Stop);
        result.AtomicUnsupported.ShouldBeTrue();
        result.Refs.Select(pushed => pushed.Status).ShouldBe([PushStatus.Updated, PushStatus.NotSent]);
        (await far.RefsAsync("refs/", Stop)).Keys.ShouldBe(["refs/heads/a"]);
    }

    [Fact]
    public async Task A_hook_at_the_remote_that_declines_is_a_rejection()
    {
        var (store, far) = await PairAsync();
        sandbox.Hook(far, "pre-receive", "echo no entry >&2; exit 1");
        var id = await store.CommitAsync("refs/heads/a", "a");
        var result = await store.PushAsync("origin", [new(id, "refs/heads/a")], cancellation: Stop);
        result.Refs.ShouldBe([new("refs/heads/a", PushStatus.Rejected, "pre-receive hook declined")]);
        result.Output.ShouldContain("no entry");
    }

    [Fact]
    public async Task Hooks_of_the_own_repository_are_not_run()
    {
        var (store, _) = await PairAsync();
        var ran = sandbox.PathOf("ran");
        foreach (var hook in new[] { "reference-transaction", "pre-push", "post-checkout", "pre-auto-gc" })
        {
            sandbox.Hook(store, hook, $"touch {ran}; exit 1");
        }

        var id = await store.CommitAsync("refs/heads/a", "a");
        await store.UpdateRefsAsync([new("refs/heads/b", id)], Stop);
        (await store.PushAsync("origin", [new(id, "refs/heads/a")], cancellation: Stop)).Accepted.ShouldBeTrue();
        await store.FetchAsync("origin", [Incoming], cancellation: Stop);
        File.Exists(ran).ShouldBeFalse();
    }

    [Fact]
    public async Task Objects_that_do_not_pass_fsck_are_refused_and_nothing_of_them_is_taken()
    {
        var (store, far) = await PairAsync();
        var blob = await sandbox.GitAsync(far.GitDir, "evil"u8.ToArray(), "hash-object", "-w", "--stdin");
        byte[] raw = [.. Encoding.ASCII.GetBytes("100644 .git\0"), .. Convert.FromHexString(blob)];
        var tree = await sandbox.GitAsync(far.GitDir, raw, "hash-object", "-t", "tree", "-w", "--literally", "--stdin");
        var commit = await sandbox.GitAsync(far.GitDir, "-c", "user.name=x", "-c", "user.email=x@x", "commit-tree", "-m", "x", tree);
        await sandbox.GitAsync(far.GitDir, "update-ref", "refs/heads/evil", commit);

        await store.FetchAsync("origin", [Incoming], cancellation: Stop).ShouldFailAsync(GitFailure.Hostile);
        (await store.RefsAsync("refs/", Stop)).ShouldBeEmpty();
        (await store.TryResolveAsync(ObjectId.Parse(tree), Stop)).ShouldBeNull();
        sandbox.FailedAttempts.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("--upload-pack=touch pwned")]
    [InlineData("-x")]
    [InlineData("ext::sh -c touch% pwned")]
    [InlineData("fd::17")]
    [InlineData("foo::bar")]
    [InlineData("foo://bar")]
    [InlineData("ssh://-oProxyCommand=touch/x")]
    [InlineData("ssh://user@-oProxyCommand=touch/x")]
    [InlineData("https://example.org/\nx")]
    [InlineData("")]
    public async Task An_address_that_could_run_a_program_is_refused_everywhere(string url)
    {
        var store = await sandbox.NewRepositoryAsync();
        var id = await store.CommitAsync("refs/heads/a", "a");
        await store.FetchAsync(url, [Incoming], cancellation: Stop).ShouldFailAsync(GitFailure.ForbiddenUrl);
        await store.PushAsync(url, [new(id, "refs/heads/a")], cancellation: Stop).ShouldFailAsync(GitFailure.ForbiddenUrl);
        await store.LsRemoteAsync(url, [], Stop).ShouldFailAsync(GitFailure.ForbiddenUrl);
        await store.AddRemoteAsync("evil", url, Stop).ShouldFailAsync(GitFailure.ForbiddenUrl);
        await sandbox.GitAsync(store.GitDir, "config", "remote.planted.url", url);
        await store.RemotesAsync(Stop);
        await store.FetchAsync("planted", [Incoming], cancellation: Stop).ShouldFailAsync(GitFailure.ForbiddenUrl);
    }

    [Theory]
    [InlineData("https://example.org/x.git")]
    [InlineData("git@example.org:x.git")]
    [InlineData("ssh://git@example.org:22/x")]
    [InlineData("/srv/x")]
    [InlineData("../x")]
    [InlineData("file:///srv/x")]
    [InlineData("[::1]:x")]
    [InlineData("http://[::1]:8080/x")]
    public void An_address_of_git_s_own_transports_is_allowed(string url) => RemoteUrl.IsAllowed(url).ShouldBeTrue();

    [Fact]
    public async Task A_push_of_nothing_asks_nobody()
    {
        var store = await sandbox.NewRepositoryAsync();
        (await store.PushAsync("no-such-remote", [], cancellation: Stop)).Accepted.ShouldBeTrue();
    }

    [Fact]
    public async Task Hostile_names_never_become_options()
    {
        var (store, _) = await PairAsync();
        var id = await store.CommitAsync("refs/heads/a", "a");
        await Should.ThrowAsync<ArgumentException>(store.FetchAsync("origin", ["--upload-pack=x"], cancellation: Stop));
        await Should.ThrowAsync<ArgumentException>(store.FetchAsync("origin", [], cancellation: Stop));
        await Should.ThrowAsync<ArgumentException>(store.FetchAsync("origin", ["refs/heads/*"], cancellation: Stop));
        await Should.ThrowAsync<ArgumentException>(store.PushAsync("origin", [new(id, "--receive-pack=x")], cancellation: Stop));
        await Should.ThrowAsync<ArgumentException>(store.AddRemoteAsync("-x", "/srv/x", Stop));
        (await store.LsRemoteAsync("origin", ["--upload-pack=touch pwned"], Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_remote_that_is_not_there_is_named_so_and_not_tried_again()
    {
        var store = await sandbox.NewRepositoryAsync();
        await store.AddRemoteAsync("gone", sandbox.PathOf("gone"), Stop);
        (await store.FetchAsync("gone", [Incoming], cancellation: Stop).ShouldFailAsync(GitFailure.RemoteMissing)).Command.ShouldBe("git fetch gone");
        await store.FetchAsync("never-configured", [Incoming], cancellation: Stop).ShouldFailAsync(GitFailure.RemoteMissing);
        sandbox.FailedAttempts.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_remote_that_mirrors_or_adds_options_to_pushes_takes_ours_alone()
    {
        var (store, far) = await PairAsync();
        foreach (var (key, value) in new[] { ("remote.origin.mirror", "true"), ("push.followTags", "true"), ("push.pushOption", "x"), ("push.gpgSign", "if-asked") })
        {
            await store.SetConfigAsync(key, value, Stop);
        }

        var id = await store.CommitAsync("refs/heads/a", "a");
        (await store.PushAsync("origin", [new(id, "refs/heads/b")], cancellation: Stop)).Accepted.ShouldBeTrue();
        (await far.RefsAsync("refs/", Stop)).Keys.ShouldBe(["refs/heads/b"]);
    }

    private async Task<(GitRepository Store, GitRepository Far)> PairAsync()
    {
        var store = await sandbox.NewRepositoryAsync();
        var far = await sandbox.NewRepositoryAsync("far");
        await store.AddRemoteAsync("origin", far.GitDir, Stop);
        (await store.RemotesAsync(Stop)).ShouldBe(new Dictionary<string, string> { ["origin"] = far.GitDir });
        return (store, far);
    }
}
