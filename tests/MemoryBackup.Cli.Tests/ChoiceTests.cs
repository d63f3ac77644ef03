using MemoryBackup.Sync;

namespace MemoryBackup.Cli.Tests;

/// <summary>What <c>conflicts resolve</c> asks on a terminal, and what <c>checkpoint</c> says.</summary>
public sealed class ChoiceTests : IDisposable
{
    private readonly Infra.Cli cli = new() { IsTerminal = true };

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task The_end_of_the_input_leaves_everything_that_was_not_answered()
    {
        Array.ForEach(["1"], cli.Typed.Enqueue);
        (await cli.Run("conflicts", "resolve")).ShouldBe(0);
        cli.Session.Resolves.Select(asked => asked.Element).ShouldBe(["/age"]);
    }

    [Fact]
    public async Task A_value_that_no_write_names_is_chosen_by_its_number()
    {
        Array.ForEach(["", "0"], cli.Typed.Enqueue);
        (await cli.Run("conflicts", "resolve")).ShouldBe(0);
        cli.Session.Resolves.ShouldBe([new ResolveOptions { Key = """["entity","Bob"]""", Element = "/at/home", Take = 0 }]);
    }

    [Fact]
    public async Task Only_the_element_that_was_named_is_asked_about_and_the_gravest_outcome_counts()
    {
        Array.ForEach(["1"], cli.Typed.Enqueue);
        cli.Session.Resolved = cli.Session.Resolved with { ExitCode = ExitCode.RemotePending };
        (await cli.Run("conflicts", "resolve", "Bob", "/at/home")).ShouldBe(5);
        cli.Session.Resolves.ShouldHaveSingleItem().TakeWrite.ShouldBe("desk-a2b3c4d5e6.1:4");
    }

    [Fact]
    public async Task Where_there_is_no_conflict_nothing_is_asked()
    {
        cli.Typed.Enqueue("1");
        cli.Session.Conflicts = cli.Session.Conflicts with { Conflicts = [] };
        (await cli.Run("conflicts", "resolve")).ShouldBe(0);
        cli.OutLines.ShouldBe(["No conflicts."]);
        cli.Session.Resolves.ShouldBeEmpty();
        (await cli.Run("conflicts")).ShouldBe(0);
        cli.OutLines.ShouldBe(["No conflicts."]);
    }

    [Fact]
    public async Task A_script_is_told_the_first_choices_of_many()
    {
        (await cli.Run("conflicts", "resolve", "Ada", "/nothing", "--json")).ShouldBe(2);
        cli.Err.ShouldContain("There is no conflict to choose in.");
        cli.Session.Conflicts = cli.Session.Conflicts with { Conflicts = [.. Enumerable.Range(0, 7).Select(n => cli.Session.Conflicts.Conflicts[1] with { Key = $"k{n}" })] };
        (await cli.Run("conflicts", "resolve", "--json")).ShouldBe(2);
        cli.Err.ShouldContain("k0 /at/home: 0: (gone), 1: true; k1 ");
        cli.Err.ShouldContain("; and 2 more.");
    }

    [Fact]
    public async Task A_rehearsal_says_what_would_be()
    {
        cli.Session.Resolved = cli.Session.Resolved with { DryRun = true, ConflictsLeft = 0, Resolved = [new("Ada", "", null, null)] };
        await cli.Run("conflicts", "resolve", "Ada", "--latest", "--dry-run");
        cli.OutLines.ShouldBe(["Ada (entry): would be (gone)", "Would have resolved 1 conflict, none left. Nothing was written."]);
        await cli.Run("conflicts", "resolve", "Ada", "--latest", "-q");
        cli.Out.ShouldBe("");
        cli.Session.Resolved = cli.Session.Resolved with { Warnings = ["Odd."] };
        await cli.Run("conflicts", "resolve", "Ada", "--latest", "-q");
        cli.OutLines.ShouldBe(["\u001b[33mWarning:\u001b[0m Odd."]);
    }

    [Fact]
    public async Task A_checkpoint_says_what_was_and_what_would_be_done()
    {
        await cli.Run("checkpoint", "create", "mine");
        cli.OutLines[0].ShouldBe("mine: names the memory as it is now. To bring it back: memory-backup restore --at mine --into-memory --exact");
        await cli.Run("checkpoint", "create", "mine", "--dry-run");
        cli.OutLines[0].ShouldBe("mine: would have named the memory as it is now. Nothing was written.");
        await cli.Run("checkpoint", "delete", "mine");
        cli.OutLines[0].ShouldBe("mine: removed.");
        await cli.Run("checkpoint", "delete", "mine", "--dry-run");
        cli.OutLines[0].ShouldBe("mine: would have been removed. Nothing was written.");
        cli.Session.Checkpoints = cli.Session.Checkpoints with { Warnings = [] };
        await cli.Run("checkpoint", "create", "mine", "-q");
        cli.Out.ShouldBe("");
        cli.Session.Checkpoints = cli.Session.Checkpoints with { Checkpoints = [] };
        await cli.Run("checkpoint");
        cli.OutLines.ShouldBe(["No checkpoints."]);
    }
}
