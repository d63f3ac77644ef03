namespace MemoryBackup.Cli.Settings;

/// <summary>One thing that the program can be told by flag, environment variable or configuration file. The rows of <see cref="SettingTable"/>.</summary>
internal sealed record Setting
{
    /// <summary>The name in the configuration file: <c>git_timeout_seconds</c>, unit last.</summary>
    public required string Name { get; init; }

    /// <summary>The flag: <c>--git-timeout-seconds</c>.</summary>
    public required string Flag { get; init; }

    public required ValueRule Rule { get; init; }

    /// <summary>The value used if none is set; <see langword="null"/> where it depends, and then <see cref="DefaultText"/> tells on what.</summary>
    public string? Default { get; init; }

    /// <summary>The default in words.</summary>
    public string DefaultText { get => field ?? Default ?? "none"; init; }

    /// <summary>What the number counts; empty for text.</summary>
    public string Unit { get; init; } = "";

    /// <summary>What it does, in one sentence.</summary>
    public required string Description { get; init; }

    /// <summary>A name from the script that is still understood.</summary>
    public string? ScriptVariable { get; init; }

    /// <summary>Whether help lists it under limits and tuning.</summary>
    public bool IsTuning { get; init; }

    /// <summary>The environment variable.</summary>
    public string Variable => "MEMORY_BACKUP_" + Name.ToUpperInvariant();
}
