using MemoryBackup.Store.Repairing;
using MemoryBackup.Store.Verifying;

namespace MemoryBackup.Cli.Tests;

public sealed class VerifyCommandTests : IDisposable
{
    private static readonly Finding Damaged = new(
        Severity.Error,
        FindingCode.StateDamaged,
        new FindingPlace { Ref = "refs/heads/memory/default/x", Commit = "46f9", Path = "entries/0000000001-q7f3k2mz.jsonl", Line = 7 },
        "The state of \u001b[31mx cannot be read.",
        "It is at the remotes.",
        "memory-backup verify --repair");

    private readonly Infra.Cli cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task Without_findings_one_line_says_so()
    {
        (await cli.Run("verify")).ShouldBe(0);
        cli.OutLines.ShouldBe(["Space default in /the/default/store.git: 2 replicas, 1,234 versions, 1 file: nothing wrong."]);
        cli.Session.VerifyOptions.ShouldBe(new Sync.VerifyOptions());
    }

    [Fact]
    public async Task An_error_is_told_with_its_place_its_meaning_and_its_remedy_and_ends_with_3()
    {
        cli.Session.Verify = Infra.Reports.Verify(Damaged, Damaged with { Severity = Severity.Note, Place = FindingPlace.Store, Remedy = "" });
        (await cli.Run("verify")).ShouldBe(3);
        cli.OutLines.ShouldBe(
        [
            "error state-damaged: The state of \\u001b[31mx cannot be read.",
            "  Where: refs/heads/memory/default/x, 46f9, entries/0000000001-q7f3k2mz.jsonl line 7",
            "  It is at the remotes.",
            "  To do: memory-backup verify --repair",
            "note state-damaged: The state of \\u001b[31mx cannot be read.",
            "  It is at the remotes.",
            "Space default in /the/default/store.git: 2 replicas, 1,234 versions, 1 file: 1 error, 1 note.",
        ]);
    }

    [Fact]
    public async Task What_a_repair_did_is_told_with_what_it_kept()
    {
        cli.Session.Verify = Infra.Reports.Verify() with { Repairs = [new RepairStep("Moved it aside", "/there"), new RepairStep("Did it", null)], Undone = ["No remote."], Orders = 10, Seed = 7 };
        (await cli.Run("verify", "--repair", "--laws", "--seed", "7", "--offline")).ShouldBe(0);
        cli.OutLines[..4].ShouldBe(["Repaired: Moved it aside.", "  Kept: /there", "Repaired: Did it.", "Not done: No remote."]);
        cli.OutLines[4].ShouldEndWith("nothing wrong. Laws hold in 10 random orders (--seed 7).");
        cli.Session.VerifyOptions.ShouldBe(new Sync.VerifyOptions { Repair = true, Laws = true, Seed = 7, Offline = true });
    }

    [Fact]
    public async Task As_JSON_it_has_every_part()
    {
        cli.Session.Verify = Infra.Reports.Verify(Damaged) with { Repairs = [new RepairStep("Did it", null)], Undone = ["No remote."], Orders = 10, Seed = 7 };
        (await cli.Run("verify", "--json")).ShouldBe(3);
        cli.Out.ShouldBe(
            """{"command":"verify","repository":"/the/default/store.git","space":"default","replica":"desk-aaaaaaaaaa","states":2,"versions":1234,"files":1,"quick":false,"orders":10,"seed":7,"""
            + """ "findings":[{"severity":"error","code":"state-damaged","place":{"ref":"refs/heads/memory/default/x","commit":"46f9","path":"entries/0000000001-q7f3k2mz.jsonl","line":7},"message":"The state of \u001B[31mx cannot be read.","meaning":"It is at the remotes.","remedy":"memory-backup verify --repair"}],""".TrimStart()
            + """ "repairs":[{"what":"Did it","kept":null}],"undone":["No remote."],"exit_code":3,"exit_name":"invalid-data","elapsed_ms":7}""".TrimStart() + "\n",
            customMessage: cli.Out);
    }

    [Theory]
    [InlineData("--repair", "--quick")]
    [InlineData("--seed", "7")]
    [InlineData("--offline", "--laws")]
    [InlineData("--seed", "many", "--laws")]
    public async Task Options_that_make_no_sense_together_are_refused(params string[] options)
    {
        (await cli.Run(["verify", .. options])).ShouldBe(2);
        cli.Session.VerifyOptions.ShouldBeNull();
    }
}
