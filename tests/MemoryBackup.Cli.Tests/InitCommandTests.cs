namespace MemoryBackup.Cli.Tests;

public sealed class InitCommandTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task A_repository_that_is_named_is_made_once_and_then_taken_as_it_is()
    {
        var path = Path.Combine(cli.Folder, "memory.git");
        (await cli.Run("init", "--repo", "memory.git")).ShouldBe(0, cli.Err);
        cli.OutLines.ShouldBe([$"Made the store {path}.", "It has no remote: give it one with memory-backup init --remote URL."]);
        File.ReadAllText(Path.Combine(path, "config")).ShouldContain("bare = true");
        (await cli.Run("init", "--repo", "memory.git", "--remote", "https://example.org/m.git")).ShouldBe(0, cli.Err);
        cli.OutLines.ShouldBe([$"The store is {path}.", "Its remote is https://example.org/m.git."]);
        (await cli.Run("init", "--repo", "memory.git", "--json")).ShouldBe(0, cli.Err);
        cli.Json.GetProperty("created").GetBoolean().ShouldBeFalse();
        (await cli.Run("init", "--repo", "memory.git", "-q")).ShouldBe(0, cli.Err);
        cli.Out.ShouldBe("");
    }

    [Fact]
    public async Task A_folder_with_something_else_in_it_is_left_alone()
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(cli.Folder, "notes")).FullName, "notes.md");
        File.WriteAllText(file, "mine");
        await cli.Run("init", "--repo", "notes");
        Directory.GetFileSystemEntries(Path.Combine(cli.Folder, "notes")).ShouldBe([file]);
    }

    [Theory]
    [InlineData("./there.git", "{here}/there.git")]
    [InlineData("..", "{up}")]
    [InlineData("known", "{here}/known")]
    [InlineData("git@example.org:m.git", "git@example.org:m.git")]
    public async Task A_folder_as_remote_becomes_a_full_path_and_an_address_stays(string given, string taken)
    {
        Directory.CreateDirectory(Path.Combine(cli.Folder, "known"));
        (await cli.Run("init", "--remote", given)).ShouldBe(0, cli.Err);
        cli.Session.Calls.Single().File.ShouldBe(taken.Replace("{here}", cli.Folder).Replace("{up}", Path.GetDirectoryName(cli.Folder)));
    }

    [Fact]
    public async Task A_word_that_is_no_folder_is_no_remote()
    {
        (await cli.Run("init", "--remote", "typo")).ShouldBe(2);
        cli.Err.ShouldContain("--remote is 'typo', which is no URL and no folder.");
        cli.Session.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_remote_for_every_store_is_not_written_into_each()
    {
        cli.Config("""{"remote":"https://example.org/m.git"}""");
        (await cli.Run("init")).ShouldBe(0, cli.Err);
        cli.Session.Calls.Single().File.ShouldBeNull();
    }

    [Fact]
    public async Task A_remote_that_does_not_answer_is_told_and_gives_the_exit_code()
    {
        cli.Session.Initialized = report => report with { Failure = "no \u001banswer", Remedy = "Check it.", ExitCode = ExitCode.RemotePending };
        (await cli.Run("init", "--remote", "https://example.org/m.git")).ShouldBe(5);
        cli.Err.ShouldBe("Not reached: no \\u001banswer\n  Check it.\n");
    }
}
