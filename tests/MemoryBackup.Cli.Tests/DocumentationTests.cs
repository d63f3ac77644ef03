using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Settings;
using MemoryBackup.Cli.Tests.Infra;

namespace MemoryBackup.Cli.Tests;

public sealed class DocumentationTests
{
    [Fact]
    public void The_page_of_settings_has_exactly_the_rows_of_the_table()
    {
        var documented = File.ReadAllLines(Root.File("docs", "configuration.md")).Where(line => line.Contains("` | `--"));
        documented.ShouldBe(SettingTable.All.Select(Row));
    }

    [Fact]
    public void The_page_of_exit_codes_has_every_code_with_its_name()
    {
        var page = File.ReadAllText(Root.File("docs", "exit-codes.md"));
        foreach (var code in Enum.GetValues<ExitCode>())
        {
            page.ShouldContain($"| {(int)code} | `{ExitCodeName.Of(code)}` |");
        }

        page.ShouldContain("| 130, 143 | `interrupted` |");
    }

    [Fact]
    public void The_page_of_commands_tells_every_member_of_the_JSON()
    {
        var page = File.ReadAllText(Root.File("docs", "command-line.md"));
        foreach (var type in (Type[])[typeof(Sync.Reports.RunReport), typeof(Sync.Reports.MergeReport), typeof(Sync.Reports.StatusReport), typeof(Sync.Reports.RemoteReport), typeof(Sync.Reports.InitReport), typeof(Sync.Reports.FileStatus), typeof(Sync.Reports.RemoteStatus), typeof(Sync.Reports.RejectedStatus), typeof(Sync.Reports.ImportReport), typeof(Sync.Reports.ImportFound), typeof(Sync.Reports.RemoteListReport), typeof(Sync.Reports.RemoteAddReport), typeof(Sync.Reports.RemoteRemoveReport), typeof(Sync.Reports.ReplicaStatus), typeof(Sync.Reports.RestoreReport), typeof(Sync.Reports.RestoreSource), typeof(Sync.Reports.RestoreChange), typeof(Sync.Reports.RevertReport), typeof(Sync.Reports.RevertedWriter), typeof(Sync.Reports.NotTakenBack), typeof(Sync.Reports.CheckpointReport), typeof(Sync.Reports.CheckpointListed), .. Past])
        {
            foreach (var property in type.GetProperties().Where(property => property.Name is not ("Elapsed" or "Json" or "Content" or "Store")))
            {
                page.ShouldContain($"`{Logging.FieldName.Of(property.Name)}`");
            }
        }
    }

    [Fact]
    public void The_page_of_findings_has_every_code_and_no_other()
    {
        var page = File.ReadAllText(Root.File("docs", "findings.md"));
        var codes = typeof(Store.Verifying.FindingCode).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToList();
        codes.ShouldBeUnique();
        codes.ShouldAllBe(code => page.Contains($"| `{code}` |"));
        System.Text.RegularExpressions.Regex.Matches(page, @"^\| `([a-z]+-[a-z-]+)` \|", System.Text.RegularExpressions.RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value).ShouldBe(codes, ignoreOrder: true);
    }

    [Fact]
    public void The_solution_has_every_project()
    {
        var solution = File.ReadAllText(Root.File("memory-backup.slnx"));
        var projects = new[] { "src", "tests", "bench" }.Select(folder => Root.File(folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
            .Select(project => Path.GetRelativePath(Root.Path, project).Replace('\\', '/'));
        projects.ShouldAllBe(project => solution.Contains($"\"{project}\""));
    }

    private static Type[] Past =>
    [
        typeof(Sync.Reports.HistoryReport), typeof(Sync.Reports.HistoryEvent), typeof(Sync.Reports.ElementChange), typeof(Sync.Reports.ConflictsReport),
        typeof(Sync.Reports.OpenConflict), typeof(Sync.Reports.ConflictChoice), typeof(Sync.Reports.ResolveReport), typeof(Sync.Reports.SettledConflict),
        typeof(Sync.Reports.DiffReport), typeof(Sync.Reports.VerifyReport), typeof(Sync.Reports.DoctorReport), typeof(Sync.Reports.DoctorTopic), typeof(Sync.Reports.DoctorFact), typeof(Store.Verifying.Finding), typeof(Store.Verifying.FindingPlace), typeof(Store.Repairing.RepairStep), typeof(Sync.Reports.DiffSide), typeof(Sync.Reports.EntryChange),
        typeof(Sync.Reports.RetireReport), typeof(Sync.Reports.RetiredReplica), typeof(Sync.Reports.RetiredBefore),
        typeof(Sync.Reports.ForgetReport), typeof(Sync.Reports.ForgottenEntry), typeof(Sync.Reports.ForgetStatus), typeof(Sync.Reports.CompactReport), typeof(Store.History.HistoryBeginning),
    ];

    private static string Row(Setting setting) =>
        $"| `{setting.Name}` | `{setting.Flag}` | `{setting.Variable}`{(setting.ScriptVariable is { } old ? $", `{old}`" : "")} | {setting.DefaultText} | {setting.Rule.Range} | {setting.Unit} | {setting.Description} |";
}
