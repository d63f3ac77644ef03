using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Cli.Settings;
using MemoryBackup.Sync;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>compact [--keep 90d]</c>.</summary>
internal static class CompactCommand
{
    private const string KeepDefault = "90d";
    private const string Page = "memory-backup compact --help";

    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command(
            "compact",
            "Shorten this store's history to the last months.\n"
            + "What counts now stays, and so do the states of the time that is kept. What is older can then no longer be shown or restored, and an old file that "
            + "is met for the first time is no longer recognised as old. Only this store's own history: run it on each machine.");
        var keep = new Option<string?>("--keep") { Description = $"How much of the past stays: 36h, 90d, 12w, 1y. Default: {KeepDefault}.", HelpName = "DURATION" };
        var flags = new RunFlags();
        command.Add(keep);
        flags.AddTo(command, recordsFile: false);
        command.SetAction(async (parsed, cancellation) =>
        {
            var text = parsed.GetValue(keep) ?? KeepDefault;
            var given = flags.Read(parsed);
            var options = new CompactOptions
            {
                Keep = RetentionText.TryRead(text) ?? throw Usage.Wrong($"--keep is '{VisibleText.Bounded(text)}', but must be {RetentionText.Forms}.", Page),
                DryRun = given.DryRun,
                Offline = given.Offline,
            };
            run.Open(parsed, common, isScriptForm: false);
            var report = await Engine.RunAsync(run, "compacting", session => session.CompactAsync(options, cancellation), cancellation).ConfigureAwait(false);
            run.Show(writer => CompactJson.Write(writer, report), () => CompactText.Write(run, report, options.Offline));

            return (int)report.ExitCode;
        });
        return command;
    }
}
