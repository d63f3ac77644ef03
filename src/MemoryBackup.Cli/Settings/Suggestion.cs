namespace MemoryBackup.Cli.Settings;

/// <summary>The known word that a mistyped one was probably meant to be.</summary>
internal static class Suggestion
{
    private const int LengthMax = 64;

    /// <summary><c> Did you mean 'backup'?</c>, or nothing if no word is close.</summary>
    public static string For(string typed, IEnumerable<string> words)
    {
        if (typed.Length > LengthMax)
        {
            return "";
        }

        var (best, distance) = words.Select(word => (word, Distance(typed, word))).DefaultIfEmpty().MinBy(candidate => candidate.Item2);
        return best is not null && distance <= Math.Max(1, (best.Length + 1) / 3) ? $" Did you mean '{best}'?" : "";
    }

    // Levenshtein: insertions, deletions and replacements of one character.
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
