using System.Text;

namespace MemoryBackup.Git.Tests;

/// <summary>What Git says, and what it is told, as text: read and written without asking it.</summary>
public sealed class GitTextTests
{
    [Theory]
    [InlineData("git version 2.39.5 (Apple Git-154)", "2.39.5")]
    [InlineData("git version 2.47.1.windows.2", "2.47.1")]
    [InlineData("git version 3.0", "3.0.0")]
    [InlineData("git version 2.x", null)]
    [InlineData("git version 2", null)]
    [InlineData("hg version 2.39.5", null)]
    [InlineData("", null)]
    public void A_version_is_read_up_to_its_third_number(string text, string? version) => GitVersion.TryParse(text)?.ToString().ShouldBe(version);

    [Fact]
    public void Versions_stand_in_the_order_of_their_numbers()
    {
        GitVersion[] ordered = [new(1, 99, 99), new(2, 9, 0), new(2, 36, 0), new(2, 36, 10), new(3, 0, 0)];
        ordered.Reverse().Order().ShouldBe(ordered);
        ordered[0].CompareTo(null).ShouldBePositive();
    }

    [Theory]
    [InlineData("=\trefs/heads/a:refs/heads/b\t[up to date]", PushStatus.UpToDate, null)]
    [InlineData("*\tabc:refs/heads/b\t[new branch]", PushStatus.Updated, null)]
    [InlineData("!\tabc:refs/heads/b\t[remote rejected] (stale info)", PushStatus.Rejected, "stale info")]
    [InlineData("!\tabc:refs/heads/b\t[rejected] (atomic (push) failed)", PushStatus.Rejected, "atomic (push) failed")]
    [InlineData("!\tabc:refs/heads/b\tno reason", PushStatus.Rejected, "no reason")]
    [InlineData("!\tabc:refs/heads/b\tan (open one", PushStatus.Rejected, "an (open one")]
    public void A_pushed_ref_is_read_with_its_reason(string line, PushStatus status, string? reason) =>
        PushOutput.Parse($"To /srv/x\n{line}\nDone").ShouldBe(new Dictionary<string, PushedRef> { ["refs/heads/b"] = new("refs/heads/b", status, reason) });

    [Theory]
    [InlineData("!!\ta:b\tx")]
    [InlineData("!\tab\tx")]
    [InlineData("! a:b x")]
    [InlineData("!\ta:b")]
    public void A_line_of_another_form_is_no_pushed_ref(string line) => PushOutput.Parse(line).ShouldBeEmpty();

    [Theory]
    [InlineData(GitFailure.RejectedPush, "fetch first", "")]
    [InlineData(GitFailure.DiskFull, "unpacker error", "fatal: write error: No space left on device")]
    [InlineData(GitFailure.Lock, "failed", "fatal: Unable to create '/srv/x/refs/heads/b.lock': File exists.")]
    public void A_push_that_was_refused_names_the_cause_and_not_what_fell_with_it(GitFailure kind, string reason, string output)
    {
        PushedRef[] refs = [new("refs/heads/a", PushStatus.Rejected, "atomic push failed"), new("refs/heads/b", PushStatus.Rejected, reason)];
        var failure = Should.Throw<GitException>(() => new PushResult(refs, AtomicUnsupported: false, output).ThrowIfRejected());
        (failure.Kind, failure.Message.Contains($"refs/heads/b was rejected ({reason})", StringComparison.Ordinal)).ShouldBe((kind, true), failure.Message);
        Should.Throw<GitException>(() => new PushResult(refs[..1], AtomicUnsupported: false, "").ThrowIfRejected()).Message.ShouldContain("refs/heads/a");
        Should.Throw<GitException>(() => new PushResult([new("refs/heads/c", PushStatus.Rejected, null)], AtomicUnsupported: false, "").ThrowIfRejected()).Message.ShouldContain("refs/heads/c");
        var taken = new PushResult([new("refs/heads/a", PushStatus.Updated, null)], AtomicUnsupported: false, "");
        taken.ThrowIfRejected().ShouldBeSameAs(taken);
    }

