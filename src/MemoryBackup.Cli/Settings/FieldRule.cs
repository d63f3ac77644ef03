namespace MemoryBackup.Cli.Settings;

/// <summary>The name of a field in an entry.</summary>
internal sealed record FieldRule : ValueRule
{
    public const int LengthMax = 255;

    public override string Range => "the name of a field: 1 to 255 characters without control characters";

    public override string Placeholder => "FIELD";

    public override string? TryRead(string text) => text.Length is >= 1 and <= LengthMax && !HasControls(text) ? text : null;
}
