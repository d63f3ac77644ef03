using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>checkpoint [list|create NAME|delete NAME]</c>.</summary>
internal static class CheckpointCommand
{
    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command(
            "checkpoint",
            "Give the memory as it is now a name, by which restore --at and diff find it again. Kept in this store alone.\n"
            + "For example: checkpoint create before-cleanup; restore --at before-cleanup --into-memory --exact.");
        command.Add(ListCommand());
        command.Add(MakeCommand());
        command.Add(DeleteCommand());
        command.SetAction(ListAsync);
        return command;

        Command ListCommand()
        {
            var list = new Command("list", "Show the checkpoints, the oldest first.");
            list.SetAction(ListAsync);
            return list;
        }

        Command MakeCommand()
        {
            var make = new Command("create", "Give the memory as it is known here a name.\n1 to 64 letters, digits, '-', '_' and '.'. Speaks to no remote: run sync first to have what others wrote.");
            var name = Name(make);
            var dryRun = DryRun(make);
            make.SetAction((parsed, cancellation) => RunAsync(
                parsed, "checkpoint create", session => session.CreateCheckpointAsync(parsed.GetValue(name)!, parsed.GetValue(dryRun), cancellation), cancellation));
            return make;
        }

        Command DeleteCommand()
        {
            var delete = new Command("delete", "Remove a checkpoint. The memory stays as it is.");
            var name = Name(delete);
            var dryRun = DryRun(delete);
            delete.SetAction((parsed, cancellation) => RunAsync(
                parsed, "checkpoint delete", session => session.DeleteCheckpointAsync(parsed.GetValue(name)!, parsed.GetValue(dryRun), cancellation), cancellation));
            return delete;
        }

        Task<int> ListAsync(ParseResult parsed, CancellationToken cancellation) =>
            RunAsync(parsed, "checkpoint list", session => session.CheckpointsAsync(cancellation), cancellation);

        async Task<int> RunAsync(ParseResult parsed, string name, Func<ISpaceSession, Task<CheckpointReport>> work, CancellationToken cancellation)
        {
            run.Open(parsed, common, isScriptForm: false);
            var report = await Engine.RunAsync(run, "reading the store", work, cancellation).ConfigureAwait(false);
            if (run.IsJson)
            {
                run.Output.Json(writer => CheckpointJson.Write(writer, report, name));
                return (int)ExitCode.Done;
            }

            foreach (var line in Lines(report, name, run.IsQuiet).Concat(ReportText.Warnings(report.Warnings, run)))
            {
                run.Output.Line(line);
            }

            return (int)ExitCode.Done;
        }
    }

    private static IEnumerable<string> Lines(CheckpointReport report, string command, bool isQuiet) => (command, report.Checkpoints) switch
    {
        ("checkpoint list", []) => ["No checkpoints."],
        ("checkpoint list", var all) => Columns.Of(
        [
            .. all.Select(checkpoint => (string[])
            [
                checkpoint.CreatedAt is { } time ? TimeText.Of(time) : "unknown", VisibleText.Of(checkpoint.Name), Count.Of(checkpoint.Replicas, "replica"),
            ]),
        ]),
        _ when isQuiet => [],
        ("checkpoint create", [var made]) => [$"{made.Name}: {(report.DryRun ? "would have named" : "names")} the memory as it is now. {(report.DryRun ? "Nothing was written." : $"To bring it back: memory-backup restore --at {made.Name} --into-memory --exact")}"],
        (_, [var gone]) => [$"{gone.Name}: {(report.DryRun ? "would have been removed. Nothing was written." : "removed.")}"],
        _ => [],
    };

    private static Argument<string> Name(Command command)
    {
        var name = new Argument<string>("NAME") { Description = "The checkpoint." };
        command.Add(name);
        return name;
    }

    private static Option<bool> DryRun(Command command)
    {
        var dryRun = new RunFlags().DryRun;
        command.Add(dryRun);
        return dryRun;
    }
}
