using System.Text.Json.Nodes;
using MemoryBackup.Simulator.Truth;

namespace MemoryBackup.Simulator.Histories;

/// <summary>What a memory file says, as a program that uses it reads and writes it.</summary>
internal sealed class UserMemory
{
    private readonly bool isArray;

    private UserMemory(bool isArray, List<JsonObject> entries) => (this.isArray, Entries) = (isArray, entries);

    public List<JsonObject> Entries { get; }

    public static UserMemory Empty(bool isArray) => new(isArray, []);

    /// <exception cref="BrokenPromiseException">The file is torn.</exception>
    public static UserMemory Read(string file, bool isArray)
    {
        if (!File.Exists(file))
        {
            return Empty(isArray);
        }

        var text = File.ReadAllText(file);
        try
        {
            return new UserMemory(isArray, isArray
                ? [.. (text.Trim().Length == 0 ? [] : JsonNode.Parse(text)!.AsArray()).Select(entry => entry!.AsObject())]
                : [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())]);
        }
        catch (Exception torn) when (torn is System.Text.Json.JsonException or InvalidOperationException)
        {
            throw new BrokenPromiseException($"{file} is torn:\n{text}", torn);
        }
    }

    public override string ToString() => isArray
        ? $"[{string.Join(",", Entries.Select(entry => "\n  " + entry.ToJsonString()))}\n]\n"
        : string.Concat(Entries.Select(entry => entry.ToJsonString() + "\n"));

    /// <summary>The facts by entry.</summary>
    public Dictionary<string, HashSet<Fact>> Facts() => Entries.ToDictionary(entry => Key(entry), FactsOf);

    public JsonObject? Find(string key) => Entries.Find(entry => Key(entry) == key);

    public static string Key(JsonObject entry) => entry["id"]!.GetValue<string>();

    public static HashSet<Fact> FactsOf(JsonObject entry)
    {
        var key = Key(entry);
        var facts = new HashSet<Fact>();
        foreach (var (name, value) in entry)
        {
            if (value is JsonArray tags)
            {
                facts.UnionWith(tags.Select(tag => new Fact(key, $"/{name}#{tag!.GetValue<string>()}", "true")));
            }
            else
            {
                facts.Add(new Fact(key, $"/{name}", value!.ToJsonString()));
            }
        }

        return facts;
    }
}
