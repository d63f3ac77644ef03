using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MemoryBackup.Generators;

/// <summary>A JSON value as path → text, worked out with nothing of what is tested: the word of section 4 on elements, once more.</summary>
internal static class FlatJson
{
    public static Dictionary<string, string> Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        var flat = new Dictionary<string, string>();
        Add(flat, "", document.RootElement);
        return flat;
    }

    public static bool SaySame(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right) =>
        left.Count == right.Count
        && left.All(element => right.TryGetValue(element.Key, out var other) && SaysSame(element.Value, other));

    /// <summary>Texts of registers: numbers by value, the rest as they stand. Good for the values that the tests make.</summary>
    public static bool SaysSame(string left, string right) =>
        left == right || (Number(left) is { } one && Number(right) is { } two && one == two);

    private static decimal? Number(string text) =>
        text[0] is '-' or (>= '0' and <= '9') && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static void Add(Dictionary<string, string> flat, string path, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            flat.Add(path, "{}");
            foreach (var member in value.EnumerateObject())
            {
                Add(flat, $"{path}/{Escape(member.Name)}", member.Value);
            }
        }
        else if (value.ValueKind == JsonValueKind.Array && IsSet(value))
        {
            flat.Add(path, "[]");
            foreach (var member in value.EnumerateArray())
            {
                flat.Add($"{path}#{Escape(member.GetString()!)}", "true");
            }
        }
        else
        {
            flat.Add(path, value.GetRawText());
        }
    }

    private static bool IsSet(JsonElement array)
    {
        var seen = new HashSet<string>();
        return array.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && seen.Add(item.GetString()!));
    }

    private static string Escape(string step)
    {
        var escaped = new StringBuilder();
        foreach (var character in step)
        {
            escaped.Append(character switch { '~' => "~0", '/' => "~1", '#' => "~2", _ => character.ToString() });
        }

        return escaped.ToString();
    }
}
