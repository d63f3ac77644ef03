using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Tests.Infra;
using MemoryBackup.Git;

namespace MemoryBackup.Cli.Tests;

public sealed class FailureTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public static TheoryData<ExitCode, string> Codes => new()
    {
        { ExitCode.Failed, "failed" },
        { ExitCode.Usage, "usage" },
        { ExitCode.InvalidData, "invalid-data" },
        { ExitCode.Limit, "limit" },
        { ExitCode.RemotePending, "remote-pending" },
        { ExitCode.AuthenticationPending, "authentication-pending" },
        { ExitCode.NameInUse, "name-in-use" },
    };

    public void Dispose() => cli.Dispose();

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task A_known_failure_is_told_with_its_remedy_and_ends_with_its_code(ExitCode code, string name)
    {
        cli.Session.Before = _ => throw new MemoryBackupException(code, "It failed\u001b[2J.", "Do this.");
        (await cli.Run("sync", "m.json")).ShouldBe((int)code);
        cli.Err.ShouldBe("memory-backup: It failed\\u001b[2J.\n  Do this.\n");
        cli.Out.ShouldBe("");

        (await cli.Run("sync", "m.json", "--json")).ShouldBe((int)code);
        var error = cli.Json.GetProperty("error");
        error.GetProperty("code").GetInt32().ShouldBe((int)code);
        error.GetProperty("name").GetString().ShouldBe(name);
        error.GetProperty("message").GetString().ShouldBe("It failed\\u001b[2J.");
        error.GetProperty("remedy").GetString().ShouldBe("Do this.");
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task A_report_ends_the_program_with_its_code(ExitCode code, string name)
    {
        cli.Session.Run = cli.Session.Run with { ExitCode = code };
        (await cli.Run("backup", "m.json", "--json")).ShouldBe((int)code);
        cli.Json.GetProperty("exit_code").GetInt32().ShouldBe((int)code);
        cli.Json.GetProperty("exit_name").GetString().ShouldBe(name);
    }

    [Fact]
    public async Task An_unknown_failure_is_one_line_and_its_stack_only_at_debug()
    {
        cli.Session.Before = _ => throw new InvalidOperationException("one\ntwo");
        (await cli.Run("sync", "m.json")).ShouldBe(1);
        cli.Err.ShouldBe(
            "memory-backup: An unexpected failure, which is a fault of this program: InvalidOperationException: one two\n  Run again with --log-level debug to see where.\n");

        (await cli.Run("sync", "m.json", "--log-level", "debug")).ShouldBe(1);
        cli.Err.ShouldContain("ERROR An unexpected failure");
        cli.Err.ShouldContain(nameof(FakeSession));
    }

    [Theory]
    [InlineData(GitFailure.NotARepository, 2)]
    [InlineData(GitFailure.GitMissing, 2)]
    [InlineData(GitFailure.Authentication, 6)]
    [InlineData(GitFailure.Network, 5)]
    [InlineData(GitFailure.TooLarge, 4)]
    [InlineData(GitFailure.Corruption, 1)]
    public async Task A_failure_of_Git_has_its_code_and_remedy(GitFailure kind, int code)
    {
        var failure = new GitException(kind, "git fetch origin", "fatal: no");
        cli.Session.Before = _ => throw failure;
        (await cli.Run("sync", "m.json")).ShouldBe(code);
        cli.Err.ShouldBe($"memory-backup: Git command failed: git fetch origin: fatal: no\n  {failure.Remedy}\n");
    }

    [Theory]
    [InlineData(130)]
    [InlineData(143)]
    public void A_signal_is_told_without_a_stack(int status)
    {
        using var interruption = new Interruption(watch: false);
        interruption.Interrupt(status).ShouldBeTrue();
        interruption.Interrupt(129).ShouldBeFalse();
        interruption.Token.IsCancellationRequested.ShouldBeTrue();
        var failure = FailureOf.Exception(new OperationCanceledException(), interruption);
        (failure.Code, failure.Name, failure.Message, failure.Remedy).ShouldBe(
            (status, "interrupted", "Interrupted.", "What had been recorded is safe; run again to go on."));
    }

    [Fact]
    public async Task A_reader_that_went_away_is_no_error()
    {
        cli.OutputStream = new BrokenStream(hresult: 32);
        (await cli.Run("merge")).ShouldBe(0);
        cli.Err.ShouldBe("");
    }

    [Fact]
    public async Task A_full_disk_below_standard_output_is_one()
    {
        cli.OutputStream = new BrokenStream(hresult: 28);
        (await cli.Run("merge")).ShouldBe(1);
        cli.Err.ShouldStartWith("memory-backup: broken\n");
        (await cli.Run("merge", "--json")).ShouldBe(1);
    }

    private sealed class BrokenStream(int hresult) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("broken", hresult);
    }
}
