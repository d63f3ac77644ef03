using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Settings;
using MemoryBackup.Git;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>init [--remote URL]</c>.</summary>
internal static class InitCommand
{
    private const string RemoteName = "origin";
    private const string RemoteKey = $"remote.{RemoteName}.url";

    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command(
            "init",
            "Make the store, and give it a remote.\nThe default store needs no init: it is made on first use. With --repo, a bare repository is made there unless one exists.");
        command.SetAction(async (parsed, cancellation) =>
        {
            run.Open(parsed, common, isScriptForm: false);
            var path = Engine.Repository(run) ?? run.Around.Folders.DefaultStore;
            var git = new GitProgram(run.Settings.ToRunSettings(run.Around).Git);
            var (repository, isNew) = await OpenAsync(git, path, cancellation).ConfigureAwait(false);
            var remote = await SetRemoteAsync(repository, AddressOf(run), cancellation).ConfigureAwait(false);
            Tell(run, repository.GitDir, isNew, remote);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static async Task<(GitRepository Repository, bool IsNew)> OpenAsync(GitProgram git, string path, CancellationToken cancellation)
    {
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            return (await GitRepository.OpenAsync(git, path, cancellation).ConfigureAwait(false), false);
        }

        return (await GitRepository.InitBareAsync(git, path, cancellation: cancellation).ConfigureAwait(false), true);
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

    /// <returns>The remote's address after it; <see langword="null"/> if there is none.</returns>
    private static async Task<string?> SetRemoteAsync(GitRepository repository, string? address, CancellationToken cancellation)
    {
        var present = await repository.ConfigAsync(RemoteKey, cancellation).ConfigureAwait(false);
        if (address is null || address == present)
        {
            return present;
        }

        if (present is not null)
        {
            throw new MemoryBackupException(
                ExitCode.Usage,
                $"{RemoteName} of {VisibleText.Of(repository.GitDir)} is already {Redaction.Clean(present)}.",
                $"Nothing was changed. To change it: git --git-dir '{VisibleText.Of(repository.GitDir)}' remote set-url {RemoteName} URL");
        }

        await repository.SetConfigAsync(RemoteKey, address, cancellation).ConfigureAwait(false);
        return address;
    }

    private static void Tell(ProgramRun run, string repository, bool isNew, string? remote)
    {
        var shown = remote is null ? null : Redaction.Clean(remote);
        if (run.IsJson)
        {
            run.Output.Json(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("command", "init");
                writer.WriteString("repository", repository);
                writer.WriteBoolean("created", isNew);
                writer.WriteString("remote", shown);
                writer.WriteEndObject();
            });
        }
        else if (!run.IsQuiet)
        {
            run.Output.Line($"{(isNew ? "Made the store" : "The store is")} {VisibleText.Of(repository)}.");
            run.Output.Line(shown is null ? "It has no remote: give it one with init --remote URL." : $"Its remote {RemoteName} is {VisibleText.Of(shown)}.");
        }
    }
}
