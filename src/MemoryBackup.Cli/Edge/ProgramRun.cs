using System.CommandLine;
using MemoryBackup.Cli.Environment;
using MemoryBackup.Cli.Logging;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Settings;
using Microsoft.Extensions.Logging;

namespace MemoryBackup.Cli.Edge;

/// <summary>One run of the program: where it writes, what it was told, and its log from the moment when the settings are known.</summary>
internal sealed class ProgramRun : IDisposable
{
    private LogFile? file;
    private EffectiveSettings? settings;

    public ProgramRun(Surroundings around, bool isJson)
    {
        Around = around;
        IsJson = isJson;
        var wantsColour = around.Variable("NO_COLOR") is null && around.Variable("TERM") != "dumb";
        Output = new(around.Output, around.OutputIsTerminal, new(around.OutputIsTerminal && wantsColour));
        Errors = new(around.Error, around.ErrorIsTerminal, new(around.ErrorIsTerminal && wantsColour));
    }

    public Surroundings Around { get; }

    public ResultOutput Output { get; }

    public ErrorOutput Errors { get; }

    /// <summary>Whether results and failures are written as JSON.</summary>
    public bool IsJson { get; }

    /// <summary>Whether only what went wrong is told, and results that were asked for.</summary>
    public bool IsQuiet { get; private set; }

    /// <summary>The log; <see langword="null"/> until the settings are known.</summary>
    public RunLog? Log { get; private set; }

    /// <summary>Whether the log shares standard error with the messages for people.</summary>
    public bool LogsToStandardError => file is null;

    public bool LogsJson { get; private set; }

    /// <summary>Whether this is the script's command line, whose operators read its log.</summary>
    public bool IsScriptForm { get; private set; }

    public EffectiveSettings Settings => settings ?? throw new InvalidOperationException("The settings are not read yet.");

    /// <summary>Shows a result in the form that was asked for.</summary>
    /// <param name="json">Writes it as JSON.</param>
    /// <param name="text">Writes it for people.</param>
    public void Show(Action<System.Text.Json.Utf8JsonWriter> json, Action text)
    {
        if (IsJson)
        {
            Output.Json(json);
        }
        else
        {
            text();
        }
    }

    /// <summary>Reads and checks the settings, and opens the log.</summary>
    /// <param name="flags">The command line.</param>
    /// <param name="options">The options that every command has.</param>
    /// <param name="isScriptForm">Whether the script's defaults hold.</param>
    /// <param name="context">What the log says on every line beside the host.</param>
    /// <exception cref="MemoryBackupException">Exit 2.</exception>
    public void Open(ParseResult flags, CommandLine.CommonOptions options, bool isScriptForm, params KeyValuePair<string, object?>[] context) =>
        Open(flags, setting => options.Text(flags, setting), options, isScriptForm, context);

    /// <inheritdoc cref="Open(ParseResult, CommandLine.CommonOptions, bool, KeyValuePair{string, object?}[])"/>
    /// <param name="flags">The command line.</param>
    /// <param name="flag">What it says about a setting; <see langword="null"/> for nothing.</param>
    /// <param name="options">The options that every command has.</param>
    /// <param name="isScriptForm">Whether the script's defaults hold.</param>
    /// <param name="context">What the log says on every line beside the host.</param>
    public void Open(ParseResult flags, Func<Setting, string?> flag, CommandLine.CommonOptions options, bool isScriptForm, params KeyValuePair<string, object?>[] context)
    {
        settings = EffectiveSettings.Of(flag, Around, ConfigurationFile.Require(Around));
        settings.RequireAll();
        (IsScriptForm, IsQuiet) = (isScriptForm, flags.GetValue(options.Quiet));
        var level = LogLevelOf(settings, flags.GetValue(options.Verbose));
        LogsJson = settings.Text(SettingTable.LogFormat) == "json";
        if (settings.Text(SettingTable.LogFile) is { } path)
        {
            file = LogFile.Open(Path.GetFullPath(path, Around.CurrentFolder), settings[SettingTable.LogFile], Errors.Line);
        }

        var host = settings.Text(SettingTable.HostId) ?? Around.HostName;
        Log = new(
            level, LogsJson ? JsonLogFormat.Write : TextLogFormat.Write, Around.Time, file is null ? Errors.Line : file.Line, [new("host", host), .. context]);
    }

    public void Dispose() => file?.Dispose();

    // A flag goes before everything else; of flags, --log-level says it most exactly.
    private LogLevel LogLevelOf(EffectiveSettings told, bool isVerbose)
    {
        var setting = told[SettingTable.LogLevel];
        return setting.Source == SettingSource.Flag ? LevelName.Parse(setting.Value!)
            : IsQuiet ? LogLevel.Error
            : isVerbose ? LogLevel.Information
            : setting.Value is { } name ? LevelName.Parse(name)
            : IsScriptForm ? LogLevel.Information
            : LogLevel.Warning;
    }
}
