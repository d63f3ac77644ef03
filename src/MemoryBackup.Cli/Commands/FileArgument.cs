using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Output;

namespace MemoryBackup.Cli.Commands;

/// <summary>The memory file, as an argument or, as the script has it, with <c>--file</c>.</summary>
internal sealed class FileArgument
{
    private readonly Argument<string?> argument = new("FILE") { Description = "The memory file.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> option = new("--file") { Description = "The same as FILE.", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        command.Add(argument);
        command.Add(option);
    }

    /// <exception cref="MemoryBackupException">Exit 2: none, or two.</exception>
    public string Read(ParseResult parsed)
    {
        var page = $"memory-backup {parsed.CommandResult.Command.Name} --help";
        return (parsed.GetValue(argument), parsed.GetValue(option)) switch
        {
            ({ } one, { } other) when one != other =>
                throw Usage.Wrong($"Two files are named, '{VisibleText.Bounded(one)}' and '{VisibleText.Bounded(other)}'; a run is over one.", page),
            (null, null) => throw Usage.Wrong("No file is named.", page),
            ("", _) or (_, "") => throw Usage.Wrong("The name of the file is empty.", page),
            var (one, other) => one ?? other!,
        };
    }
}
