using System.CommandLine;
using System.CommandLine.Parsing;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;

namespace MemoryBackup.Cli.Commands;

/// <summary>The command line of the script that this program replaces: <c>--backup --file F [--host H] [--repo R]</c> and <c>--merge --output F [--repo R]</c>.</summary>
internal static class ScriptCommand
{
    private const string BackupName = "--backup";
    private const string MergeName = "--merge";

    public static RootCommand Create(ProgramRun run, CommonOptions common)
    {
        var root = new RootCommand("Backs up, merges and syncs the memory files of AI agents through any Git remote.");
        var backup = new Option<bool>(BackupName) { Description = "The script's form of backup; the repository is the current folder unless --repo names one." };
        var merge = new Option<bool>(MergeName) { Description = "The script's form of merge; the repository as for --backup." };
        var file = new Option<string?>("--file") { Description = "With --backup: the memory file.", HelpName = "FILE" };
        var output = new Option<string?>("--output") { Description = "With --merge: the file to write.", HelpName = "FILE" };
        var flags = new RunFlags();
        root.Add(backup);
        root.Add(merge);
        root.Add(file);
        root.Add(output);
        flags.AddTo(root, recordsFile: true);
        var work = new FileRun(run, common, flags);
        root.SetAction((parsed, cancellation) => (parsed.GetValue(backup), parsed.GetValue(merge), parsed.GetValue(file), parsed.GetValue(output)) switch
        {
            (true, true, _, _) => throw Usage.Wrong("--backup and --merge cannot go together."),
            (true, _, null or "", _) => throw Usage.Wrong("--backup needs --file FILE."),
            (true, _, _, not null) => throw Usage.Wrong("--output goes with --merge, not with --backup."),
            (true, _, { } named, _) => work.BackupAsync(parsed, named, isScriptForm: true, cancellation),
            (_, true, _, null or "") => throw Usage.Wrong("--merge needs --output FILE."),
            (_, true, not null, _) => throw Usage.Wrong("--file goes with --backup, not with --merge."),
            (_, true, _, { } named) => MergeRun.ExecuteAsync(run, common, parsed, isScriptForm: true, named, flags.Read(parsed), cancellation),
            _ => throw Usage.Wrong("No command is given."),
        });
        return root;
    }

    /// <summary>Whether one of the two forms is on the command line, wherever it stands.</summary>
    public static bool IsAskedFor(ParseResult parsed) =>
        parsed.GetResult(BackupName) is OptionResult { Implicit: false }
        || parsed.GetResult(MergeName) is OptionResult { Implicit: false };
}
