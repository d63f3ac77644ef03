using MemoryBackup.Cli.Settings;

namespace MemoryBackup.Cli.Tests;

public sealed class SettingsTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public static TheoryData<string> Names => [.. SettingTable.All.Select(setting => setting.Name)];

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task A_flag_goes_before_a_variable_before_the_script_s_variable_before_the_file_before_the_default()
    {
        (await Timeout()).ShouldBe(30);
        cli.Config("""{"git_timeout_seconds": 40}""");
        (await Timeout()).ShouldBe(40);
        cli.Variables["GIT_TIMEOUT_SECONDS"] = "50";
        (await Timeout()).ShouldBe(50);
        cli.Variables["MEMORY_BACKUP_GIT_TIMEOUT_SECONDS"] = "60";
        (await Timeout()).ShouldBe(60);
        (await Timeout("--git-timeout-seconds", "70")).ShouldBe(70);

        async Task<double> Timeout(params string[] flags)
        {
            (await cli.Run(["status", .. flags])).ShouldBe(0, cli.Err);
            return cli.Session.Settings!.Git.Timeout.TotalSeconds;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_setting_is_heard_as_flag_as_variable_and_from_the_file(string name)
    {
        var setting = SettingTable.Find(name)!;
        var value = Good(setting);

        (await cli.Run("config", "get", name, setting.Flag, value)).ShouldBe(0, cli.Err);
        cli.OutLines.ShouldBe([value]);

        cli.Variables[setting.Variable] = value;
        (await cli.Run("config", "get", name)).ShouldBe(0, cli.Err);
        cli.OutLines.ShouldBe([value]);

        cli.Variables.Clear();
        (await cli.Run("config", "set", name, value)).ShouldBe(0, cli.Err);
        (await cli.Run("config", "get", setting.Flag[2..])).ShouldBe(0, cli.Err);
        cli.OutLines.ShouldBe([value]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_bad_value_exits_with_2_and_is_told_with_its_place_and_the_allowed_range(string name)
    {
        var setting = SettingTable.Find(name)!;
        foreach (var bad in Bad(setting))
        {
            (await cli.Run("status", setting.Flag, bad)).ShouldBe(2, bad);
            cli.Err.ShouldContain($"{name} (from {setting.Flag}) is '");
            cli.Err.ShouldContain($"must be {setting.Rule.Range}.");
            cli.Err.ShouldNotContain('\u001b');
            cli.Err.Length.ShouldBeLessThan(700);

            cli.Variables[setting.Variable] = bad;
            (await cli.Run("status")).ShouldBe(bad.Length == 0 ? 0 : 2, bad);
            if (bad.Length > 0)
            {
                cli.Err.ShouldContain($"{name} (from {setting.Variable}) is '");
            }

            cli.Variables.Clear();
            cli.Config($$"""{"{{name}}": {{System.Text.Json.JsonSerializer.Serialize(bad)}}}""");
            (await cli.Run("status")).ShouldBe(2, bad);
            cli.Err.ShouldContain($"{name} (from {cli.ConfigPath}) is '");
            File.Delete(cli.ConfigPath);

            (await cli.Run("config", "set", name, "--", bad)).ShouldBe(2, bad);
            File.Exists(cli.ConfigPath).ShouldBeFalse();
        }

        cli.Session.Calls.ShouldAllBe(call => call.Work == "status");
    }

    [Theory]
    [InlineData("space", "/")]
    [InlineData("space", "a/b")]
    [InlineData("space", "..")]
    [InlineData("space", "-a")]
    [InlineData("space", "Team")]
    [InlineData("host_id", "/")]
    [InlineData("host_id", "a/b")]
    [InlineData("host_id", "..")]
    [InlineData("host_id", "-a")]
    [InlineData("host_id", "   ")]
    [InlineData("host_id", "a\u0007b")]
    [InlineData("remote", "ext::sh -c id")]
    [InlineData("remote", "-oProxyCommand=id")]
    public async Task Names_that_could_lead_astray_are_refused(string name, string value)
    {
        (await cli.Run("status", SettingTable.Find(name)!.Flag, value)).ShouldBe(2);
        cli.Session.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Half_a_surrogate_pair_is_no_text() => (await cli.Run("status", "--host", "a\ud800")).ShouldBe(2);

    [Fact]
    public async Task A_label_may_be_255_characters_of_any_script()
    {
        var label = string.Concat(Enumerable.Repeat("ü", 251)) + " 😀x";
        (await cli.Run("status", "--host", label)).ShouldBe(0, cli.Err);
        cli.Session.Settings!.Host.ShouldBe(label);
    }

    [Fact]
    public async Task Credentials_in_a_remote_are_not_told()
    {
        (await cli.Run("config", "list", "--remote", "https://ada:secret@example.org/m.git")).ShouldBe(0);
        cli.Out.ShouldNotContain("secret");
        (await cli.Run("status", "--remote", "bad://ada:secret@example.org/m.git")).ShouldBe(2);
        cli.Err.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_path_as_remote_means_the_same_from_everywhere()
    {
        (await cli.Run("status", "--remote", "../m.git")).ShouldBe(0);
        cli.Session.Settings!.Remote.ShouldBe(Path.GetFullPath("../m.git", cli.Folder));
        (await cli.Run("status", "--remote", "origin")).ShouldBe(0);
        cli.Session.Settings!.Remote.ShouldBe("origin");
        (await cli.Run("status", "--remote", "git@example.org:m.git")).ShouldBe(0);
        cli.Session.Settings!.Remote.ShouldBe("git@example.org:m.git");
    }

    [Fact]
    public async Task All_numbers_reach_the_engine_in_its_units()
    {
        (await cli.Run(
            "status", "--max-memory-mb", "64", "--max-entries", "5", "--max-file-mb", "2", "--max-entry-mb", "1", "--max-depth", "7", "--max-refs", "8", "--guard-entries", "9",
            "--guard-percent", "50", "--settle-ms", "10", "--lock-timeout-seconds", "11", "--clock-drift-seconds", "12", "--git-attempts", "2", "--git-retry-delay-ms", "13",
            "--large-merge-entries", "14", "--refuse-hard-links", "--git-program", "/usr/bin/git")).ShouldBe(0, cli.Err);
        var settings = cli.Session.Settings!;
        settings.ShouldBe(settings with
        {
            MemoryMegabytesMax = 64,
            EntriesMax = 5,
            FileBytesMax = 2 << 20,
            EntryBytesMax = 1 << 20,
            DepthMax = 7,
            RefsMax = 8,
            GuardEntries = 9,
            GuardShare = 0.5,
            SettleTime = TimeSpan.FromMilliseconds(10),
            LockTimeout = TimeSpan.FromSeconds(11),
            ClockDriftMax = TimeSpan.FromSeconds(12),
            LargeMergeEntries = 14,
            RefuseHardLinks = true,
        });
        settings.Git.ShouldBe(settings.Git with { Attempts = 2, RetryDelay = TimeSpan.FromMilliseconds(13), Program = "/usr/bin/git" });
    }

    [Fact]
    public async Task The_defaults_are_the_engines()
    {
        (await cli.Run("status", "--host", "h")).ShouldBe(0);
        var settings = cli.Session.Settings!;
        settings.ShouldBe(new MemoryBackup.Sync.RunSettings { Host = "h", Git = settings.Git });
        settings.Git.ShouldBe(new MemoryBackup.Git.GitOptions());
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("Yes", true)]
    [InlineData("1", true)]
    [InlineData("ON", true)]
    [InlineData("false", false)]
    [InlineData("no", false)]
    [InlineData("0", false)]
    [InlineData("off", false)]
    public async Task Yes_and_no_have_several_words(string word, bool meaning)
    {
        cli.Variables["MEMORY_BACKUP_REFUSE_HARD_LINKS"] = word;
        (await cli.Run("status")).ShouldBe(0, cli.Err);
        cli.Session.Settings!.RefuseHardLinks.ShouldBe(meaning);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\u001bb")]
    public async Task A_key_field_needs_a_name_that_can_be_shown(string field)
    {
        (await cli.Run("sync", "m.json", "--key", field)).ShouldBe(2);
        cli.Err.ShouldContain("1 to 255 characters without control characters");
        cli.Session.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(".", true)]
    [InlineData("..", true)]
    [InlineData("a/b", true)]
    [InlineData("/a:b", true)]
    [InlineData("origin", false)]
    [InlineData("host:a/b", false)]
    [InlineData("https://example.org/a", false)]
    public void A_path_is_told_from_an_address_by_Git_s_rule(string text, bool isPath) => RemoteAddress.IsPath(text).ShouldBe(isPath);

    private static string Good(Setting setting) => setting.Rule switch
    {
        WholeNumberRule number => number.Max.ToString(),
        WordRule words => words.Words[^1],
        YesNoRule => "true",
        _ => "fine-name",
    };

    private static IEnumerable<string> Bad(Setting setting) => setting.Rule switch
    {
        WholeNumberRule number => [$"{number.Max + 1}", number.Min > 0 ? $"{number.Min - 1}" : "-1", "1.5", "1e3", "ten", "0x10", " 7", "", "99999999999999999999", "7\u001b[2J", "७"],
        WordRule or YesNoRule => ["maybe", "", "\u001b[31m", new string('x', 1000)],
        _ => ["", new string('x', 5000), "a\u001b[2Jb", "a\nb"],
    };
}
