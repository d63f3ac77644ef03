namespace MemoryBackup.Cli.Settings;

/// <summary>Yes or no, as <c>true</c> or <c>false</c>.</summary>
internal sealed record YesNoRule : ValueRule
{
    public override string Range => "true or false";

    public override string Placeholder => "[true|false]";

    public override string? TryRead(string text) => text.ToLowerInvariant() switch
    {
        "true" or "yes" or "1" or "on" => "true",
        "false" or "no" or "0" or "off" => "false",
        _ => null,
    };
}
