using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Sync;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>import SOURCE</c>.</summary>
internal static class ImportCommand
{
    private const string Page = "memory-backup import --help";

    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command(
            "import",
            "Take over a memory that was kept elsewhere.\n"
            + "SOURCE is a memory file, a folder with the memory-HOST.json files of the script, a Git repository whose default branch has such files, or an older store; what it is, is found out and told. "
            + "Entries keep the times that they give, nothing is deleted, and nothing is taken over twice, on whatever machine. For example: memory-backup import ~/old-memory");
        var source = new Argument<string>("SOURCE") { Description = "A file, a folder, or a repository." };
        var branch = new Option<string?>("--from-branch") { Description = "The branch of the repository that the script's files are on, instead of its default one.", HelpName = "BRANCH" };
        var flags = new RunFlags();
        command.Add(source);
        command.Add(branch);
        command.Add(flags.AsNew);
        command.Add(flags.Key);
        flags.AddTo(command, recordsFile: false);
        command.SetAction(async (parsed, cancellation) =>
        {
            var given = parsed.GetValue(source)!;
            if (given.Length == 0)
            {
                throw Usage.Wrong("The name of the source is empty.", Page);
            }

            var options = flags.Read(parsed);
            var key = flags.ReadKey(parsed);
            run.Open(parsed, common, isScriptForm: false, new KeyValuePair<string, object?>("source", given));
            var path = Path.GetFullPath(given, run.Around.CurrentFolder);
            if (!Path.Exists(path))
            {
                throw new MemoryBackupException(
                    ExitCode.InvalidData,
                    $"There is no {VisibleText.Bounded(given, 1000)}.",
                    given.Contains(':') ? "Nothing was imported. A remote is not imported but used: memory-backup remote add NAME URL" : "Nothing was imported. Check the path.");
            }

            var request = new ImportRequest
            {
                Source = path.Length > 1 ? Path.TrimEndingDirectorySeparator(path) : path,
                Branch = parsed.GetValue(branch),
                AsNew = options.AsNew,
                DryRun = options.DryRun,
                Offline = options.Offline,
            };
            var report = await Engine.RunAsync(run, "importing", session => session.ImportAsync(request, cancellation), cancellation, key).ConfigureAwait(false);
            run.Show(writer => ImportJson.Write(writer, report), () => ImportText.Write(run, given, report, request.Offline));

            return (int)report.ExitCode;
        });
        return command;
    }
}
