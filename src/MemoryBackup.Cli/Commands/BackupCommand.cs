using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>backup FILE</c>.</summary>
internal static class BackupCommand
{
    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command(
            "backup", "Record what changed in a memory file, and send it to the remote.\nThe file itself is never touched.");
        var file = new FileArgument();
        var flags = new RunFlags();
        file.AddTo(command);
        flags.AddTo(command, recordsFile: true);
        var work = new FileRun(run, common, flags);
        command.SetAction((parsed, cancellation) => work.BackupAsync(parsed, file.Read(parsed), isScriptForm: false, cancellation));
        return command;
    }
}
