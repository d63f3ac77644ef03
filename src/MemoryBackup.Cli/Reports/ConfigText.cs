using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Settings;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>config list</c> for people.</summary>
internal static class ConfigText
{
    public static void Write(ResultOutput output, EffectiveSettings settings, IReadOnlyList<string> unknown)
    {
        List<string[]> rows = [["NAME", "VALUE", "FROM"], .. settings.All.Select(Row), .. unknown.Select(name => new[] { VisibleText.Bounded(name), "", "configuration file: no such setting" })];
        foreach (var line in Columns.Of(rows))
        {
            output.Line(line);
        }
    }

    private static string[] Row(SettingValue value) =>
    [
        value.Setting.Name,
        value.Shown ?? $"({value.Setting.DefaultText})",
        VisibleText.Of(value.Origin) + (value.IsFault ? $": not allowed, must be {value.Setting.Rule.Range}" : ""),
    ];
}