    [Theory]
    [InlineData("", "ssh -oBatchMode=yes -oConnectTimeout=15")]
    [InlineData("core.sshcommand\nssh -i /k\0", "ssh -i /k -oBatchMode=yes -oConnectTimeout=15")]
    [InlineData("core.sshcommand\n\0", "ssh -oBatchMode=yes -oConnectTimeout=15")]
    [InlineData("core.sshcommand\n/opt/PLINK.exe -P 22\0", "/opt/PLINK.exe -P 22 -batch")]
    [InlineData("core.sshcommand\nTortoisePlink\0", "TortoisePlink -batch")]
    [InlineData("core.sshcommand\nmine\0ssh.variant\nputty\0", "mine -batch")]
    [InlineData("core.sshcommand\nmine\0ssh.variant\ntortoiseplink\0", "mine -batch")]
    [InlineData("core.sshcommand\nplink\0ssh.variant\nssh\0", "plink -oBatchMode=yes -oConnectTimeout=15")]
    [InlineData("core.sshcommand\nmine\0ssh.variant\nSimple\0", "mine")]
    [InlineData("ssh.variant\nplink\0", "ssh -batch")]
    public void Ssh_never_asks_and_the_user_s_own_command_stays(string configuration, string command) =>
        RemoteSettings.Parse(configuration).For("origin", TimeSpan.FromSeconds(30)).ShouldBe(["core.sshCommand=" + command]);

    [Fact]
    public void A_remote_that_mirrors_is_told_not_to()
    {
        var settings = RemoteSettings.Parse("remote.a.mirror\0remote.b.mirror\nfalse\0remote.a.url\nx\0remote.a.url\ny\0remote.\n\0");
        settings.For("a", TimeSpan.FromSeconds(1)).ShouldBe(["core.sshCommand=ssh -oBatchMode=yes -oConnectTimeout=1", "remote.a.mirror=false"]);
        settings.For("b", TimeSpan.FromSeconds(1)).Count.ShouldBe(1);
        settings.Urls.ShouldBe(new Dictionary<string, string> { ["a"] = "x" });
    }

    [Theory]
    [InlineData("a.b", true)]
    [InlineData("a.b c.d.e", true)]
    [InlineData("a", false)]
    [InlineData(".a", false)]
    [InlineData("a.", false)]
    [InlineData("-a.b", false)]
    [InlineData("a.-b", false)]
    [InlineData("a.b\nc.d", false)]
    public void A_setting_has_a_section_and_a_name(string key, bool isKey)
    {
        if (isKey)
        {
            ConfigKey.Require(key);
        }
        else
        {
            Should.Throw<ArgumentException>(() => ConfigKey.Require(key));
        }
    }

    [Theory]
    [InlineData("Ada <ada@x> 1700000000 +0130", "2023-11-14T23:43:20+01:30")]
    [InlineData("Ada <ada@x> 1700000000 -0700", "2023-11-14T15:13:20-07:00")]
    [InlineData("Ada <a> b> 1700000000", "2023-11-14T22:13:20+00:00")]
    [InlineData("Ada <ada@x> 1700000000 +9999", "2023-11-14T22:13:20+00:00")]
    [InlineData("Ada <ada@x> 1700000000 +0099", "2023-11-14T22:13:20+00:00")]
    [InlineData("Ada <ada@x> soon", "1970-01-01T00:00:00+00:00")]
    public void The_time_of_a_commit_is_read_and_nonsense_is_no_failure(string committer, string time) =>
        CommitObject.Parse(Encoding.UTF8.GetBytes($"tree {new string('a', 40)}\ncommitter {committer}\n\nm")).CommitterTime.ToString("yyyy-MM-dd'T'HH:mm:sszzz").ShouldBe(time);

    [Fact]
    public void A_commit_may_end_with_its_headers() => CommitObject.Parse(Encoding.UTF8.GetBytes($"tree {new string('a', 40)}")).Message.ShouldBe("");

