using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MemoryBackup.Cli.Output;

namespace MemoryBackup.Cli.Logging;

/// <summary>For programs: one JSON object a line, with the same message as the text form and every value as a member.</summary>
internal static class JsonLogFormat
{
    private static readonly HashSet<string> Reserved = ["timestamp", "level", "message", "exception"];

    public static string Write(LogLine line)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("timestamp", line.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            writer.WriteString("level", LevelName.Of(line.Level));
            writer.WriteString("message", line.Message);
            WriteFields(writer, [.. line.Fields, .. line.Context]);
            if (line.Error is not null)
            {
                writer.WriteString("exception", line.Error.ToString());
            }

            writer.WriteEndObject();
        }

        // Format characters such as bidirectional overrides are left by the encoder; the visible form is the escape that JSON has for them.
        return VisibleText.Of(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    // The message's own value goes before the run's of the same name.
    private static void WriteFields(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, object?>> fields)
    {
        var written = new HashSet<string>(Reserved);
        foreach (var (name, value) in fields)
        {
            var key = FieldName.Of(name);
            if (written.Add(key))
            {
                writer.WritePropertyName(key);
                WriteValue(writer, value);
            }
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case int or long or short or byte or uint:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case ulong number:
                writer.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(Math.Round(number, 3));
                break;
            case TimeSpan span:
                writer.WriteNumberValue(Math.Round(span.TotalMilliseconds, 3));
                break;
            default:
                writer.WriteStringValue(FieldValue.Of(value));
                break;
        }
    }
}
