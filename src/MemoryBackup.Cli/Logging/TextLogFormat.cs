using System.Globalization;
using System.Text;
using MemoryBackup.Cli.Output;

namespace MemoryBackup.Cli.Logging;

/// <summary>For people and <c>grep</c>: <c>2026-11-24T20:15:00.123Z INFO Prepared 3 entries from memory.json host=build-7 elapsed_ms=12</c>.</summary>
internal static class TextLogFormat
{
    public static string Write(LogLine line)
    {
        var text = new StringBuilder();
        text.Append(line.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        text.Append(' ').Append(LevelName.Of(line.Level)).Append(' ').Append(VisibleText.Of(line.Message));
        foreach (var (name, value) in line.Context)
        {
            text.Append(' ').Append(FieldName.Of(name)).Append('=').Append(Quoted(FieldValue.Of(value)));
        }

        if (line.Error is not null)
        {
            foreach (var part in line.Error.ToString().Split('\n'))
            {
                text.Append("\n    ").Append(VisibleText.Of(part.TrimEnd('\r').Replace('\t', ' ')));
            }
        }

        return text.ToString();
    }

    private static string Quoted(string value)
    {
        var visible = VisibleText.Of(value);
        return visible.Length > 0 && visible.IndexOfAny([' ', '"', '=']) < 0 ? visible : $"\"{visible.Replace("\"", "\\\"")}\"";
    }
}
