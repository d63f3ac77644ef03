using MemoryBackup.Cli.Output;
using MemoryBackup.Git;

namespace MemoryBackup.Cli.Settings;

/// <summary>What a setting holds in this run.</summary>
/// <param name="Setting">Which one.</param>
/// <param name="Text">The value as it was written; <see langword="null"/> where the default depends.</param>
/// <param name="Source">The kind of place that it came from.</param>
/// <param name="Origin">That place by name: the flag, the variable, the file's path.</param>
internal sealed record SettingValue(Setting Setting, string? Text, SettingSource Source, string Origin)
{
    /// <summary>The value as it is used; <see langword="null"/> if there is none or it is not allowed.</summary>
    public string? Value => Text is null ? null : Setting.Rule.TryRead(Text);

    public bool IsFault => Text is not null && Value is null;

    /// <summary>The value fit to be shown: without credentials, harmless, bounded.</summary>
    public string? Shown => Text is null ? null : VisibleText.Bounded(Redaction.WithoutCredentials(Value ?? Text));

    /// <exception cref="MemoryBackupException">Exit 2: the value is not allowed.</exception>
    public string? Require() => IsFault ? throw Fault() : Value;

    public MemoryBackupException Fault() => new(
        ExitCode.Usage,
        $"{Setting.Name} (from {Origin}) is '{Shown}', but must be {Setting.Rule.Range}.",
        Source == SettingSource.File ? $"Nothing was done. Correct it with: memory-backup config set {Setting.Name} VALUE" : "Nothing was done.");
}
