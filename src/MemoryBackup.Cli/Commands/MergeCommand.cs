using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>merge [-o FILE]</c>.</summary>
internal static class MergeCommand
{
    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command(
            "merge",
            "Write the merged memory of all hosts as one JSON array.\nIt is sorted by (timestamp, unique_id), and each entry says in _crdt_metadata who wrote it when.");
        var output = new Option<string?>("--output", "-o") { Description = "The file to write; without it, or as '-', standard output.", HelpName = "FILE" };
        var flags = new RunFlags();
        command.Add(output);
        flags.AddTo(command, recordsFile: false);
        command.SetAction((parsed, cancellation) =>
        {
            var file = parsed.GetValue(output) switch
            {
                "" => throw Usage.Wrong("The name of the output file is empty.", "memory-backup merge --help"),
                "-" => null,
                var named => named,
            };
            return MergeRun.ExecuteAsync(run, common, parsed, isScriptForm: false, file, flags.Read(parsed), cancellation);
        });
        return command;
    }
}
