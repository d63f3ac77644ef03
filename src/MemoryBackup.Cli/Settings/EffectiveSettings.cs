using System.Globalization;
using MemoryBackup.Cli.Environment;
using MemoryBackup.Git;
using MemoryBackup.Sync;

namespace MemoryBackup.Cli.Settings;

/// <summary>What every setting holds in this run: flag before environment variable before configuration file before default.</summary>
internal sealed class EffectiveSettings
{
    private readonly Dictionary<Setting, SettingValue> values;

    private EffectiveSettings(Dictionary<Setting, SettingValue> values) => this.values = values;

    public SettingValue this[Setting setting] => values[setting];

    /// <summary>All values, in the table's order; none is checked yet.</summary>
    public IEnumerable<SettingValue> All => SettingTable.All.Select(setting => values[setting]);

    public static EffectiveSettings Of(Func<Setting, string?> flag, Surroundings around, ConfigurationFile file) =>
        new(SettingTable.All.ToDictionary(setting => setting, setting => Find(setting, flag, around, file)));

    /// <exception cref="MemoryBackupException">Exit 2: a value is not allowed. The first such one, in the table's order.</exception>
    public void RequireAll()
    {
        foreach (var value in All)
        {
            value.Require();
        }
    }

    public string? Text(Setting setting) => values[setting].Require();

    public int Number(Setting setting) => int.Parse(values[setting].Require()!, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The settings as the engine takes them.</summary>
    public RunSettings ToRunSettings(Surroundings around) => new()
    {
        Host = Text(SettingTable.HostId) ?? around.HostName,
        Space = Text(SettingTable.Space)!,
        Remote = Text(SettingTable.Remote) is { } remote ? RemoteAddress.Absolute(remote, around.CurrentFolder) : null,
        Git = new GitOptions
        {
            Program = Text(SettingTable.GitProgram)!,
            Timeout = TimeSpan.FromSeconds(Number(SettingTable.GitTimeout)),
            Attempts = Number(SettingTable.GitAttempts),
            RetryDelay = TimeSpan.FromMilliseconds(Number(SettingTable.GitRetryDelay)),
        },
        ClockDriftMax = TimeSpan.FromSeconds(Number(SettingTable.ClockDrift)),
        GuardEntries = Number(SettingTable.GuardEntries),
        GuardShare = Number(SettingTable.GuardPercent) / 100.0,
        SettleTime = TimeSpan.FromMilliseconds(Number(SettingTable.Settle)),
        LockTimeout = TimeSpan.FromSeconds(Number(SettingTable.LockTimeout)),
        RefuseHardLinks = Text(SettingTable.RefuseHardLinks) == "true",
        MemoryMegabytesMax = Number(SettingTable.MaxMemory),
        EntriesMax = Number(SettingTable.MaxEntries),
        FileBytesMax = (long)Number(SettingTable.MaxFile) << 20,
        EntryBytesMax = (long)Number(SettingTable.MaxEntry) << 20,
        DepthMax = Number(SettingTable.MaxDepth),
        RefsMax = Number(SettingTable.MaxRefs),
        UnpackedBytesMax = (long)Number(SettingTable.Cache) << 20,
        LargeMergeEntries = Number(SettingTable.LargeMerge),
    };

    private static SettingValue Find(Setting setting, Func<Setting, string?> flag, Surroundings around, ConfigurationFile file)
    {
        if (flag(setting) is { } given)
        {
            return new(setting, given, SettingSource.Flag, setting.Flag);
        }

        string?[] variables = [setting.Variable, setting.ScriptVariable];
        foreach (var name in variables)
        {
            if (name is not null && around.Variable(name) is { } value)
            {
                return new(setting, value, SettingSource.Variable, name);
            }
        }

        return file.Values.TryGetValue(setting.Name, out var configured)
            ? new(setting, configured, SettingSource.File, file.Path)
            : new(setting, setting.Default, SettingSource.Default, "default");
    }
}
