using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using MemoryBackup.Crdt;

namespace MemoryBackup.Store.Format;

/// <summary>What the small JSON files of the store have in common.</summary>
internal static class StoredJson
{
    // Others choose names of any length, and what is said of them is kept.
    private const int NameLengthShown = 40;

    // Of so few each is compared with all before it, in place of making a set of texts.
    private const int FewNames = 8;

    // The relaxed encoder leaves host labels and paths readable; nothing of the store is ever put into a page.
    public static JsonWriterOptions WriterOptions { get; } = new()
    {
        Indented = true,
        IndentSize = 2,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="StateInvalidException">The bytes are not what the reader expects.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> bytes, string name, Func<JsonElement, T> read)
    {
        try
        {
            if (!Utf8.IsValid(bytes.Span))
            {
                throw new FormatException("it is not in UTF-8");
            }

            using var document = JsonDocument.Parse(bytes);
            RefuseRepeatedNames(document.RootElement);
            return read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new StateInvalidException($"{name} is not as the format says: {error.Message.TrimEnd('.')}", error);
        }
    }

    // The parser would do it, and draws a random number for that from the platform's cryptography, which takes as long to load as a run with nothing new (Git, Digest).
    private static void RefuseRepeatedNames(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray())
            {
                RefuseRepeatedNames(item);
            }
        }
        else if (json.ValueKind == JsonValueKind.Object)
        {
            var names = json.GetPropertyCount() > FewNames ? new HashSet<string>(StringComparer.Ordinal) : null;
            var position = 0;
            foreach (var member in json.EnumerateObject())
            {
                if (names is null ? IsAmongFirst(position++, json, member) : !names.Add(member.Name))
                {
                    throw new FormatException($"{(member.Name.Length <= NameLengthShown ? member.Name : member.Name[..NameLengthShown] + "…")} stands there twice");
                }

                RefuseRepeatedNames(member.Value);
            }
        }
    }

    private static bool IsAmongFirst(int count, JsonElement json, JsonProperty member)
    {
        var written = JsonMarshal.GetRawUtf8PropertyName(member);
        var name = written.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(member.Name) : written;
        var before = json.EnumerateObject();
        while (count-- > 0 && before.MoveNext())
        {
            if (before.Current.NameEquals(name))
            {
                return true;
            }
        }

        return false;
    }

    public static void WriteSequences(Utf8JsonWriter json, string name, IReadOnlyDictionary<Actor, long> sequences)
    {
        json.WriteStartObject(name);
        foreach (var (actor, sequence) in sequences.OrderBy(pair => pair.Key))
        {
            json.WriteNumber(actor.ToString(), sequence);
        }

        json.WriteEndObject();
    }

    public static void WriteDots(Utf8JsonWriter json, string name, DotSet dots)
    {
        json.WriteStartObject(name);
        foreach (var actor in dots.Actors)
        {
            json.WriteString(actor.ToString(), dots.Text(actor));
        }

        json.WriteEndObject();
    }

    public static void WriteMap<T>(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, T> map, Action<string, T> write)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            write(key, value);
        }

        json.WriteEndObject();
    }

    public static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    public static string Text(this JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    public static string? TextOrNull(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() : null;

    public static IReadOnlyList<string> Texts(this JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(text => text.GetString() ?? throw new FormatException($"{name} holds null"))];

    public static IReadOnlyDictionary<Actor, long> Sequences(this JsonElement json, string name) =>
        json.GetProperty(name).EnumerateObject().ToDictionary(pair => Actor(pair.Name), pair => Sequence(pair.Value.GetInt64()));

    public static DotSet Dots(this JsonElement json, string name) =>
        DotSet.TryParse(json.GetProperty(name).EnumerateObject().Select(pair => KeyValuePair.Create(Actor(pair.Name), pair.Value.GetString() ?? "")), out var dots)
            ? dots
            : throw new FormatException($"{name} is no set of dots");

    /// <summary>Reads an actor of a replica.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Actor Actor(string text) =>
        Crdt.Actor.TryParse(text, out var actor) && ReplicaId.IsValid(actor.Replica) ? actor : throw new FormatException($"{text} is no actor");

    /// <summary>A sequence number: 1 and up, and each has a next one.</summary>
    /// <exception cref="FormatException">It is out of range.</exception>
    public static long Sequence(long number) =>
        number is > 0 and < long.MaxValue ? number : throw new FormatException("a sequence number is not in range");
}
