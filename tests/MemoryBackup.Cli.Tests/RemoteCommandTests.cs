using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Tests;

public sealed class RemoteCommandTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task The_list_says_which_remotes_are_used_and_what_is_wrong_with_them()
    {
        foreach (var arguments in new string[][] { ["remote"], ["remote", "list"] })
        {
            (await cli.Run(arguments)).ShouldBe(0);
            cli.OutLines.ShouldBe(
            [
                "origin    /srv/memory.git               1 publication pending since 2026-11-24T20:15:00Z  confirmed publication 6 at 2026-11-24T20:15:00Z  fetched 2026-11-24T20:15:00Z",
                "  failing since 2026-11-24T20:15:00Z: refused",
                "  lacks the newest of 1 other replica: build-7-k3",
                "  refused 1 ref of it:",
                @"    evil\u001b-aaaaaaaaaa, since 2026-11-24T20:15:00Z (2 hours ago): too large",
                "upstream  https://example.org/code.git  not used                                          never confirmed anything                         never fetched",
            ]);
        }

        cli.Session.RemoteList = cli.Session.RemoteList with { Remotes = [] };
        await cli.Run("remote");
        cli.OutLines.ShouldBe(["No remotes. Add one with memory-backup remote add NAME URL."]);
    }

    [Theory]
    [InlineData("ssh://git@nas/memory.git", "ssh://git@nas/memory.git")]
    [InlineData("git@nas:memory.git", "git@nas:memory.git")]
    [InlineData("./nas.git", "{here}/nas.git")]
    [InlineData("../nas.git", "{up}/nas.git")]
    [InlineData("/srv/nas.git", "/srv/nas.git")]
    public async Task A_path_is_made_absolute_and_a_URL_stays(string given, string taken)
    {
        (await cli.Run("remote", "add", "nas", given)).ShouldBe(0);
        cli.Session.Remote.ShouldBe(("nas", taken.Replace("{here}", cli.Folder).Replace("{up}", Path.GetDirectoryName(cli.Folder)), false));
        cli.OutLines.ShouldBe(["Added the remote nas: ssh://git@nas/memory.git. It answers, and has 2 replicas in the space default."]);
    }

    [Fact]
    public async Task What_was_found_is_told()
    {
        var added = cli.Session.RemoteAdded;
        async Task<string> Told(RemoteAddReport report, params string[] more)
        {
            cli.Session.RemoteAdded = report;
            await cli.Run(["remote", "add", "nas", "ssh://git@nas/memory.git", .. more]);
            return string.Join('\n', cli.OutLines);
        }

        (await Told(added with { Replicas = 0, Spaces = [] })).ShouldEndWith(" It answers, and is empty.");
        (await Told(added with { Replicas = 0, Spaces = ["team-a"] })).ShouldEndWith(" It answers, and has nothing in the space default, but in team-a.");
        (await Told(added with { Replicas = null, Added = false }, "--offline")).ShouldBe("Uses the remote nas: ssh://git@nas/memory.git. Not asked: offline.");
        cli.Session.Remote!.Value.Offline.ShouldBeTrue();
        (await Told(added with { Warnings = ["The URL holds a password."] })).ShouldEndWith("\nWarning: The URL holds a password.");
    }

    [Fact]
    public async Task A_remote_that_does_not_answer_is_told_with_its_exit_code()
    {
        cli.Session.RemoteAdded = cli.Session.RemoteAdded with { Replicas = null, Failure = "refu\u001bsed", Remedy = "Do this.", ExitCode = ExitCode.AuthenticationPending };
        (await cli.Run("remote", "add", "nas", "ssh://git@nas/memory.git")).ShouldBe(6);
        cli.OutLines.ShouldBe(["Added the remote nas: ssh://git@nas/memory.git."]);
        cli.Err.ShouldBe("Not reached: refu\\u001bsed\n  Do this.\n");
        (await cli.Run("remote", "add", "nas", "ssh://git@nas/memory.git", "--json")).ShouldBe(6);
        cli.Json.GetProperty("exit_name").GetString().ShouldBe("authentication-pending");
    }

    [Fact]
    public async Task A_word_that_is_no_folder_is_no_address()
    {
        (await cli.Run("remote", "add", "nas", "nas")).ShouldBe(2);
        cli.Err.ShouldContain("'nas' is no URL and no folder.");
        cli.Session.Calls.ShouldBeEmpty();
        Directory.CreateDirectory(Path.Combine(cli.Folder, "nas"));
        (await cli.Run("remote", "add", "nas", "nas")).ShouldBe(0);
        cli.Session.Remote!.Value.Url.ShouldBe(Path.Combine(cli.Folder, "nas"));
    }

    [Fact]
    public async Task A_removed_remote_is_told_and_so_is_one_that_stays_in_the_configuration()
    {
        (await cli.Run("remote", "remove", "nas")).ShouldBe(0);
        cli.OutLines.ShouldBe(["Removed the remote nas. What it has stays there."]);
        cli.Session.RemoteRemoved = cli.Session.RemoteRemoved with { Removed = false, Warnings = ["w"] };
        await cli.Run("remote", "remove", "nas");
        cli.OutLines.ShouldBe(["The remote nas is not used any more; it stays in the repository's configuration.", "Warning: w"]);
    }

    [Fact]
    public async Task JSON_has_every_part()
    {
        await cli.Run("remote", "--json");
        Members(cli.Json).ShouldBe(Properties<RemoteListReport>("command"), ignoreOrder: true);
        Members(cli.Json.GetProperty("remotes")[0]).ShouldBe(Properties<RemoteStatus>(), ignoreOrder: true);
        await cli.Run("remote", "add", "nas", "/srv/nas.git", "--json");
        Members(cli.Json).ShouldBe(Properties<RemoteAddReport>("command", "exit_name"), ignoreOrder: true);
        await cli.Run("remote", "remove", "nas", "--json");
        Members(cli.Json).ShouldBe(Properties<RemoteRemoveReport>("command"), ignoreOrder: true);
    }

    [Theory]
    [InlineData("remote", "add", "nas")]
    [InlineData("remote", "add")]
    [InlineData("remote", "remove")]
    [InlineData("remote", "ad", "nas", "/srv/nas.git")]
    [InlineData("remote", "list", "nas")]
    public async Task Wrong_usage_is_told(params string[] arguments)
    {
        (await cli.Run(arguments)).ShouldBe(2);
        cli.Session.Calls.ShouldBeEmpty();
    }

    private static IEnumerable<string> Members(JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    private static IEnumerable<string> Properties<T>(params string[] more) => typeof(T).GetProperties()
        .Select(property => MemoryBackup.Cli.Logging.FieldName.Of(property.Name))
        .Concat(more);
}
