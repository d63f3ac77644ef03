using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Cli.Settings;
using MemoryBackup.Git;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>init [--remote URL]</c>.</summary>
internal static class InitCommand
{
    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command(
            "init",
            "Make the store, and give it a remote.\nThe default store needs no init: it is made on first use. With --repo, a bare repository is made there unless one exists.");
        command.SetAction(async (parsed, cancellation) =>
        {
            run.Open(parsed, common, isScriptForm: false);
            var address = AddressOf(run);
            var isNew = await MakeAsync(run, cancellation).ConfigureAwait(false);
            var report = await Engine.RunAsync(run, "making the store ready", session => session.InitAsync(address, cancellation), cancellation).ConfigureAwait(false);
            Tell(run, report, isNew);
            return (int)report.ExitCode;
        });
        return command;
    }

    // The engine makes the default store by itself, and takes any other as it finds it.
    private static async Task<bool> MakeAsync(ProgramRun run, CancellationToken cancellation)
    {
        if (Engine.Repository(run) is not { } path)
        {
            return !Directory.Exists(run.Around.Folders.DefaultStore);
        }

        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            return false;
        }

        var git = new GitProgram(run.Settings.ToRunSettings(run.Around).Git);
        await GitRepository.InitBareAsync(git, path, cancellation: cancellation).ConfigureAwait(false);
        return true;
    }

    // Only the flag: a remote that the configuration names for every store is not written into each.
    private static string? AddressOf(ProgramRun run)
    {
        var setting = run.Settings[SettingTable.Remote];
        if (setting.Source != SettingSource.Flag)
        {
            return null;
        }

        var address = setting.Require()!;
        var here = Path.GetFullPath(address, run.Around.CurrentFolder);
        return RemoteAddress.IsPath(address) || Directory.Exists(here) ? here
            : address.Contains(':') ? address
            : throw new MemoryBackupException(
                ExitCode.Usage, $"--remote is '{setting.Shown}', which is no URL and no folder.", "Nothing was done. Give the address of the remote repository.");
    }

    private static void Tell(ProgramRun run, InitReport report, bool isNew)
    {
        if (run.IsJson)
        {
            run.Output.Json(writer => InitJson.Write(writer, report, isNew));
            return;
        }

        if (!run.IsQuiet)
        {
            run.Output.Line($"{(isNew ? "Made the store" : "The store is")} {VisibleText.Of(report.Repository)}.");
            run.Output.Line(report.Remote is null ? "It has no remote: give it one with memory-backup init --remote URL." : $"Its remote is {VisibleText.Of(report.Remote)}.");
        }

        if (report.Failure is { } failure)
        {
            run.Errors.Line($"{run.Errors.Palette.Red("Not reached:")} {VisibleText.Of(failure)}");
            run.Errors.Line("  " + VisibleText.Of(report.Remedy ?? ""));
        }
    }
}
