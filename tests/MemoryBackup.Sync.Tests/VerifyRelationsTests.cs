using MemoryBackup.Store.Verifying;
using MemoryBackup.Sync.Reports;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>States that are each in order and do not go together: what a bug, a clone or a stray editor leaves behind.</summary>
public sealed class VerifyRelationsTests : IDisposable
{
    private const string Header = "replica.json";
    private readonly World world = new();
    private readonly Machine ada;
    private readonly Machine bob;
    private readonly Damage damage;

    public VerifyRelationsTests()
    {
        (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        damage = new Damage(world, ada.Store);
    }

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_line_that_does_not_add_up_is_told()
    {
        await MeetAsync();
        var line = damage.Git("show", damage.OwnRef + ":" + damage.OwnLine).Split('\n');
        line[^1].ShouldEndWith(".1\":3}}");
        line[^1] = line[^1].Replace(".1\":3}}", ".1\":2}}", StringComparison.Ordinal);
        damage.ReplaceOwn(damage.OwnLine, string.Join('\n', line) + "\n");
        await FindsAsync(FindingCode.LineMismatch, Severity.Warning, "does not add up");
    }

    [Fact]
    public async Task Somebody_who_knows_newer_states_than_are_here_is_noted()
    {
        await MeetAsync();
        var other = Other();
        Edit($"\"{other}\": {{\n      \"n\": ", $"\"{other}\": {{\n      \"n\": 9");
        await FindsAsync(FindingCode.KnowsNewer, Severity.Note, $"was made from a state of {other}, which is known here up to publication ");
    }

    [Fact]
    public async Task Somebody_who_knows_a_replica_that_nobody_here_has_met_is_noted()
    {
        await MeetAsync();
        var other = Other();
        Edit("\"knows\": {\n", "\"knows\": {\n    \"a-aaaaaaaaaa\": {\n      \"n\": 1,\n      \"token\": \"aaaaaaaaaaaaaaaaaaaaaaaaaa\"\n    },\n");
        other.ShouldBeGreaterThan("a-aaaaaaaaaa");
        await FindsAsync(FindingCode.KnowsNewer, Severity.Note, "was made from a state of a-aaaaaaaaaa, which is not known here");
    }

    [Fact]
    public async Task Two_lines_under_one_name_are_told()
    {
        await MeetAsync();
        var header = damage.Git("show", $"{damage.OwnRef}:{Header}");
        var at = header.IndexOf("\"token\": \"", header.IndexOf("\"knows\"", StringComparison.Ordinal), StringComparison.Ordinal) + 10;
        damage.ReplaceOwn(Header, header[..at] + new string('a', 26) + header[(at + 26)..] + "\n");
        await FindsAsync(FindingCode.KnowsOtherLine, Severity.Warning, "two stores wrote under that name");
    }

    [Fact]
    public async Task Writes_that_were_removed_before_they_were_made_are_told()
    {
        await MeetAsync();
        Edit("\"removed\": {}", $"\"removed\": {{\n    \"{Other()}.1\": \"1000\"\n  }}");
        await FindsAsync(FindingCode.RemovedUnissued, Severity.Warning, $"removed writes of {Other()}.1 that {Other()} never made");
    }

    [Fact]
    public async Task A_stranger_who_removes_what_this_store_has_yet_to_write_is_an_error()
    {
        await MeetAsync();
        var own = damage.OwnRef[(damage.OwnRef.LastIndexOf('/') + 1)..];
        var header = damage.Git("show", $"{damage.KnownRef}:{Header}");
        header.ShouldContain("\"removed\": {}");
        damage.ReplaceKnown(Header, header.Replace("\"removed\": {}", $"\"removed\": {{\n    \"{own}.1\": \"1000\"\n  }}", StringComparison.Ordinal) + "\n");
        await FindsAsync(FindingCode.RemovedUnissued, Severity.Error, $"The state of {Other()}: ");
    }

    [Fact]
    public async Task A_known_ref_that_is_ahead_after_a_crash_is_in_order_and_one_that_points_elsewhere_is_not()
    {
        await MeetAsync();
        bob.Lines = [.. bob.Lines, """{"id":"late"}"""];
        await bob.SyncAsync();
        damage.Git("fetch", "--quiet", world.Remote!, $"+{damage.KnownRef.Replace(damage.Refs.Known, damage.Refs.Published, StringComparison.Ordinal)}:{damage.KnownRef}");
        (await ada.VerifyAsync()).Findings.ShouldBeEmpty();
        damage.Git("update-ref", damage.KnownRef, damage.OwnRef);
        await FindsAsync(FindingCode.KnownRefWrong, Severity.Warning, "points elsewhere");
    }

    [Fact]
    public async Task A_name_of_a_write_that_the_pool_has_with_another_content_is_told()
    {
        await MeetAsync();
        var line = damage.Git("show", damage.OwnRef + ":" + damage.OwnEntries).Split('\n')[0];
        damage.ReplaceLocal("pool/0000000001.jsonl", line.Replace("\"a1\"", "\"a9\"", StringComparison.Ordinal) + "\n");
        var report = await FindsAsync(FindingCode.DotReused, Severity.Error, "stands for two different writes");
        report.ExitCode.ShouldBe(ExitCode.InvalidData);
        damage.ReplaceLocal("pool/0000000001.jsonl", line + "\n");
        (await ada.VerifyAsync()).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Lines_in_history_that_are_no_versions_are_noted_and_harm_nobody()
    {
        await MeetAsync();
        var entries = damage.Git("show", damage.OwnRef + ":" + damage.OwnEntries);
        damage.ReplaceOwn(damage.OwnEntries, entries + "\n{\"_crdt_metadata\":{}}\n");
        damage.ReplaceOwn(damage.OwnEntries, entries + "\n");
        var report = await FindsAsync(FindingCode.HistoryDamaged, Severity.Note, "lines that are no versions");
        report.ExitCode.ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task A_store_on_another_machine_or_at_another_path_says_so()
    {
        await MeetAsync();
        var copy = new Machine(world, "ada") { DataFolder = ada.DataFolder, MachineId = "another" };
        (await copy.VerifyAsync()).Findings.Single().Message.ShouldBe("The store was last used on another machine.");
        var moved = Path.Combine(world.Folder, "moved");
        Directory.Move(ada.DataFolder, moved);
        var elsewhere = new Machine(world, "ada") { DataFolder = moved };
        var finding = (await elsewhere.VerifyAsync()).Findings.Single();
        (finding.Code, finding.Severity, finding.Message).ShouldBe((FindingCode.StoreMoved, Severity.Note, $"The store was last used at {ada.Store}."));
    }

    [Fact]
    public async Task A_configuration_that_git_cannot_read_is_told_and_nothing_is_taken_for_granted()
    {
        await MeetAsync();
        var own = Path.Combine(ada.Store, damage.OwnRef);
        File.AppendAllText(Path.Combine(ada.Store, "config"), "[core\n");
        var report = await FindsAsync(FindingCode.GitCheck, Severity.Error, "Git says: fatal: bad config line");
        report.ExitCode.ShouldBe(ExitCode.InvalidData);
        report.States.ShouldBe(2);

        // A ref that is a link is Git's to read.
        File.Move(own, own + "-there");
        File.CreateSymbolicLink(own, own + "-there");
        report = await FindsAsync(FindingCode.GitCheck, Severity.Error, "Git cannot list the refs");
        report.ExitCode.ShouldBe(ExitCode.InvalidData);
        report.States.ShouldBe(0);
    }

    private string Other() => damage.KnownRef[(damage.KnownRef.LastIndexOf('/') + 1)..];

    private void Edit(string part, string changed)
    {
        var header = damage.Git("show", $"{damage.OwnRef}:{Header}");
        header.ShouldContain(part);
        damage.ReplaceOwn(Header, header.Replace(part, changed, StringComparison.Ordinal) + "\n");
    }

    private async Task<VerifyReport> FindsAsync(string code, Severity severity, string message)
    {
        var report = await ada.VerifyAsync();
        var shown = string.Join('\n', report.Findings.Select(finding => $"{finding.Code}: {finding.Message}"));
        report.Findings.Where(finding => finding.Code == code && finding.Severity == severity && finding.Message.Contains(message, StringComparison.Ordinal)).ShouldHaveSingleItem(shown);
        return report;
    }

    private async Task MeetAsync()
    {
        ada.Lines = ["""{"id":"a","t":"a1"}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = [.. bob.Lines, """{"id":"c"}"""];
        await bob.SyncAsync();
        await ada.SyncAsync();
        ada.Lines = [.. ada.Lines, """{"id":"d"}"""];
        await ada.SyncAsync();
        (await ada.VerifyAsync()).Findings.ShouldBeEmpty();
    }
}
