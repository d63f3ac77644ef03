using System.Globalization;

namespace MemoryBackup.Cli.Settings;

/// <summary>A whole number within bounds, written in digits alone.</summary>
internal sealed record WholeNumberRule(long Min, long Max) : ValueRule
{
    public override string Range => string.Create(CultureInfo.InvariantCulture, $"a whole number from {Min} to {Max}");

    public override string Placeholder => "NUMBER";

    public override string? TryRead(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= Min && number <= Max
            ? number.ToString(CultureInfo.InvariantCulture)
            : null;
}
