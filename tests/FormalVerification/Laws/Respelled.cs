using System.Text.Json;

namespace MemoryBackup.FormalVerification.Laws;

/// <summary>The same JSON value written otherwise: members and sets in another order, numbers spelled anew.</summary>
internal static class Respelled
{
    public static string Of(string json, Random random)
    {
        using var document = JsonDocument.Parse(json);
        return Write(document.RootElement, random);
    }

    private static string Write(JsonElement value, Random random) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(",", Shuffled(value.EnumerateObject().Select(member => $"{JsonSerializer.Serialize(member.Name)}:{Write(member.Value, random)}"), random)) + "}",
        JsonValueKind.Array => "[" + string.Join(",", Items(value, random)) + "]",
        JsonValueKind.Number => Number(value.GetRawText(), random),
        _ => value.GetRawText(),
    };

    private static IEnumerable<string> Items(JsonElement array, Random random)
    {
        var items = array.EnumerateArray().Select(item => Write(item, random)).ToList();
        var isSet = array.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) && items.Distinct().Count() == items.Count;
        return isSet ? Shuffled(items, random) : items;
    }

    // Only spellings that are plainly the same number: another fraction of nothing, another case of the exponent.
    private static string Number(string text, Random random) => (random.Next(3), text.IndexOfAny(['e', 'E']), text.Contains('.', StringComparison.Ordinal)) switch
    {
        (0, < 0, false) => $"{text}.0",
        (1, < 0, _) => $"{text}e0",
        (0, >= 0, _) => text.ToUpperInvariant(),
        _ => text,
    };

    private static string[] Shuffled(IEnumerable<string> items, Random random)
    {
        var shuffled = items.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }
}
