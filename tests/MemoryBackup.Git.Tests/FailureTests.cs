namespace MemoryBackup.Git.Tests;

public sealed class FailureTests
{
    [Theory]
    [InlineData(GitFailure.Authentication, "fatal: could not read Username for 'https://example.org': terminal prompts disabled")]
    [InlineData(GitFailure.Authentication, "remote: Invalid username or token.\nfatal: Authentication failed for 'https://example.org/x/'")]
    [InlineData(GitFailure.Authentication, "git@example.org: Permission denied (publickey).\nfatal: Could not read from remote repository.")]
    [InlineData(GitFailure.Authentication, "Host key verification failed.\nfatal: Could not read from remote repository.")]
    [InlineData(GitFailure.Authentication, "fatal: unable to access 'https://example.org/x/': The requested URL returned error: 403")]
    [InlineData(GitFailure.Network, "fatal: unable to access 'https://example.org/x/': Could not resolve host: example.org")]
    [InlineData(GitFailure.Network, "ssh: connect to host example.org port 22: Connection refused\nfatal: Could not read from remote repository.")]
    [InlineData(GitFailure.Network, "error: RPC failed; curl 56 GnuTLS recv error (-54)\nfatal: early EOF\nfatal: index-pack failed")]
    [InlineData(GitFailure.Network, "fatal: unable to access 'https://example.org/x/': The requested URL returned error: 503")]
    [InlineData(GitFailure.Network, "fatal: unable to access 'https://example.org/x/': The requested URL returned error: 429")]
    [InlineData(GitFailure.Network, "fatal: the remote end hung up unexpectedly")]
    [InlineData(GitFailure.RemoteMissing, "fatal: '/srv/none' does not appear to be a git repository\nfatal: Could not read from remote repository.")]
    [InlineData(GitFailure.RemoteMissing, "remote: Repository not found.\nfatal: repository 'https://example.org/x/' not found")]
    [InlineData(GitFailure.RemoteMissing, "ERROR: Repository not found.\nfatal: Could not read from remote repository.")]
    [InlineData(GitFailure.Hostile, "error: object 12: hasDotgit: contains '.git'\nfatal: fsck error in packed object\nfatal: early EOF")]
    [InlineData(GitFailure.DiskFull, "fatal: write error: No space left on device\nfatal: early EOF")]
    [InlineData(GitFailure.Lock, "fatal: cannot lock ref 'refs/a': Unable to create '/r/refs/a.lock': File exists.\n\nAnother git process seems to be running")]
    [InlineData(GitFailure.RefConflict, "fatal: prepare: cannot lock ref 'refs/a': is at 1 but expected 2")]
    [InlineData(GitFailure.Corruption, "error: corrupt loose object '12'\nfatal: loose object 12 (stored in /r/objects/1/2) is corrupt")]
    [InlineData(GitFailure.PermissionDenied, "error: insufficient permission for adding an object to repository database objects")]
    [InlineData(GitFailure.DubiousOwnership, "fatal: detected dubious ownership in repository at '/r'")]
    [InlineData(GitFailure.NotARepository, "fatal: not a git repository (or any of the parent directories): .git")]
    [InlineData(GitFailure.Unknown, "fatal: something new")]
    public void A_failure_is_told_by_its_cause_not_by_its_consequences(GitFailure kind, string error) => FailureClassifier.Classify(error).ShouldBe(kind);

    [Theory]
    [InlineData("https://user:secret@example.org/x", "https://***@example.org/x")]
    [InlineData("fatal: 'https://ghp_token@example.org/x' and http://a:b@c/", "fatal: 'https://***@example.org/x' and http://***@c/")]
    [InlineData("https://user:p@ss@example.org/x", "https://***@example.org/x")]
    [InlineData("ssh://git@example.org/x", "ssh://git@example.org/x")]
    [InlineData("GIT+ssh://git@example.org/x", "GIT+ssh://git@example.org/x")]
    [InlineData("sshttps://token@example.org/x", "sshttps://***@example.org/x")]
    [InlineData("git-ssh+https://token@example.org/x", "git-ssh+https://***@example.org/x")]
    [InlineData("ssh://git:secret@example.org/x", "ssh://***@example.org/x")]
    [InlineData("git@example.org:x", "git@example.org:x")]
    public void Credentials_in_addresses_are_never_shown(string text, string shown) => Redaction.WithoutCredentials(text).ShouldBe(shown);

    [Fact]
    public void What_a_remote_says_cannot_steer_a_terminal_or_flood_a_log()
    {
        var failure = new GitException(GitFailure.Unknown, "git push https://u:p@h/x", "remote: \x1b[2Jgone\a\u202Etxt\rnext\n" + new string('x', 100_000));
        failure.Output.ShouldStartWith("remote: \uFFFD[2Jgone\uFFFD\uFFFDtxt\nnext");
        failure.Output.Length.ShouldBeLessThan(4100);
        failure.Message.ShouldBe("Git command failed: git push https://***@h/x: remote: \uFFFD[2Jgone\uFFFD\uFFFDtxt");
    }

    [Fact]
    public void The_message_shows_the_first_line_that_tells_something()
    {
        const string Output = "hint: a\nwarning: b\nfatal: c\nfatal: d";
        new GitException(GitFailure.Unknown, "git x", Output).Message.ShouldBe("Git command failed: git x: fatal: c");
        new GitException(GitFailure.Unknown, "git x", "").Message.ShouldBe("Git command failed: git x: no message");
        Enum.GetValues<GitFailure>().ShouldAllBe(kind => new GitException(kind, "git x", "").Remedy.Length > 0);
    }
}
