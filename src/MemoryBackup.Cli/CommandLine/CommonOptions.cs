using System.CommandLine;
using MemoryBackup.Cli.Settings;

namespace MemoryBackup.Cli.CommandLine;

/// <summary>The options that every command has: one for each setting, and how results are told.</summary>
internal sealed class CommonOptions
{
    private readonly Dictionary<Setting, Option<string?>> settings = SettingTable.All.ToDictionary(setting => setting, OptionOf);

    public Option<bool> Json { get; } = new("--json") { Description = "Write the result, or the error, as one JSON object.", Recursive = true };

    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Tell only what went wrong.", Recursive = true };

    public Option<bool> Verbose { get; } = new("--verbose", "-v") { Description = "Log each step (level INFO).", Recursive = true };

    /// <summary>The options in the order of help.</summary>
    public IEnumerable<Option> All => [.. SettingTable.All.Select(setting => settings[setting]), Json, Quiet, Verbose];

    /// <summary>What a flag says about a setting, unchecked; <see langword="null"/> if it is not there.</summary>
    public string? Text(ParseResult parsed, Setting setting) =>
        parsed.GetResult(settings[setting]) is { Implicit: false } found ? found.Tokens.Count > 0 ? found.Tokens[^1].Value : "true" : null;

    // Read as text whatever the kind, so that a bad value is told in the same words wherever it comes from.
    private static Option<string?> OptionOf(Setting setting) => new(setting.Flag)
    {
        Description = setting.Description,
        HelpName = setting.Rule.Placeholder,
        Arity = setting.Rule is YesNoRule ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
        Recursive = true,
    };
}
