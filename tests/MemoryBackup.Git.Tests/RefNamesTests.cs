namespace MemoryBackup.Git.Tests;

public sealed class RefNamesTests
{
    public static TheoryData<string> Names =>
    [
        "refs/heads/main", "refs/heads/memory/notes/host-a1b2", "refs/heads/ümlaut/名前", "refs/a", "refs/heads/a.b", "refs/heads/@", "refs/heads/a@b", "refs/heads/{x}",
        "refs/heads/", "refs//heads", "/refs/heads/a", "refs/heads/.a", "refs/heads/a.", "refs/heads/a..b", "refs/heads/a.lock", "refs/heads/a.lock/b", "refs/heads/a@{1}",
        "refs/heads/a b", "refs/heads/a~1", "refs/heads/a^", "refs/heads/a:b", "refs/heads/a?", "refs/heads/a*", "refs/heads/a[b", "refs/heads/a\\b", "refs/heads/a\tb",
        "refs/heads/a\nb", "refs/heads/a\x7f", "refs/heads/a/./b", "refs/heads/a/../b", "refs/heads/a.lockb", "refs/heads/-", "refs/heads/a-",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_name_is_valid_if_git_says_so_and_it_cannot_be_taken_for_an_option(string name)
    {
        using var sandbox = new Sandbox();
        var git = await sandbox.Program.RunAsync(null, ["check-ref-format", name], default, TestContext.Current.CancellationToken);
        RefNames.IsValid(name).ShouldBe(git.Succeeded && !name.Contains("/-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("HEAD")]
    [InlineData("heads/main")]
    [InlineData("--upload-pack=x")]
    [InlineData("refs/heads/a\0b")]
    [InlineData("refs/heads/--exec=x")]
    public void What_is_not_below_refs_or_looks_like_an_option_is_no_name(string? name) => RefNames.IsValid(name).ShouldBeFalse();

    [Fact]
    public void A_name_too_long_for_a_file_system_is_none()
    {
        RefNames.IsValid("refs/heads/" + new string('a', 250)).ShouldBeTrue();
        RefNames.IsValid("refs/heads/" + new string('a', 251)).ShouldBeFalse();
        RefNames.IsValid("refs/heads/" + string.Concat(Enumerable.Repeat("abcdefg/", 200)) + "a").ShouldBeFalse();
    }
}
