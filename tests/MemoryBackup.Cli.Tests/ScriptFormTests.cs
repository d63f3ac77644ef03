namespace MemoryBackup.Cli.Tests;

public sealed class ScriptFormTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public void Dispose() => cli.Dispose();

    [Theory]
    [InlineData("--backup", "--file", "m.json", "--host", "h1", "--repo", "r")]
    [InlineData("--repo", "r", "--file", "m.json", "--backup", "--host", "h1")]
    [InlineData("--host=h1", "--file=m.json", "--repo=r", "--backup")]
    public async Task Backup_takes_its_options_in_any_order(params string[] arguments)
    {
        (await cli.Run(arguments)).ShouldBe(0);
        cli.Session.Calls.ShouldHaveSingleItem().ShouldBe(("backup", Path.Combine(cli.Folder, "m.json"), new()));
        cli.Session.Settings!.Host.ShouldBe("h1");
        cli.Session.RequestedRepository.ShouldBe(Path.Combine(cli.Folder, "r"));
    }

    [Fact]
    public async Task Without_host_and_repository_they_are_the_machines_whole_name_and_the_current_folder()
    {
        (await cli.Run("--backup", "--file", "m.json")).ShouldBe(0);
        cli.Session.Settings!.Host.ShouldBe("desk.example");
        cli.Session.RequestedRepository.ShouldBe(cli.Folder);
    }

    [Fact]
    public async Task The_new_commands_use_the_default_store_instead()
    {
        (await cli.Run("backup", "m.json")).ShouldBe(0);
        cli.Session.RequestedRepository.ShouldBeNull();
    }

    [Theory]
    [InlineData("--merge", "--output", "all.json")]
    [InlineData("--output=all.json", "--merge")]
    public async Task Merge_writes_its_output_file(params string[] arguments)
    {
        (await cli.Run(arguments)).ShouldBe(0);
        cli.Session.Calls.ShouldHaveSingleItem().ShouldBe(("merge", Path.Combine(cli.Folder, "all.json"), new()));
        cli.Session.RequestedRepository.ShouldBe(cli.Folder);
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("sync")]
    [InlineData("config")]
    public async Task A_file_may_be_named_like_a_command(string name)
    {
        (await cli.Run("--backup", "--file", name)).ShouldBe(0);
        cli.Session.Calls.ShouldHaveSingleItem().File.ShouldBe(Path.Combine(cli.Folder, name));
    }

    [Theory]
    [InlineData("--backup and --merge cannot go together.", "--backup", "--merge", "--file", "f", "--output", "o")]
    [InlineData("--backup needs --file FILE.", "--backup")]
    [InlineData("--backup needs --file FILE.", "--backup", "--file", "")]
    [InlineData("--merge needs --output FILE.", "--merge")]
    [InlineData("--output goes with --merge, not with --backup.", "--backup", "--file", "f", "--output", "o")]
    [InlineData("--file goes with --backup, not with --merge.", "--merge", "--file", "f", "--output", "o")]
    [InlineData("No command is given.")]
    [InlineData("No command is given.", "--file", "f")]
    [InlineData("--backup and --merge stand for a command and cannot go with 'sync'.", "--backup", "sync", "f")]
    public async Task What_does_not_go_together_is_wrong_usage(string message, params string[] arguments)
    {
        (await cli.Run(arguments)).ShouldBe(2);
        cli.Err.ShouldStartWith($"memory-backup: {message}\n");
        cli.Session.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Its_log_says_every_step_unless_told_otherwise()
    {
        cli.Session.Before = _ => Tell();
        await cli.Run("--backup", "--file", "m.json");
        cli.Err.ShouldBe("2026-11-24T20:15:00.123Z INFO Committed backup for h host=desk.example path=m.json elapsed_ms=0\n");

        await cli.Run("--backup", "--file", "m.json", "--log-level", "warning");
        cli.Err.ShouldBe("");

        await cli.Run("backup", "m.json");
        cli.Err.ShouldBe("");

        await cli.Run("backup", "m.json", "-v");
        cli.Err.ShouldContain("Committed backup for h");

        Task Tell()
        {
            Microsoft.Extensions.Logging.LoggerExtensions.LogInformation(cli.Session.Environment!.Log, "Committed backup for {Host}", "h");
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Its_failures_stand_in_the_log_where_operators_look_for_them()
    {
        cli.Session.Before = _ => throw new MemoryBackupException(ExitCode.InvalidData, "Invalid JSON in m.json: bad.", "Repair it.");
        (await cli.Run("--backup", "--file", "m.json")).ShouldBe(3);
        cli.Err.ShouldBe("2026-11-24T20:15:00.123Z ERROR Invalid JSON in m.json: bad. host=desk.example path=m.json elapsed_ms=0\n  Repair it.\n");
    }
}
