using System.Diagnostics;
using System.Text.Json;
using MemoryBackup.Cli.Tests.Infra;

namespace MemoryBackup.Cli.Tests;

/// <summary>The built program with Git below it, as people and scripts meet it.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly BuiltProgram program = new();

    public void Dispose() => program.Dispose();

    [Fact]
    public void The_shipped_sample_goes_into_the_default_store_without_any_configuration()
    {
        var file = program.Write("memory.jsonl", File.ReadAllText(Root.File("samples", "memory.jsonl")));
        var before = File.ReadAllBytes(file);
        program.Run("sync", "memory.jsonl").ShouldBe((0, "memory.jsonl: recorded 5 added. 5 entries. Kept in this store; it has no remote.\n", ""));
        program.Run("sync", "memory.jsonl").ShouldBe((0, "memory.jsonl: nothing new. 5 entries. Kept in this store; it has no remote.\n", ""));
        File.ReadAllBytes(file).ShouldBe(before);
        Directory.Exists(program.PathOf(".local/share/memory-backup/store.git")).ShouldBe(OperatingSystem.IsLinux());
        var (code, text, _) = program.Run("status");
        code.ShouldBe(0);
        text.ShouldContain(": 5 entries.");
    }

    [Fact]
    public void Two_machines_meet_in_a_bare_remote()
    {
        program.Execute("git", ["init", "--quiet", "--bare", program.PathOf("remote.git")]).Code.ShouldBe(0);
        program.Write("a/m.json", """[{"id":"x","n":1}]""");
        program.Write("b/m.json", """[{"id":"y","n":2}]""");
        On("a", "init", "--remote", "remote.git").Code.ShouldBe(0);
        On("b", "init", "--remote", "remote.git").Code.ShouldBe(0);
        On("a", "sync", "a/m.json").Out.ShouldBe("a/m.json: recorded 1 added. 1 entry. Sent to origin.\n");
        On("b", "sync", "b/m.json").Out.ShouldBe("b/m.json: recorded 1 added; received 1 added. 2 entries. Sent to origin.\n");
        On("a", "sync", "a/m.json").Out.ShouldBe("a/m.json: received 1 added. 2 entries. origin is up to date.\n");
        Entries(program.Read("a/m.json")).ShouldBe(Entries(program.Read("b/m.json")), ignoreOrder: true);
        Entries(On("b", "merge").Out).Count().ShouldBe(2);

        (int Code, string Out, string Err) On(string machine, params string[] arguments)
        {
            program.Variables["XDG_DATA_HOME"] = program.PathOf(machine + "-data");
            return program.Run([.. arguments, "--host", machine]);
        }

        static IEnumerable<string> Entries(string json) =>
            JsonDocument.Parse(json).RootElement.EnumerateArray().Select(entry => $"{entry.GetProperty("id")} {entry.GetProperty("n")}").ToList();
    }

    [Fact]
    public void A_remote_out_of_reach_leaves_the_run_saved_and_pending()
    {
        program.Write("m.json", """[{"id":"x"}]""");
        program.Run("init", "--remote", "/nowhere/at/all.git").Code.ShouldBe(5);
        var (code, text, _) = program.Run("sync", "m.json", "--git-attempts", "1");
        code.ShouldBe(5);
        text.ShouldContain("m.json: recorded 1 added. 1 entry.");
        text.ShouldContain("Pending for origin: ");
        var (_, json, _) = program.Run("status", "--json");
        JsonDocument.Parse(json).RootElement.GetProperty("remotes")[0].GetProperty("pending").GetInt64().ShouldBe(1);
    }

    [Fact]
    public void Invalid_JSON_exits_with_3_and_leaves_the_file_alone()
    {
        program.Write("m.json", """[{"id":"x"}""");
        var (code, text, error) = program.Run("sync", "m.json", "--settle-ms", "0");
        code.ShouldBe(3);
        text.ShouldBe("");
        error.ShouldStartWith("memory-backup: Invalid JSON in ");
        program.Read("m.json").ShouldBe("""[{"id":"x"}""");
    }

    [Fact]
    public void The_script_s_commands_run_through_its_wrapper()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The wrapper is a bash script.");
        program.Execute("git", ["init", "--quiet", program.PathOf("repo")]).Code.ShouldBe(0);
        program.Variables["MEMORY_BACKUP_BIN"] = BuiltProgram.File;
        program.Variables["MEMORY_FILE"] = program.Write("m.json", """[{"id":"x"}]""");
        program.Variables["GIT_REPO"] = program.PathOf("repo");
        program.Variables["HOSTNAME"] = "build-7";
        var script = Root.File("memory_backup.sh");

        var (code, _, log) = program.Execute(script, []);
        code.ShouldBe(0, log);
        log.ShouldContain("INFO Prepared 1 entries from ");
        log.ShouldContain("INFO Committed backup for build-7 ");

        program.Execute(script, ["merge", "all.json"]).Code.ShouldBe(0);
        var entry = JsonDocument.Parse(program.Read("all.json")).RootElement[0];
        entry.GetProperty("_crdt_metadata").GetProperty("host").GetString().ShouldBe("build-7");

        program.Variables["MEMORY_BACKUP_HOST_ID"] = "label-1";
        program.Variables["MEMORY_BACKUP_REPO_PATH"] = "/nowhere";
        program.Execute(script, ["backup", "--log-format", "json"]).Err.ShouldContain("\"host\":\"label-1\"");
        program.Variables["GIT_REPO"] = "";
        program.Execute(script, ["status"]).Err.ShouldContain("/nowhere");

        program.Execute(script, ["--help"]).Out.ShouldContain("MEMORY_FILE");
        program.Execute(script, ["--version"]).Out.ShouldStartWith("memory-backup ");
        program.Execute(script, ["merge"]).Code.ShouldBe(2);
        program.Execute(script, ["bakup"]).Code.ShouldBe(2);
        program.Execute(script, ["backup", "--nonsense"]).Code.ShouldBe(2);
    }

    [Fact]
    public void A_reader_that_stops_reading_is_no_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs bash.");
        program.Write("m.json", "[" + string.Join(',', Enumerable.Range(0, 3000).Select(n => $$"""{"id":{{n}},"text":"{{new string('x', 60)}}"}""")) + "]");
        program.Run("backup", "m.json").Code.ShouldBe(0);
        program.Shell("set -o pipefail; \"$PROGRAM\" merge | head -c 1").ShouldBe((0, "[", ""));
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public async Task A_signal_ends_the_run_at_once_without_a_stack(string signal, int status)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs env --default-signal.");
        program.Write("m.json", "[]");
        var git = program.Write("slow-git", "#!/bin/sh\n: > \"$HOME/started\"\nexec sleep 50\n");
        program.Execute("chmod", ["+x", git]).Code.ShouldBe(0);

        // A test run in the background of a script has inherited that Ctrl-C is ignored, which a program is to respect.
        using var process = program.Start("env", ["--default-signal=INT", BuiltProgram.File, "sync", "m.json", "--git-program", git]);
        for (var waited = Stopwatch.StartNew(); !File.Exists(program.PathOf("started")) && waited.Elapsed < TimeSpan.FromSeconds(30);)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        program.Shell($"kill -{signal} {process.Id}").Code.ShouldBe(0);
        BuiltProgram.Finish(process).ShouldBe((status, "", "memory-backup: Interrupted.\n  What had been recorded is safe; run again to go on.\n"));
    }

    [Fact]
    public void A_full_disk_below_standard_output_is_told()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Needs /dev/full.");
        var (code, _, error) = program.Shell("\"$PROGRAM\" --version > /dev/full");
        code.ShouldBe(1);
        error.ShouldStartWith("memory-backup: ");
    }
}
