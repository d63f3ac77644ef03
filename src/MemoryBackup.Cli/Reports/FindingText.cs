using MemoryBackup.Cli.Output;
using MemoryBackup.Store.Verifying;

namespace MemoryBackup.Cli.Reports;

/// <summary>Findings for people: what and where, then what it means, then what to do.</summary>
internal static class FindingText
{
    private const int LengthMax = 1000;

    public static IEnumerable<string> Lines(Finding finding, Palette palette)
    {
        var word = FindingJson.Word(finding.Severity);
        var coloured = finding.Severity switch
        {
            Severity.Error => palette.Red(word),
            Severity.Warning => palette.Yellow(word),
            _ => palette.Dim(word),
        };
        yield return $"{coloured} {finding.Code}: {VisibleText.Bounded(finding.Message, LengthMax)}";
        if (finding.Place.ToString() is { Length: > 0 } place)
        {
            yield return $"  Where: {VisibleText.Bounded(place, LengthMax)}";
        }

        if (finding.Meaning.Length > 0)
        {
            yield return $"  {VisibleText.Bounded(finding.Meaning, LengthMax)}";
        }

        if (finding.Remedy.Length > 0)
        {
            yield return $"  To do: {VisibleText.Bounded(finding.Remedy, LengthMax)}";
        }
    }

    /// <summary><c>2 errors, 1 note</c>; <c>nothing wrong</c> for none.</summary>
    public static string Count(IReadOnlyList<Finding> findings) => findings.Count == 0
        ? "nothing wrong"
        : string.Join(", ", findings.GroupBy(finding => finding.Severity).OrderByDescending(group => group.Key).Select(group => Output.Count.Of(group.Count(), FindingJson.Word(group.Key))));
}
