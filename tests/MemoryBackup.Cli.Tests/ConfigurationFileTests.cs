namespace MemoryBackup.Cli.Tests;

public sealed class ConfigurationFileTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public void Dispose() => cli.Dispose();

    [Theory]
    [InlineData("{", "is no valid JSON (line 1, byte 2)")]
    [InlineData("[]", "is no JSON object")]
    [InlineData("""{"space":["a"]}""", "has 'space' set to something that is no string, number, true or false")]
    [InlineData("""{"space":"a","space":"b"}""", "has 'space' twice")]
    [InlineData("""{"spaec":"a"}""", "'spaec' in ")]
    [InlineData("""{"spaec":"a"}""", "is no setting. Did you mean 'space'?")]
    [InlineData("""{"space":"\ud800"}""", "holds half of a surrogate pair")]
    public async Task A_broken_file_exits_with_2_and_says_where(string json, string message)
    {
        cli.Config(json);
        (await cli.Run("status")).ShouldBe(2);
        cli.Err.ShouldContain(message);
        cli.Err.ShouldContain(cli.ConfigPath);
        cli.Session.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_variable_names_another_file_which_must_be_there()
    {
        cli.Variables["MEMORY_BACKUP_CONFIG"] = "other.json";
        (await cli.Run("status")).ShouldBe(2);
        cli.Err.ShouldContain("which MEMORY_BACKUP_CONFIG names");

        File.WriteAllText(Path.Combine(cli.Folder, "other.json"), "\uFEFF{\"space\":\"team\"}");
        (await cli.Run("status")).ShouldBe(0, cli.Err);
        cli.Session.Settings!.Space.ShouldBe("team");
        await cli.Run("config", "path");
        cli.OutLines.ShouldBe([Path.Combine(cli.Folder, "other.json")]);
    }

    [Fact]
    public async Task Set_get_unset_change_only_what_they_name()
    {
        await cli.Run("config", "set", "git-timeout-seconds", "60");
        await cli.Run("config", "set", "MEMORY_BACKUP_SPACE", "team");
        await cli.Run("config", "set", "--", "--refuse-hard-links", "yes");
        File.ReadAllText(cli.ConfigPath).ShouldBe("{\n  \"git_timeout_seconds\": 60,\n  \"space\": \"team\",\n  \"refuse_hard_links\": true\n}\n");
        await cli.Run("config", "unset", "git_timeout_seconds");
        File.ReadAllText(cli.ConfigPath).ShouldBe("{\n  \"space\": \"team\",\n  \"refuse_hard_links\": true\n}\n");
        await cli.Run("config", "get", "space");
        cli.OutLines.ShouldBe(["team"]);
        Directory.GetFiles(Path.GetDirectoryName(cli.ConfigPath)!).ShouldBe([cli.ConfigPath]);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(cli.ConfigPath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task What_is_wrong_in_the_file_can_be_seen_and_mended_with_the_program()
    {
        cli.Config("""{"max_depth":"deep","colour":"blue"}""");
        (await cli.Run("config", "list")).ShouldBe(2);
        cli.Out.ShouldContain("not allowed, must be a whole number from 1 to 512");
        cli.Out.ShouldContain("no such setting");
        (await cli.Run("config", "set", "max_depth", "64")).ShouldBe(0, cli.Err);
        (await cli.Run("config", "unset", "colour")).ShouldBe(0, cli.Err);
        (await cli.Run("status")).ShouldBe(0, cli.Err);
        cli.Session.Settings!.DepthMax.ShouldBe(64);
    }

    [Fact]
    public async Task A_link_to_the_file_stays_a_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        var target = Path.Combine(cli.Folder, "dotfiles.json");
        File.WriteAllText(target, "{}");
        Directory.CreateDirectory(Path.GetDirectoryName(cli.ConfigPath)!);
        File.CreateSymbolicLink(cli.ConfigPath, target);
        (await cli.Run("config", "set", "space", "team")).ShouldBe(0, cli.Err);
        new FileInfo(cli.ConfigPath).LinkTarget.ShouldBe(target);
        File.ReadAllText(target).ShouldContain("team");
    }

    [Theory]
    [InlineData("get", "spaec")]
    [InlineData("unset", "spaec")]
    [InlineData("set", "spaec", "x")]
    public async Task An_unknown_name_exits_with_2(params string[] arguments)
    {
        (await cli.Run(["config", .. arguments])).ShouldBe(2);
        cli.Err.ShouldContain("'spaec' is no setting. Did you mean 'space'?");
    }

    [Fact]
    public async Task List_says_where_every_value_comes_from()
    {
        cli.Config("""{"space":"team"}""");
        cli.Variables["MAX_MEMORY_MB"] = "64";
        (await cli.Run("config", "--host", "h", "--json")).ShouldBe(0, cli.Err);
        var settings = cli.Json.GetProperty("settings").EnumerateArray().ToDictionary(
            setting => setting.GetProperty("name").GetString()!,
            setting => $"{setting.GetProperty("value")} {setting.GetProperty("source")} {setting.GetProperty("origin")}");
        settings["space"].ShouldBe($"team file {cli.ConfigPath}");
        settings["max_memory_mb"].ShouldBe("64 variable MAX_MEMORY_MB");
        settings["host_id"].ShouldBe("h flag --host");
        settings["max_depth"].ShouldBe("128 default default");
    }
}
