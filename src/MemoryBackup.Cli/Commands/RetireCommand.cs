using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Cli.Settings;
using MemoryBackup.Sync;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>retire REPLICA…</c> and <c>retire --unseen DURATION</c>.</summary>
internal static class RetireCommand
{
    private const string Page = "memory-backup retire --help";

    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command(
            "retire",
            "Take over what machines left that are gone, and delete their refs at the remote.\n"
            + "This store keeps their whole state beside its own: nothing that they wrote, changed or deleted is lost, nor their history. "
            + "One that writes again after all goes on as before.\n"
            + "Example: memory-backup retire --unseen 90d --dry-run");
        var replicas = new Argument<string[]>("REPLICA") { Description = "The replicas, as status shows them.", Arity = ArgumentArity.ZeroOrMore };
        var unseen = new Option<string?>("--unseen") { Description = "Every replica without a sign of life for so long: 36h, 90d, 12w, 1y.", HelpName = "DURATION" };
        var force = new Option<bool>("--force") { Description = "Also those with a sign of life within the last 24 hours." };
        var flags = new RunFlags();
        command.Add(replicas);
        command.Add(unseen);
        command.Add(force);
        flags.AddTo(command, recordsFile: false);
        command.SetAction(async (parsed, cancellation) =>
        {
            var given = flags.Read(parsed);
            var options = new RetireOptions
            {
                Replicas = parsed.GetValue(replicas) ?? [],
                Unseen = parsed.GetValue(unseen) is { } text ? ReadDuration(text) : null,
                Force = parsed.GetValue(force),
                DryRun = given.DryRun,
                Offline = given.Offline,
            };
            if (options.Replicas.Count == 0 && options.Unseen is null)
            {
                throw Usage.Wrong("retire needs the name of a replica, or --unseen DURATION.", Page);
            }

            run.Open(parsed, common, isScriptForm: false);
            var report = await Engine.RunAsync(run, "retiring", session => session.RetireAsync(options, cancellation), cancellation).ConfigureAwait(false);
            run.Show(writer => RetireJson.Write(writer, report), () => RetireText.Write(run, report, options.Offline));

            return (int)report.ExitCode;
        });
        return command;
    }

    private static TimeSpan ReadDuration(string text) =>
        RetentionText.TryRead(text) ?? throw Usage.Wrong($"--unseen is '{VisibleText.Bounded(text)}', but must be {RetentionText.Forms}.", Page);
}
