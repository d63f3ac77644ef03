using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Sync;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>forget KEY… [--yes]</c>.</summary>
internal static class ForgetCommand
{
    private const string Page = "memory-backup forget --help";
    private const string Consent = "yes";

    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command(
            "forget",
            "Erase entries that must not exist any more, such as a secret: here and on every machine, history included.\n"
            + "What was written of them until now is gone for good; nothing brings it back. Each other machine does its part with its next run, and status tells "
            + "which have not. On a terminal you are asked first.");
        var keys = new Argument<string[]>("KEY") { Description = "The entries, as other commands show them, or their keys as JSON arrays; also such as are deleted already.", Arity = ArgumentArity.OneOrMore };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var flags = new RunFlags();
        command.Add(keys);
        command.Add(yes);
        flags.AddTo(command, recordsFile: false);
        command.SetAction(async (parsed, cancellation) =>
        {
            var given = flags.Read(parsed);
            var options = new ForgetOptions { Keys = parsed.GetValue(keys) ?? [], DryRun = given.DryRun, Offline = given.Offline };
            if (options.Keys.Any(key => key.Length == 0))
            {
                throw Usage.Wrong("The name of an entry is empty.", Page);
            }

            run.Open(parsed, common, isScriptForm: false);
            if (!options.DryRun && !parsed.GetValue(yes) && !await AskAsync(run, options, cancellation).ConfigureAwait(false))
            {
                run.Output.Line("Nothing was done.");
                return (int)ExitCode.Done;
            }

            var report = await Engine.RunAsync(run, "forgetting", session => session.ForgetAsync(options, cancellation), cancellation).ConfigureAwait(false);
            run.Show(writer => ForgetJson.Write(writer, report), () => ForgetText.Write(run, report, options.Offline));

            return (int)report.ExitCode;
        });
        return command;
    }

    private static async Task<bool> AskAsync(ProgramRun run, ForgetOptions options, CancellationToken cancellation)
    {
        if (run.IsJson || !run.Around.InputIsTerminal || !run.Output.IsTerminal)
        {
            throw Usage.Wrong("What is forgotten is gone for good on every machine, and nobody can be asked here: give --yes if it is meant.", Page);
        }

        var plan = await Engine.RunAsync(run, "looking", session => session.ForgetAsync(options with { DryRun = true }, cancellation), cancellation).ConfigureAwait(false);
        ForgetText.Write(run, plan, options.Offline);
        run.Output.Line($"This cannot be undone. Type {Consent} to go on:");
        return run.Around.ReadLine()?.Trim() == Consent;
    }
}
