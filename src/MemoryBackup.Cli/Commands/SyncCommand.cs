using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>sync FILE</c>.</summary>
internal static class SyncCommand
{
    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command(
            "sync",
            "Back up a memory file, and bring what others changed into it.\nEntries that did not change keep their bytes and their order. A file that is missing is put back.");
        var file = new FileArgument();
        var flags = new RunFlags();
        file.AddTo(command);
        flags.AddTo(command, recordsFile: true);
        var work = new FileRun(run, common, flags);
        command.SetAction((parsed, cancellation) => work.SyncAsync(parsed, file.Read(parsed), cancellation));
        return command;
    }
}
