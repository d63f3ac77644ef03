using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Reports;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>conflicts [KEY]</c>, and below it <c>conflicts resolve</c>.</summary>
internal static class ConflictsCommand
{
    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command(
            "conflicts",
            "Show every field that was changed on two machines at once: the value shown, and the others that are kept beside it.\n"
            + "Nothing waits for a conflict to be resolved. Reads only, and speaks to no remote.");
        var key = new Argument<string?>("KEY") { Description = "The entry, as other commands show it, or its key as a JSON array.", Arity = ArgumentArity.ZeroOrOne };
        command.Add(key);
        command.Add(ResolveCommand.Create(run, common));
        command.SetAction(async (parsed, cancellation) =>
        {
            run.Open(parsed, common, isScriptForm: false);
            var name = parsed.GetValue(key);
            var report = await Engine.RunAsync(run, "reading the store", session => session.ConflictsAsync(name, cancellation), cancellation).ConfigureAwait(false);
            run.Show(writer => ConflictsJson.Write(writer, report), () => ConflictsText.Write(run.Output, report));

            return (int)ExitCode.Done;
        });
        return command;
    }
}
