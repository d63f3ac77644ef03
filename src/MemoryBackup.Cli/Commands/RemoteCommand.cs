using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Cli.Settings;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>remote [list|add NAME URL|remove NAME]</c>.</summary>
internal static class RemoteCommand
{
    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command(
            "remote",
            "Show and change the remotes of the store.\n"
            + "Every run fetches from all of them and sends to all of them; one that is out of reach holds up none of the others. In a repository of your own, these are the ones that "
            + "were added here, and beside them origin, or the only one there is.");
        command.Add(ListCommand());
        command.Add(AddCommand());
        command.Add(RemoveCommand());
        command.SetAction(ListAsync);
        return command;

        Command ListCommand()
        {
            var list = new Command("list", "Show the remotes, whether they are used, and what they have confirmed. Speaks to none.");
            list.SetAction(ListAsync);
            return list;
        }

        Command AddCommand()
        {
            var add = new Command(
                "add",
                "Give the store a further remote, and look whether it answers.\nIt is added all the same if it does not: then the exit code is 5 or 6. For example: memory-backup remote add nas ssh://git@nas/srv/memory.git");
            var name = new Argument<string>("NAME") { Description = "What it is called: letters, digits, '-', '_' and '.'." };
            var url = new Argument<string>("URL") { Description = "Where it is: a path, user@host:path, or an https, ssh, git or file URL." };
            var offline = new Option<bool>("--offline") { Description = "Do not look whether it answers." };
            add.Add(name);
            add.Add(url);
            add.Add(offline);
            add.SetAction(async (parsed, cancellation) =>
            {
                run.Open(parsed, common, isScriptForm: false);
                var (called, address, isOffline) = (parsed.GetValue(name)!, Address(run, parsed.GetValue(url)!), parsed.GetValue(offline));
                var report = await Engine.RunAsync(
                    run, $"asking {called}", session => session.AddRemoteAsync(called, address, isOffline, cancellation), cancellation).ConfigureAwait(false);
                run.Show(writer => RemoteJson.Write(writer, report), () => RemoteText.Write(run, report));

                return (int)report.ExitCode;
            });
            return add;
        }

        Command RemoveCommand()
        {
            var remove = new Command(
                "remove",
                "Use a remote no more. What it has stays there.\nOne that your own repository had before stays in its configuration, and is only not used any more.");
            var name = new Argument<string>("NAME") { Description = "Its name, as remote list shows it." };
            remove.Add(name);
            remove.SetAction(async (parsed, cancellation) =>
            {
                run.Open(parsed, common, isScriptForm: false);
                var called = parsed.GetValue(name)!;
                var report = await Engine.RunAsync(run, "removing", session => session.RemoveRemoteAsync(called, cancellation), cancellation).ConfigureAwait(false);
                run.Show(writer => RemoteJson.Write(writer, report), () => RemoteText.Write(run, report));

                return (int)ExitCode.Done;
            });
            return remove;
        }

        async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellation)
        {
            run.Open(parsed, common, isScriptForm: false);
            var report = await Engine.RunAsync(run, "reading the store", session => session.RemotesAsync(cancellation), cancellation).ConfigureAwait(false);
            run.Show(writer => RemoteJson.Write(writer, report), () => RemoteText.Write(run.Output, report));

            return (int)ExitCode.Done;
        }
    }

    // A word alone may be a folder that is there; a path is taken whether it is there or not.
    private static string Address(ProgramRun run, string address)
    {
        var here = address.Length == 0 ? "" : Path.GetFullPath(address, run.Around.CurrentFolder);
        return RemoteAddress.IsPath(address) || Directory.Exists(here) ? here
            : address.Contains(':') ? address
            : throw new MemoryBackupException(
                ExitCode.Usage, $"'{VisibleText.Bounded(address)}' is no URL and no folder.", "Nothing was done. Give the address of the remote repository.");
    }
}
