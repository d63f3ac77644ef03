namespace MemoryBackup.Cli.Settings;

/// <summary>A path, or the name of a program.</summary>
internal sealed record TextRule(string What) : ValueRule
{
    public const int LengthMax = 4096;

    public override string Range => "1 to 4096 characters without control characters";

    public override string Placeholder => What;

    public override string? TryRead(string text) => text.Length is >= 1 and <= LengthMax && !HasControls(text) ? text : null;
}
