using System.Globalization;
using System.Text.Json.Nodes;

namespace MemoryBackup.Simulator.Histories;

/// <summary>Random changes that a program makes to its memory. Nearly every value is new, so that a value tells who wrote it.</summary>
internal sealed class Writer(Random random, string prefix)
{
    private static readonly string[] Fields = ["a", "b", "c"];

    // Few enough that two writers say the same now and then.
    private static readonly string[] Common = ["yes", "no"];
    private int count;

    /// <summary>Changes an entry, adds one, or deletes one.</summary>
    /// <param name="memory">The memory as it was loaded.</param>
    /// <param name="gone">Keys that were there once: now and then one is used again.</param>
    public void Change(UserMemory memory, IReadOnlyList<string> gone)
    {
        var roll = random.Next(10);
        if (roll < 3 || memory.Entries.Count < 2)
        {
            var again = gone.Count > 0 && random.Next(8) == 0 ? gone[random.Next(gone.Count)] : null;
            Add(memory, again is not null && memory.Find(again) is null ? again : $"e{Next()}");
        }
        else if (roll < 9)
        {
            Edit(memory.Entries[random.Next(memory.Entries.Count)]);
        }
        else
        {
            memory.Entries.RemoveAt(random.Next(memory.Entries.Count));
        }
    }

    public void Add(UserMemory memory, string key)
    {
        var entry = new JsonObject { ["id"] = key };
        foreach (var field in Fields.Where(_ => random.Next(2) == 0))
        {
            entry[field] = Value();
        }

        entry["tags"] = new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => (JsonNode)$"t{Next()}")]);
        memory.Entries.Add(entry);
    }

    private void Edit(JsonObject entry)
    {
        var tags = entry["tags"] as JsonArray;
        switch (random.Next(6))
        {
            case 0 when tags is { Count: > 0 }:
                tags.RemoveAt(random.Next(tags.Count));
                break;
            case 1 or 2 when tags is not null:
                tags.Insert(random.Next(tags.Count + 1), (JsonNode)$"t{Next()}");
                break;
            case 3 when Fields.FirstOrDefault(field => entry.ContainsKey(field)) is { } field:
                entry.Remove(field);
                break;
            default:
                entry[Fields[random.Next(Fields.Length)]] = Value();
                break;
        }
    }

    private string Value() => random.Next(12) == 0 ? Common[random.Next(Common.Length)] : $"v{Next()}";

    private string Next() => string.Create(CultureInfo.InvariantCulture, $"{prefix}.{count++}");
}
