using MemoryBackup.Store.Format;

namespace MemoryBackup.Cli.Settings;

/// <summary>The name of a space.</summary>
internal sealed record SpaceRule : ValueRule
{
    public override string Range => "1 to 64 lower-case letters, digits, '-' and '_', beginning with a letter or a digit";

    public override string Placeholder => "NAME";

    public override string? TryRead(string text) => SpaceName.IsValid(text) ? text : null;
}
