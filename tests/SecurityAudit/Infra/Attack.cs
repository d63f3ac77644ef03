using System.Globalization;
using ProductionScenarios.Infra;

namespace MemoryBackup.SecurityAudit.Infra;

/// <summary>What has to hold however the program was attacked.</summary>
internal static class Attack
{
    /// <summary>It ended with a documented exit code, knew what went wrong, and wrote nothing that steers a terminal.</summary>
    public static Outcome ShouldBeHarmless(this Outcome outcome, string what)
    {
        outcome.ExitCode.ShouldBeInRange(0, 7, $"{what}\n{outcome.Error}");
        outcome.Error.ShouldNotContain("fault of this program", Case.Sensitive, what);
        outcome.Error.ShouldNotContain("Unhandled exception", Case.Sensitive, what);
        outcome.Output.ShouldBeFitForATerminal(what);
        outcome.Error.ShouldBeFitForATerminal(what);
        return outcome;
    }

    public static void ShouldBeFitForATerminal(this string text, string what)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            var steers = rune.Value != '\n' && System.Text.Rune.GetUnicodeCategory(rune) is
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            steers.ShouldBeFalse(string.Create(CultureInfo.InvariantCulture, $"U+{rune.Value:X4} reached a terminal: {what}\n{text.Replace("\u001b", "<ESC>", StringComparison.Ordinal)}"));
        }
    }
}
