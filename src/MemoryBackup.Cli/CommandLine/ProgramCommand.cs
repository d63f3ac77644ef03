using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using MemoryBackup.Cli.Commands;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Settings;

namespace MemoryBackup.Cli.CommandLine;

/// <summary>The command line as a whole. Without a command it is the script's: <c>--backup --file F</c> or <c>--merge --output F</c>.</summary>
internal static class ProgramCommand
{
    public static RootCommand Create(ProgramRun run)
    {
        var common = new CommonOptions();
        var root = ScriptCommand.Create(run, common);
        root.Directives.Clear();
        foreach (var option in common.All)
        {
            root.Add(option);
        }

        root.Add(InitCommand.Create(run, common));
        root.Add(BackupCommand.Create(run, common));
        root.Add(SyncCommand.Create(run, common));
        root.Add(MergeCommand.Create(run, common));
        root.Add(ImportCommand.Create(run, common));
        root.Add(RestoreCommand.Create(run, common));
        root.Add(RevertCommand.Create(run, common));
        root.Add(CheckpointCommand.Create(run, common));
        root.Add(StatusCommand.Create(run, common));
        root.Add(RemoteCommand.Create(run, common));
        root.Add(HistoryCommand.Create(run, common));
        root.Add(DiffCommand.Create(run, common));
        root.Add(ConflictsCommand.Create(run, common));
        root.Add(ForgetCommand.Create(run, common));
        root.Add(RetireCommand.Create(run, common));
        root.Add(CompactCommand.Create(run, common));
        root.Add(VerifyCommand.Create(run, common));
        root.Add(DoctorCommand.Create(run, common));
        root.Add(ConfigCommand.Create(run, common));
        foreach (var option in root.Options)
        {
            switch (option)
            {
                case HelpOption:
                    option.Action = new HelpPage(run, common);
                    option.Description = "Show this page.";
                    break;
                case VersionOption:
                    option.Action = new VersionLine(run);
                    option.Description = "Show the version.";
                    break;
            }
        }

        return root;
    }

    /// <exception cref="MemoryBackupException">Whatever the command throws; exit 2 if the command line is wrong.</exception>
    public static Task<int> InvokeAsync(IReadOnlyList<string> arguments, ProgramRun run, CancellationToken cancellation)
    {
        var parsed = Parse(Create(run), arguments);
        if (parsed.Action is not (HelpPage or VersionLine))
        {
            Require(parsed);
        }

        return parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellation);
    }

    // No response files: an argument that begins with @ is a file's name like any other.
    public static ParseResult Parse(RootCommand root, IReadOnlyList<string> arguments) =>
        root.Parse(arguments, new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null });

    private static void Require(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var page = command is RootCommand ? "memory-backup --help" : $"memory-backup {Path(parsed)} --help";
        var unknown = UnknownOption(parsed) ?? parsed.UnmatchedTokens.FirstOrDefault();
        if (parsed.Errors.Count > 0 || unknown is not null)
        {
            throw Usage.Wrong(unknown is null ? parsed.Errors[0].Message : Unknown(unknown, command), page);
        }

        if (command is not RootCommand && ScriptCommand.IsAskedFor(parsed))
        {
            throw Usage.Wrong($"--backup and --merge stand for a command and cannot go with '{command.Name}'.", page);
        }
    }

    // A mistyped option would else be taken for a file. What really is called so goes behind "--".
    private static string? UnknownOption(ParseResult parsed) => parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
        ? null
        : parsed.CommandResult.Tokens.Select(token => token.Value).FirstOrDefault(token => token.Length > 1 && token[0] == '-');

    private static string Unknown(string token, Command command)
    {
        var isOption = token.StartsWith('-');
        var words = isOption
            ? command.Parents.OfType<Command>().Append(command).SelectMany(owner => owner.Options).Select(option => option.Name)
            : command.Subcommands.Select(subcommand => subcommand.Name);
        return $"'{VisibleText.Bounded(token)}' is no {(isOption ? "option" : command.Subcommands.Any() ? "command" : "argument")} here.{Suggestion.For(token, words)}";
    }

    private static string Path(ParseResult parsed)
    {
        var names = new List<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Command: not RootCommand } at; result = at.Parent)
        {
            names.Insert(0, at.Command.Name);
        }

        return string.Join(' ', names);
    }
}
