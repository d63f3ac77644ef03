using System.Text.RegularExpressions;

namespace MemoryBackup.Git;

/// <summary>Reads what <c>git fsck</c> writes: one finding a line, missing objects to standard output and damage to standard error.</summary>
internal static partial class FsckOutput
{
    // Bits of the exit code (builtin/fsck.c): what was found. Anything above, such as 128, is a check that was given up.
    private const int ExitCodeMax = 63;

    public static ObjectCheck Parse(int exitCode, string output, string error)
    {
        var missing = new List<MissingObject>();
        var files = new SortedSet<string>(StringComparer.Ordinal);
        var others = new List<string>();
        foreach (var line in Lines(output))
        {
            if (Missing().Match(line) is { Success: true } match && ObjectId.TryParse(match.Groups[2].Value, out var id))
            {
                missing.Add(new(id, match.Groups[1].Value));
            }
        }

        foreach (var line in Lines(error).Where(IsError))
        {
            var named = File().Match(line);
            if (named.Success)
            {
                files.Add(named.Value);
            }
            else if (!IsConsequence(line))
            {
                others.Add(Redaction.Clean(line));
            }
        }

        return new(
            [.. missing.DistinctBy(found => found.Id)],
            [.. files],
            [.. others.Distinct()],
            IsComplete: exitCode <= ExitCodeMax);
    }

    private static IEnumerable<string> Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsError(string line) =>
        line.StartsWith("error", StringComparison.Ordinal) || line.StartsWith("fatal", StringComparison.Ordinal) || line.StartsWith("bad ", StringComparison.Ordinal);

    // Said again of each object that refers to what is missing or damaged, and of refs, which are looked at by whoever owns them.
    private static bool IsConsequence(string line) =>
        line.StartsWith("error: Could not read ", StringComparison.Ordinal)
        || line.StartsWith("error: failed to read delta base", StringComparison.Ordinal)
        || line.Contains("invalid sha1 pointer", StringComparison.Ordinal);

    [GeneratedRegex(@"^missing (commit|tree|blob|tag|unknown) ([0-9a-f]{40,64})$")]
    private static partial Regex Missing();

    [GeneratedRegex(@"objects/(?:[0-9a-f]{2}/[0-9a-f]{38,62}|pack/pack-[0-9a-f]{40,64}\.(?:pack|idx|rev|bitmap)|pack/multi-pack-index)")]
    private static partial Regex File();
}
