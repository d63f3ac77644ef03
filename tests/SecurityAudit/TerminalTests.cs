using System.Text.Json;
using MemoryBackup.Evidence;
using MemoryBackup.SecurityAudit.Infra;
using ProductionScenarios.Infra;

namespace MemoryBackup.SecurityAudit;

/// <summary>Memories are written by others. Whatever they put into keys, fields, values and names, no command's result, message or log steers a terminal or forges a line.</summary>
public sealed class TerminalTests : IDisposable
{
    // Colour, title, cursor, hyperlink, C1, carriage return, back space, tab, bidirectional and invisible characters, line separators, a forged log line.
    private const string Nasty = "\u001b[31m\u001b]0;owned\u0007\u001b[2J\u001b]8;;http://x\u001b\\\u009b1m\r\b\t\u202e\u200b\u2066\ufeff\u2028\u2029\u0085\u007f\n2026-01-01T00:00:00.000Z ERROR forged \U000e0041x";

    private static readonly string[] Commands =
    [
        "sync memory.jsonl", "backup memory.jsonl", "status", "history", "history --limit 0 --since 1d", "history NASTY", "diff", "diff --from BOB --to now", "conflicts", "conflicts NASTY",
        "conflicts resolve NASTY --take 9", "conflicts resolve NASTY NASTY --value NASTY", "conflicts resolve --all --latest --dry-run", "restore --at now --dry-run --output out.json",
        "restore --entry NASTY --version 1 --dry-run --output out.json", "restore --at 1d --into-memory --dry-run", "restore --entry NASTY --version 99", "merge --output out.json", "merge --dry-run --output out.json",
        "verify", "verify --laws", "doctor", "checkpoint list", "checkpoint create NASTY", "checkpoint delete NASTY", "remote list", "remote add NASTY ../remote.git", "remote add other NASTY", "remote remove NASTY", "retire NASTY",
        "retire --unseen 1h --dry-run", "retire --unseen NASTY", "revert --host NASTY --dry-run", "revert --host bob --dry-run", "revert --host bob --entry NASTY --dry-run", "compact --dry-run", "import NASTY", "import twice.jsonl --dry-run",
        "config list", "config get NASTY", "config set NASTY NASTY", "backup NASTY", "merge --output NASTY/x", "status --repo NASTY", "status --space NASTY", "init --remote NASTY",
        "sync memory.jsonl --host NASTY", "backup memory.jsonl --key NASTY", "backup bad.jsonl", "backup twice.jsonl", "backup NASTY.jsonl", "NASTY", "backup --NASTY", "--backup --file memory.jsonl --repo .local/share/memory-backup/store.git",
        "--merge --output out.json --repo .local/share/memory-backup/store.git",
    ];

    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Nothing_that_others_wrote_steers_a_terminal_or_forges_a_line_of_a_log()
    {
        var host = await PreparedAsync();
        // The quick run takes a third of the commands, others at each run.
        foreach (var command in Scale.Factor > 1 ? Commands : Random.Shared.GetItems(Commands, Commands.Length / 3))
        {
            string[] arguments = [.. command.Replace("BOB", "bob", StringComparison.Ordinal).Split(' ').Select(part => part.Replace("NASTY", Nasty, StringComparison.Ordinal))];
            foreach (var more in new[] { Array.Empty<string>(), ["--json", "--log-format", "json", "--log-level", "debug"], ["--log-level", "debug", "--log-file", "log"] })
            {
                var outcome = await host.RunAsync([.. arguments, .. more]);
                outcome.ExitCode.ShouldBeInRange(0, 7, command);
                outcome.Error.ShouldNotContain("fault of this program", Case.Sensitive, command);
                if (more.Contains("--json"))
                {
                    // For programs: letters stay letters, the invisible ones as well, and nothing is a control character.
                    (outcome.Output + outcome.Error).ShouldAllBe(c => c == '\n' || !char.IsControl(c), command);
                }
                else
                {
                    outcome.Error.ShouldBeFitForATerminal($"standard error of {command}");
                    outcome.Output.ShouldBeFitForATerminal($"standard output of {command}");
                }

                outcome.Error.Split('\n').ShouldAllBe(line => !line.StartsWith("2026-01-01T00:00:00.000Z ERROR forged", StringComparison.Ordinal), command);
                if (more.Contains("json"))
                {
                    outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('{')).ShouldAllBe(line => IsJson(line), command);
                }

                Tried.Add("run of a command over hostile names and values");
            }
        }

