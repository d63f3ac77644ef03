using MemoryBackup.Sync;

namespace MemoryBackup.Cli.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public void Dispose() => cli.Dispose();

    [Theory]
    [InlineData("sync", "m.json")]
    [InlineData("sync", "--file", "m.json")]
    [InlineData("sync", "--file=m.json")]
    [InlineData("sync", "m.json", "--file", "m.json")]
    [InlineData("--quiet", "sync", "--", "m.json")]
    public async Task The_file_is_an_argument_or_an_option(params string[] arguments)
    {
        (await cli.Run(arguments)).ShouldBe(0);
        cli.Session.Calls.ShouldHaveSingleItem().ShouldBe(("sync", Path.Combine(cli.Folder, "m.json"), new()));
    }

    [Fact]
    public async Task Every_option_of_a_run_reaches_the_engine()
    {
        (await cli.Run("sync", "m.json", "--dry-run", "--offline", "--accept-deletes", "--as-new", "--key", "slug", "--space", "team-a")).ShouldBe(0);
        cli.Session.Calls.ShouldHaveSingleItem().Options.ShouldBe(new RunOptions { DryRun = true, Offline = true, AcceptDeletes = true, AsNew = true });
        cli.Session.Settings!.KeyField.ShouldBe("slug");
        cli.Session.Settings.Space.ShouldBe("team-a");
    }

    [Fact]
    public async Task A_name_that_begins_with_a_dash_goes_behind_two_dashes()
    {
        (await cli.Run("sync", "--", "-odd.json")).ShouldBe(0);
        cli.Session.Calls.ShouldHaveSingleItem().File.ShouldBe(Path.Combine(cli.Folder, "-odd.json"));
    }

    [Theory]
    [InlineData("@names.rsp")]
    [InlineData("[suggest]")]
    [InlineData("m emory.json")]
    public async Task A_files_name_is_never_anything_else(string name)
    {
        (await cli.Run("sync", name)).ShouldBe(0);
        cli.Session.Calls.ShouldHaveSingleItem().File.ShouldBe(Path.Combine(cli.Folder, name));
    }

    [Theory]
    [InlineData("'bakup' is no command here. Did you mean 'backup'?", "bakup", "m.json")]
    [InlineData("'--ofline' is no option here. Did you mean '--offline'?", "sync", "--ofline", "m.json")]
    [InlineData("'--hots' is no option here. Did you mean '--host'?", "sync", "m.json", "--hots", "h")]
    [InlineData("'n.json' is no argument here.", "sync", "m.json", "n.json")]
    [InlineData("No file is named.", "backup")]
    [InlineData("The name of the file is empty.", "backup", "")]
    [InlineData("Two files are named, 'a' and 'b'; a run is over one.", "sync", "a", "--file", "b")]
    [InlineData("Option '--host' expects a single argument but 2 were provided.", "sync", "m", "--host", "a", "--host", "b")]
    [InlineData("The name of the output file is empty.", "merge", "-o", "")]
    [InlineData("--key is '', but must be the name of a field: 1 to 255 characters without control characters.", "sync", "m", "--key", "")]
    [InlineData("'--accept-deletes' is no option here.", "merge", "--accept-deletes")]
    [InlineData("'\\u001b[2J' is no command here.", "\u001b[2J")]
    public async Task Wrong_usage_exits_with_2_and_says_what_is_wrong(string message, params string[] arguments)
    {
        (await cli.Run(arguments)).ShouldBe(2);
        cli.Err.ShouldStartWith($"memory-backup: {message}");
        cli.Err.ShouldContain("Nothing was done.");
        cli.Out.ShouldBe("");
        cli.Session.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Wrong_usage_is_a_JSON_object_if_JSON_is_wanted()
    {
        (await cli.Run("sync", "--json")).ShouldBe(2);
        cli.Json.GetRawText().ShouldBe("""{"error":{"code":2,"name":"usage","message":"No file is named.","remedy":"Nothing was done. See: memory-backup sync --help"}}""");
    }

    [Theory]
    [InlineData("merge")]
    [InlineData("merge", "-o", "-")]
    public async Task Merge_without_a_file_prints_the_memory_and_nothing_else(params string[] arguments)
    {
        cli.Session.Merge = cli.Session.Merge with { Conflicts = [Infra.Reports.AgeOfAda], Warnings = ["Look."] };
        (await cli.Run(arguments)).ShouldBe(0);
        cli.Out.ShouldBe("[{\"id\":1},{\"id\":\"zwei\"}]\n");
        cli.Err.ShouldContain("1 conflict:");
        cli.Err.ShouldContain("Warning: Look.");
    }

    [Fact]
    public async Task Version_is_one_line()
    {
        (await cli.Run("--version")).ShouldBe(0);
        cli.Out.ShouldMatch(@"^memory-backup \d+\.\d+\.\d+\n$");
    }
}
