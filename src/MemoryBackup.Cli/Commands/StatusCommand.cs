using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Reports;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>status</c>.</summary>
internal static class StatusCommand
{
    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command("status", "Show how a space stands: files, remotes, replicas, conflicts.\nReads only, and speaks to no remote.");
        command.SetAction(async (parsed, cancellation) =>
        {
            run.Open(parsed, common, isScriptForm: false);
            var report = await Engine.RunAsync(run, "reading the store", session => session.StatusAsync(cancellation), cancellation).ConfigureAwait(false);
            run.Show(writer => StatusJson.Write(writer, report), () => StatusText.Write(run.Output, report));

            return (int)ExitCode.Done;
        });
        return command;
    }
}
