namespace MemoryBackup.Cli.Settings;

/// <summary>A label for a machine. It stands in files and logs, never in a path or a ref, but what looks like a way into either is refused all the same.</summary>
internal sealed record HostRule : ValueRule
{
    public const int LengthMax = 255;

    public override string Range => "1 to 255 characters, without control characters, slashes and '..', not blank and not beginning with '-'";

    public override string Placeholder => "LABEL";

    public override string? TryRead(string text) =>
        text.Length <= LengthMax
        && !string.IsNullOrWhiteSpace(text)
        && text[0] != '-'
        && text.IndexOfAny(['/', '\\']) < 0
        && !text.Contains("..", StringComparison.Ordinal)
        && !HasControls(text)
            ? text
            : null;
}
