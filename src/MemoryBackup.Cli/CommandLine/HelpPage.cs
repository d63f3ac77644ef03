using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Settings;

namespace MemoryBackup.Cli.CommandLine;

/// <summary><c>--help</c>: what the command does, how it is called, its own options first and the common ones after them.</summary>
internal sealed class HelpPage(ProgramRun run, CommonOptions common) : SynchronousCommandLineAction
{
    private const int Width = 100;
    private const int TermWidthMax = 34;

    public override int Invoke(ParseResult parseResult)
    {
        foreach (var line in Lines(parseResult.CommandResult.Command))
        {
            run.Output.Line(line);
        }

        return 0;
    }

    private IEnumerable<string> Lines(Command command)
    {
        foreach (var line in (command.Description ?? "").Split('\n').SelectMany(paragraph => Wrapped(paragraph, Width)))
        {
            yield return line;
        }

        yield return "";
        yield return run.Output.Palette.Bold("Usage");
        foreach (var usage in UsageLines(command))
        {
            yield return "  " + usage;
        }

        var settings = SettingTable.All.ToDictionary(setting => setting.Flag);
        var own = command.Options.Where(option => !common.All.Contains(option) && !option.Hidden && option is not (HelpOption or VersionOption));
        var asking = command.Options.Where(option => option is HelpOption or VersionOption);
        var always = common.All.Where(option => !settings.TryGetValue(option.Name, out var setting) || !setting.IsTuning);
        var tuning = common.All.Where(option => settings.TryGetValue(option.Name, out var setting) && setting.IsTuning);
        List<(string Title, List<(string Term, string Text)> Rows)> sections =
        [
            ("Commands", [.. command.Subcommands.Select(sub => (Call(sub), sub.Description!.Split('\n')[0]))]),
            ("Arguments", [.. command.Arguments.Select(argument => (argument.HelpName ?? argument.Name, argument.Description ?? ""))]),
            ("Options", [.. own.Select(Row)]),
            ("Common options", [.. always.Concat(asking).Select(Row)]),
            ("Limits and tuning", [.. tuning.Select(Row)]),
        ];
        foreach (var (title, rows) in sections.Where(section => section.Rows.Count > 0))
        {
            yield return "";
            yield return run.Output.Palette.Bold(title);
            foreach (var line in rows.SelectMany(row => Described(row.Term, row.Text)))
            {
                yield return line;
            }
        }

        yield return "";
        yield return "Each common option that takes a value can also be set by an environment variable (MEMORY_BACKUP_…)";
        yield return "or in the configuration file: see memory-backup config list.";
        yield return "Exit codes: 0 done, 1 failed, 2 usage, 3 invalid data, 4 limit, 5 remote pending, 6 authentication, 7 name in use.";
    }

    private static IEnumerable<string> UsageLines(Command command) => command is RootCommand
        ?
        [
            "memory-backup COMMAND [options]",
            "memory-backup --backup --file FILE [--host LABEL] [--repo PATH]",
            "memory-backup --merge --output FILE [--repo PATH]",
        ]
        : command.Subcommands.Any()
            ? [.. command.Arguments.Count > 0 ? [$"memory-backup {Call(command)} [options]"] : Array.Empty<string>(), .. command.Subcommands.Select(sub => $"memory-backup {command.Name} {Call(sub)}")]
            : [$"memory-backup {string.Join(' ', command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).Select(parent => parent.Name).Append(Call(command)))} [options]"];

    private static string Call(Command command) =>
        string.Join(' ', command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : argument.Name).Prepend(command.Name));

    private static (string Term, string Text) Row(Option option)
    {
        var names = string.Join(", ", option.Aliases.Where(alias => !alias.StartsWith('/') && alias != "-?").Prepend(option.Name).OrderBy(name => name.Length));
        var setting = SettingTable.Find(option.Name);
        var value = option.HelpName is { } name && option is not (HelpOption or VersionOption) ? " " + name : "";
        var fallback = setting is null ? "" : $" Default: {setting.DefaultText}{(setting.Unit is "" or "attempts" or "levels" ? "" : " " + setting.Unit)}.";
        return (names + value, option.Description + fallback);
    }

    private static IEnumerable<string> Described(string term, string text)
    {
        var lines = Wrapped(text, Width - TermWidthMax - 4).ToList();
        if (term.Length > TermWidthMax)
        {
            yield return "  " + term;
            term = "";
        }

        yield return ("  " + term.PadRight(TermWidthMax + 2) + lines[0]).TrimEnd();
        foreach (var line in lines.Skip(1))
        {
            yield return new string(' ', TermWidthMax + 4) + line;
        }
    }

    private static IEnumerable<string> Wrapped(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        yield return line.ToString();
    }
}