        (await File.ReadAllTextAsync(Path.Combine(host.Home, "log"), TestContext.Current.CancellationToken)).ShouldBeFitForATerminal("the log file");
    }

    // On a terminal the results in JSON are shown to a person as well.
    [Fact]
    public async Task On_a_terminal_there_is_no_more_than_the_program_s_own_colours()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script(1) is needed for a terminal.");
        var host = await PreparedAsync();
        foreach (var command in new[] { "status", "verify", "history", "conflicts", "diff", "merge --offline", "history --json", "merge --offline --json", "restore --at now", "sync memory.jsonl --verbose" })
        {
            var outcome = await host.RunProgramAsync(
                "script", host.Home, "--quiet", "--return", "--command", $"'{ProductionScenarios.Infra.Program.FilePath}' {command}", "/dev/null");
            var text = outcome.Output.Replace("\r\n", "\n", StringComparison.Ordinal);
            foreach (var own in new[] { "\r\u001b[K", "\u001b[0m", "\u001b[1m", "\u001b[2m", "\u001b[22m", "\u001b[31m", "\u001b[32m", "\u001b[33m", "\u001b[36m", "\u001b[39m" })
            {
                text = text.Replace(own, "", StringComparison.Ordinal);
            }

            text.ShouldBeFitForATerminal($"{command} on a terminal");
            outcome.Output.ShouldNotContain("\u001b]", Case.Sensitive, command);
            outcome.Output.ShouldNotContain("\u001b[2J", Case.Sensitive, command);
            Tried.Add("run of a command on a terminal");
        }
    }

    private static bool IsJson(string line)
    {
        try
        {
            using var _ = JsonDocument.Parse(line);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Ada and Bob disagree about an entry whose key, fields and values are all hostile.
    private async Task<Host> PreparedAsync()
    {
        await world.InitRemoteAsync();
        var ada = await world.HostAsync("ada");
        var bob = await world.HostAsync("bob");
        var text = JsonSerializer.Serialize(Nasty);
        ada.Lines = [Entity("one"), "{\"id\":\"plain\"}"];
        (await ada.SyncAsync()).ShouldExitWith(0);
        bob.Lines = [];
        File.Delete(bob.File);
        (await bob.RunAsync("sync", bob.FileName)).ExitCode.ShouldBeOneOf(0, 3);
        ada.Lines = [Entity("two"), "{\"id\":\"plain\"}"];
        bob.Lines = [Entity("three")];
        (await ada.SyncAsync()).ShouldExitWith(0);
        (await bob.RunAsync("sync", bob.FileName, "--accept-deletes")).ShouldExitWith(0);
        await File.WriteAllTextAsync(Path.Combine(ada.Home, "bad.jsonl"), $"{{{text}:1,{text}:2}}\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(ada.Home, "twice.jsonl"), $"{{\"id\":{text},\"a\":1}}\n{{\"id\":{text},\"a\":2}}\n", TestContext.Current.CancellationToken);

        // And at the remote there is a ref with a name of the same kind, and a state that is none.
        (await world.GitAsync("--git-dir", world.Remote, "update-ref", "refs/heads/memory/default/\u202e\u200beve-aaaaaaaaaa", (await TipAsync()).Trim())).ShouldExitWith(0);
        return ada;

        string Entity(string value) => $"{{\"type\":\"entity\",\"name\":{text},\"entityType\":{JsonSerializer.Serialize(Nasty + value)},{text}:{JsonSerializer.Serialize(value + Nasty)},\"observations\":[{text}]}}";
    }

    private async Task<string> TipAsync() => (await world.GitAsync("--git-dir", world.Remote, "for-each-ref", "--count=1", "--format=%(objectname)")).Output;
}
