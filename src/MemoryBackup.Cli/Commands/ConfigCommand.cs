using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Cli.Settings;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>config [list|get KEY|set KEY VALUE|unset KEY|path]</c>. Opens neither store nor log, so that it works while a setting is wrong.</summary>
internal static class ConfigCommand
{
    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command("config", "Show and change the settings.");
        command.Add(ListCommand());
        command.Add(GetCommand());
        command.Add(SetCommand());
        command.Add(UnsetCommand());
        command.Add(PathCommand());
        command.SetAction(List);
        return command;

        Command ListCommand()
        {
            var list = new Command("list", "Show every setting, its value, and where that comes from.");
            list.SetAction(List);
            return list;
        }

        Command GetCommand()
        {
            var get = new Command("get", "Show the value of one setting.");
            var key = Key(get);
            get.SetAction(parsed => Get(parsed, Require(parsed.GetValue(key)!)));
            return get;
        }

        Command SetCommand()
        {
            var set = new Command("set", "Write a setting into the configuration file.");
            var key = Key(set);
            var value = new Argument<string>("VALUE") { Description = "The value." };
            set.Add(value);
            set.SetAction(parsed => Set(Require(parsed.GetValue(key)!), parsed.GetValue(value)!));
            return set;
        }

        Command UnsetCommand()
        {
            var unset = new Command("unset", "Remove a setting from the configuration file.");
            var key = Key(unset);
            unset.SetAction(parsed => Unset(parsed.GetValue(key)!));
            return unset;
        }

        Command PathCommand()
        {
            var path = new Command("path", "Show where the configuration file is.");
            path.SetAction(_ => Show(ConfigurationFile.PathIn(run.Around), "path"));
            return path;
        }

        EffectiveSettings Settings(ParseResult parsed) =>
            EffectiveSettings.Of(setting => common.Text(parsed, setting), run.Around, ConfigurationFile.Read(run.Around));

        int List(ParseResult parsed)
        {
            var file = ConfigurationFile.Read(run.Around);
            var settings = Settings(parsed);
            var unknown = file.Values.Keys.Where(name => SettingTable.All.All(setting => setting.Name != name)).ToList();
            run.Show(writer => ConfigJson.Write(writer, file.Path, settings, unknown), () => ConfigText.Write(run.Output, settings, unknown));

            return (int)(settings.All.Any(value => value.IsFault) || unknown.Count > 0 ? ExitCode.Usage : ExitCode.Done);
        }

        int Get(ParseResult parsed, Setting setting) => Show(Settings(parsed).Text(setting) ?? "", setting.Name);

        int Set(Setting setting, string text)
        {
            var file = ConfigurationFile.Read(run.Around);
            var value = new SettingValue(setting, text, SettingSource.Flag, "the command line").Require()!;
            ConfigurationWriter.Write(file.With(setting.Name, value));
            return Show(value, setting.Name);
        }

        int Unset(string key)
        {
            var file = ConfigurationFile.Read(run.Around);
            var name = file.Values.ContainsKey(key) ? key : Require(key).Name;
            if (file.Values.ContainsKey(name))
            {
                ConfigurationWriter.Write(file.With(name, null));
            }

            return (int)ExitCode.Done;
        }

        int Show(string value, string name)
        {
            if (run.IsJson)
            {
                run.Output.Json(writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString(name, value);
                    writer.WriteEndObject();
                });
            }
            else
            {
                run.Output.Line(VisibleText.Of(value));
            }

            return (int)ExitCode.Done;
        }
    }

    private static Argument<string> Key(Command command)
    {
        var key = new Argument<string>("KEY") { Description = "The setting, by name or flag." };
        command.Add(key);
        return key;
    }

    private static Setting Require(string name) => SettingTable.Find(name) ?? throw new MemoryBackupException(
        ExitCode.Usage,
        $"'{VisibleText.Bounded(name)}' is no setting.{Suggestion.For(name, SettingTable.All.Select(setting => setting.Name))}",
        "Nothing was done. See: memory-backup config list");
}
