using System.Text;

namespace MemoryBackup.Cli.Output;

/// <summary>Rows of text under one another, two spaces apart; the last column runs free.</summary>
internal static class Columns
{
    public static IEnumerable<string> Of(IReadOnlyList<string[]> rows, string indent = "")
    {
        var widths = Enumerable.Range(0, rows.Count == 0 ? 0 : rows.Max(row => row.Length))
            .Select(column => rows.Max(row => column < row.Length - 1 ? row[column].Length : 0))
            .ToArray();
        return rows.Select(row => Line(row, widths, indent));
    }

    private static string Line(string[] row, int[] widths, string indent)
    {
        var line = new StringBuilder(indent);
        for (var column = 0; column < row.Length; column++)
        {
            line.Append(column < row.Length - 1 ? row[column].PadRight(widths[column] + 2) : row[column]);
        }

        return line.ToString().TrimEnd();
    }
}
