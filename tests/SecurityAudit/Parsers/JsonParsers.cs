using System.Text.Json;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Sync.Recording;

namespace MemoryBackup.SecurityAudit.Parsers;

/// <summary>JSON: taken exactly if System.Text.Json takes it too, with the same tokens and the same meaning.</summary>
internal static class JsonParsers
{
    private const int DepthMax = 64;

    public static IEnumerable<Parser> All =>
    [
        new("json", CheckValue),
        new("json-scanner", CheckTokens),
        new("entry-key", CheckKey),
        new("script-metadata", CheckScriptMetadata),
    ];

    private static void CheckValue(byte[] input)
    {
        var theirs = ReadByPlatform(input);
        if (TryParse(input) is not { } value)
        {
            Parser.Holds(theirs is null, "what System.Text.Json takes is taken");
            return;
        }

        Parser.Holds(theirs is not null, "what System.Text.Json refuses is refused");
        using (theirs)
        {
            using var canonical = JsonDocument.Parse(value.Utf8);
            Parser.Holds(AreEqual(theirs!.RootElement, canonical.RootElement), "the canonical text says the same");
        }

        Parser.Holds(JsonText.Parse(value.Utf8.Span, DepthMax).Utf8.Span.SequenceEqual(value.Utf8.Span), "the canonical text of canonical text is itself");
        Parser.Holds(value.Utf8.Length <= input.Length, "canonical text is never longer");
        var whole = ElementTree.Compose([.. ElementTree.Decompose(value)]);
        Parser.Holds(JsonNormalForm.Of(whole).AsSpan().SequenceEqual(JsonNormalForm.Of(value)), "what is taken apart says the same when it is put together");
    }

    private static void CheckTokens(byte[] input)
    {
        if (TryParse(input) is null)
        {
            return;
        }

        var theirs = new Utf8JsonReader(input, new JsonReaderOptions { MaxDepth = DepthMax });
        var ours = new JsonScanner(input, DepthMax);
        while (ours.Read())
        {
            Parser.Holds(theirs.Read(), "there are as many tokens");
            Parser.Holds(theirs.TokenStartIndex == ours.Start, "a token starts where it starts");
            Parser.Holds(TokenOf(theirs.TokenType) == ours.Token, "a token is what it is");
        }

        Parser.Holds(!theirs.Read(), "there are as many tokens");
    }

    private static void CheckKey(byte[] input)
    {
        if (TryParse(input) is not { } text)
        {
            return;
        }

        EntryKey key;
        try
        {
            key = EntryKey.Parse(text);
        }
        catch (JsonInvalidException)
        {
            return;
        }

        Parser.Holds(EntryKey.Parse(JsonText.Parse(key.Text)) == key, "a key's text is a key");
        _ = key.Display();
        if (key.TryGetCollection(out var pointer, out var own))
        {
            Parser.Holds(own.In(pointer) == key, "a key in a collection is its own key in that collection");
            Parser.Holds(EntryKey.Parse(JsonText.Parse(own.Text)) == own, "an entry's own key is a key");
        }
    }

    private static void CheckScriptMetadata(byte[] input)
    {
        if (TryParse(input) is { } text)
        {
            _ = ScriptMetadata.Read(text);
        }
    }

    private static JsonText? TryParse(byte[] input)
    {
        try
        {
            return JsonText.Parse(input, DepthMax);
        }
        catch (JsonInvalidException error)
        {
            Parser.Holds(error.Offset >= 0 && error.Offset <= input.Length, "a fault is inside the text");
            return null;
        }
    }

    // System.Text.Json looks at the inside of strings only when it is asked for them.
    private static JsonDocument? ReadByPlatform(byte[] input)
    {
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(input, new JsonDocumentOptions { MaxDepth = DepthMax, AllowDuplicateProperties = false });
            ReadStrings(document.RootElement);
            return document;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            document?.Dispose();
            return null;
        }
    }

    // Exponents of more than nine digits are beyond what System.Text.Json compares.
    private static bool AreEqual(JsonElement left, JsonElement right)
    {
        try
        {
            return JsonElement.DeepEquals(left, right);
        }
        catch (ArgumentOutOfRangeException)
        {
            return true;
        }
    }

    private static void ReadStrings(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                _ = value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    ReadStrings(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    ReadStrings(member.Value);
                }

                break;
        }
    }

    private static JsonToken TokenOf(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => JsonToken.ObjectStart,
        JsonTokenType.EndObject => JsonToken.ObjectEnd,
        JsonTokenType.StartArray => JsonToken.ArrayStart,
        JsonTokenType.EndArray => JsonToken.ArrayEnd,
        JsonTokenType.PropertyName => JsonToken.Name,
        JsonTokenType.String => JsonToken.String,
        JsonTokenType.Number => JsonToken.Number,
        JsonTokenType.True => JsonToken.True,
        JsonTokenType.False => JsonToken.False,
        JsonTokenType.Null => JsonToken.Null,
        _ => JsonToken.None,
    };
}
