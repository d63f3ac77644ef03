namespace MemoryBackup.Cli.Settings;

/// <summary>One thing that the program can be told by flag, environment variable or configuration file. The rows of <see cref="SettingTable"/>.</summary>
/// <param name="Name">The name in the configuration file: <c>git_timeout_seconds</c>, unit last.</param>
/// <param name="Rule">What it may hold.</param>
/// <param name="Description">What it does, in one sentence.</param>
internal sealed record Setting(string Name, ValueRule Rule, string Description)
{
    /// <summary>The flag: <c>--git-timeout-seconds</c>; the name's words unless a shorter one is older.</summary>
    public string Flag { get => field ?? "--" + Name.Replace('_', '-'); init; }

    /// <summary>The value used if none is set; <see langword="null"/> where it depends, and then <see cref="DefaultText"/> tells on what.</summary>
    public string? Default { get; init; }

    /// <summary>The default in words.</summary>
    public string DefaultText { get => field ?? Default ?? "none"; init; }

    /// <summary>What the number counts; empty for text.</summary>
    public string Unit { get; init; } = "";

    /// <summary>A name from the script that is still understood.</summary>
    public string? ScriptVariable { get; init; }

    /// <summary>Whether help lists it under limits and tuning.</summary>
    public bool IsTuning { get; init; }

    /// <summary>The environment variable.</summary>
    public string Variable => "MEMORY_BACKUP_" + Name.ToUpperInvariant();
}
