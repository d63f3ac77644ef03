using System.Text.Json.Nodes;
using MemoryBackup.Simulator.Truth;
using MemoryBackup.Sync;

namespace MemoryBackup.Simulator.Histories;

/// <summary>What a store shows and keeps, asked for without a network.</summary>
/// <param name="Text">All of it as text, to be compared.</param>
/// <param name="Facts">Entry → what is shown of it, or kept as an alternative.</param>
internal sealed record StoreMemory(string Text, IReadOnlyDictionary<string, HashSet<Fact>> Facts)
{
    public static async Task<StoreMemory> AskAsync(World world, SimulatedMachine machine)
    {
        var merged = await world.InSessionAsync(machine, session => session.MergeAsync(null, new RunOptions { Offline = true, DryRun = true }));
        var conflicts = (await world.InSessionAsync(machine, session => session.ConflictsAsync(null))).Conflicts;
        var json = System.Text.Encoding.UTF8.GetString(merged.Json.Span);
        var facts = new Dictionary<string, HashSet<Fact>>();
        foreach (var entry in JsonNode.Parse(json)!.AsArray().Select(node => node!.AsObject()))
        {
            entry.Remove("_crdt_metadata");
            facts.Add(UserMemory.Key(entry), UserMemory.FactsOf(entry));
        }

        foreach (var conflict in conflicts)
        {
            facts[conflict.Key].UnionWith(conflict.Values.Where(value => value.Value is not null).Select(value => new Fact(conflict.Key, conflict.Element, value.Value!)));
        }

        var text = json + string.Join('\n', conflicts.Select(conflict => $"{conflict.KeyText} {conflict.Element}: {string.Join(", ", conflict.Values.Select(value => $"{value.Value} {value.UniqueId}"))}"));
        return new StoreMemory(text, facts);
    }

    public HashSet<Fact> Of(string key) => Facts.TryGetValue(key, out var facts) ? facts : [];
}
