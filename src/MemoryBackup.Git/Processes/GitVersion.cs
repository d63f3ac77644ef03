using System.Globalization;
using System.Text.RegularExpressions;

namespace MemoryBackup.Git;

/// <summary>A version of Git; what vendors put behind the third number is left out.</summary>
public sealed partial record GitVersion(int Major, int Minor, int Patch) : IComparable<GitVersion>
{
    /// <summary>The oldest that will do: the first with <c>core.fsync</c>, without which a ref is not on disk when Git says so.</summary>
    public static GitVersion Required { get; } = new(2, 36, 0);

    /// <summary>Reads the output of <c>git version</c>: <c>git version 2.39.5 (Apple Git-154)</c>; null if it is none.</summary>
    public static GitVersion? TryParse(string text) =>
        Form().Match(text) is { Success: true } match
        && int.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var major)
        && int.TryParse(match.Groups[2].Value, CultureInfo.InvariantCulture, out var minor)
            ? new(major, minor, int.TryParse(match.Groups[3].Value, CultureInfo.InvariantCulture, out var patch) ? patch : 0)
            : null;

    public int CompareTo(GitVersion? other) =>
        other is null ? 1 : (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");

    [GeneratedRegex(@"^git version ([0-9]{1,6})\.([0-9]{1,6})(?:\.([0-9]{1,6}))?")]
    private static partial Regex Form();
}
