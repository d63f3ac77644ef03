using MemoryBackup.Store.Verifying;

namespace MemoryBackup.Cli.Tests;

public sealed class DoctorCommandTests : IDisposable
{
    private static readonly Finding Unreachable = new(
        Severity.Error, FindingCode.RemoteUnreachable, FindingPlace.Store, "origin: no \u001b[31manswer", "It goes out later.", "Check the connection.")
    { ExitCode = ExitCode.RemotePending };

    private readonly Infra.Cli cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task Facts_come_under_their_topics_and_findings_below_them()
    {
        cli.Session.Doctor = Infra.Reports.Doctor(Unreachable);
        (await cli.Run("doctor", "--offline")).ShouldBe(5);
        cli.OutLines.ShouldBe(
        [
            "program: ok",
            "  version  0.1.0",
            "  git      2.39.5",
            "remotes",
            "  origin  https://***@example.org/m.git: answered in 12 ms, 2 replicas",
            "  error remote-unreachable: origin: no \\u001b[31manswer",
            "    It goes out later.",
            "    To do: Check the connection.",
            "Altogether: 1 error.",
        ]);
        cli.Session.DoctorOptions!.Offline.ShouldBeTrue();
        cli.Session.DoctorOptions.Version.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Quietly_only_what_is_wrong_is_told()
    {
        cli.Session.Doctor = Infra.Reports.Doctor(Unreachable with { Severity = Severity.Note });
        (await cli.Run("doctor", "-q")).ShouldBe(0);
        cli.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task As_JSON_it_has_every_part()
    {
        cli.Session.Doctor = Infra.Reports.Doctor(Unreachable);
        (await cli.Run("doctor", "--json")).ShouldBe(5);
        cli.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["command", "repository", "space", "topics", "exit_code", "exit_name", "elapsed_ms"]);
        var topic = cli.Json.GetProperty("topics")[1];
        topic.EnumerateObject().Select(member => member.Name).ShouldBe(["topic", "facts", "findings"]);
        topic.GetProperty("findings")[0].GetProperty("code").GetString().ShouldBe("remote-unreachable");
        topic.GetProperty("facts")[0].GetProperty("name").GetString().ShouldBe("origin");
    }

    [Fact]
    public async Task That_the_store_cannot_be_opened_is_a_finding()
    {
        cli.Session.OpenFailure = new MemoryBackupException(ExitCode.Usage, "Git was not found.", "Install it.");
        (await cli.Run("doctor", "--json")).ShouldBe(2);
        var finding = cli.Json.GetProperty("topics")[1].GetProperty("findings")[0];
        (finding.GetProperty("code").GetString(), finding.GetProperty("remedy").GetString()).ShouldBe(("store-not-opened", "Install it."));
        cli.Json.GetProperty("repository").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }
}