    [Fact]
    public void An_object_has_an_id_of_20_or_32_bytes_and_a_name_of_one_line()
    {
        foreach (var length in new[] { 0, 19, 21, 31, 33 })
        {
            Should.Throw<ArgumentException>(() => ObjectId.FromBytes(new byte[length]), $"{length}");
        }

        foreach (var name in new[] { "", "a\nb", "a\rb", "a\0b" })
        {
            Should.Throw<ArgumentException>(() => new ObjectName(name));
        }

        new ObjectName("refs/heads/a:b").ToString().ShouldBe("refs/heads/a:b");
        Should.Throw<InvalidOperationException>(() => default(ObjectOrMark).ToString());
    }

    [Fact]
    public void A_command_is_shown_by_its_name_and_its_remote()
    {
        CommandText.Of(["push", "--end-of-options", "origin"]).ShouldBe("git push origin");
        CommandText.Of(["fetch", "--prune", "--end-of-options", "origin", "a:b"]).ShouldBe("git fetch origin");
        CommandText.Of(["fetch", "--end-of-options"]).ShouldBe("git fetch");
        CommandText.Of(["rev-parse", "--end-of-options", "x"]).ShouldBe("git rev-parse");
        CommandText.Of(["--version"]).ShouldBe("git --version");
    }

    [Theory]
    [InlineData("one\ntwo", "one\ntwo", "")]
    [InlineData("a: 1%\ra: 2%\rfatal: x\n", "fatal: x", "a: 2%")]
    [InlineData("a: 1%\ra: 2%\r", "a: 2%", "a: 2%")]
    [InlineData("one\r\ntwo\r\r\nthree", "one\ntwo\nthree", "two")]
    [InlineData("kept\nremote: 1%\rremote: 1% (1/1), done.\nfatal: y", "kept\nremote: 1% (1/1), done.\nfatal: y", "remote: 1%")]
    [InlineData("\r\r\r", "", "")]
    public void Progress_is_written_over_as_on_a_terminal(string came, string kept, string progress)
    {
        var bytes = Encoding.UTF8.GetBytes(came);
        foreach (var size in new[] { 1, 2, 3, bytes.Length })
        {
            var text = new ErrorText(1000);
            var told = bytes.Chunk(size).Select(chunk => text.Add(chunk)).ToList();
            text.ToString().ShouldBe(kept, $"in pieces of {size}");
            told.LastOrDefault(line => line.Length > 0, "").ShouldBe(progress, $"in pieces of {size}");
        }
    }

    [Fact]
    public void A_flood_of_carriage_returns_costs_little()
    {
        var text = new ErrorText(64 * 1024);
        text.Add(Encoding.UTF8.GetBytes(new string('a', 64 * 1024)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var told = text.Add(Encoding.UTF8.GetBytes(new string('\r', 4096)));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(50_000);
        told.ShouldBe(new string('a', 200));
    }

    [Fact]
    public void What_is_kept_is_not_written_over_by_what_had_no_room()
    {
        var text = new ErrorText(32);
        text.Add("noise noise\nfatal: kept part of"u8);
        text.Add(" it\nremote: p 1%\rremote: x\n"u8);
        text.ToString().ShouldBe("noise noise\nfatal: kept part of");
    }

    [Fact]
    public void Progress_takes_no_room_from_messages()
    {
        var text = new ErrorText(20);
        for (var step = 0; step < 1000; step++)
        {
            text.Add(Encoding.UTF8.GetBytes($"step: {step}%\r"));
        }

        text.Add("fatal: it is too long to be kept"u8);
        text.ToString().ShouldBe("fatal: it is too lon");
    }

    [Theory]
    [InlineData("Enumerating objects: 5, done.\nCounting objects: 100% (5/5), done.\nDelta compression using up to 2 threads\nTotal 5 (delta 0), reused 0\nremote: no room\nfatal: gone", "remote: no room")]
    [InlineData("remote: Total 3 (delta 0), reused 0 (delta 0)        \nfatal: early EOF", "fatal: early EOF")]
    [InlineData("remote: Counting objects: 100% (3/3), done.", "remote: Counting objects: 100% (3/3), done.")]
    [InlineData("remote: refused, you are done, done.\nfatal: gone", "remote: refused, you are done, done.")]
    public void The_line_that_tells_most_is_none_of_progress(string output, string line) => FailureText.FirstUsefulLine(output).ShouldBe(line);
}
