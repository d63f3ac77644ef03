using MemoryBackup.Cli.Settings;

namespace MemoryBackup.Cli.Tests;

public sealed class HelpTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public static TheoryData<string> Commands =>
        ["", "init", "backup", "sync", "merge", "restore", "revert", "checkpoint", "checkpoint list", "checkpoint create", "checkpoint delete", "status", "history", "diff", "conflicts", "conflicts resolve", "forget", "retire", "compact", "config", "config list", "config get", "config set", "config unset", "config path"];

    public void Dispose() => cli.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_has_a_page_with_every_setting(string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        (await cli.Run([.. words, "--help"])).ShouldBe(0, cli.Err);
        var page = cli.Out;
        page.ShouldContain("Usage\n  memory-backup");
        SettingTable.All.ShouldAllBe(setting => page.Contains(setting.Flag + " "));
        cli.OutLines.ShouldAllBe(line => line.Length <= 120);
        cli.Err.ShouldBe("");
        (await cli.Run([.. words, "-h"])).ShouldBe(0);
        cli.Out.ShouldBe(page);
        cli.Session.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("init", "memory-backup init [options]")]
    [InlineData("backup", "memory-backup backup [FILE] [options]")]
    [InlineData("history", "memory-backup history [KEY] [options]")]
    [InlineData("conflicts", "memory-backup conflicts [KEY] [options]")]
    [InlineData("conflicts", "memory-backup conflicts resolve [KEY] [ELEMENT]")]
    [InlineData("conflicts resolve", "memory-backup conflicts resolve [KEY] [ELEMENT] [options]")]
    [InlineData("restore", "memory-backup restore [options]")]
    [InlineData("revert", "memory-backup revert [options]")]
    [InlineData("checkpoint", "memory-backup checkpoint create NAME")]
    [InlineData("checkpoint delete", "memory-backup checkpoint delete NAME [options]")]
    [InlineData("retire", "memory-backup retire [REPLICA] [options]")]
    [InlineData("config set", "memory-backup config set KEY VALUE [options]")]
    [InlineData("config", "memory-backup config get KEY")]
    [InlineData("", "memory-backup --merge --output FILE [--repo PATH]")]
    public async Task The_page_shows_the_call(string command, string call)
    {
        await cli.Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        cli.OutLines.ShouldContain("  " + call);
    }

    [Fact]
    public async Task Help_is_shown_whatever_else_is_wrong()
    {
        cli.Config("{");
        (await cli.Run("backup", "--nonsense", "--help")).ShouldBe(0);
        cli.Out.ShouldContain("Usage");
    }
}
