using System.Text.Json;
using MemoryBackup.Sync.Reports;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>Three machines edit, add, delete, settle and sync in any order; one of them goes wrong for a while, and what it wrote then is taken back.</summary>
/// <remarks>What goes wrong writes texts that begin with <c>bad</c>, so that whatever of them is seen afterwards is known for what it is.</remarks>
public sealed class RevertSimulationTests : IDisposable
{
    private const int Steps = 16;
    private readonly Party party = new();
    private int written = 10;

    public void Dispose() => party.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task What_one_wrote_in_a_time_is_gone_and_everything_else_is_there(int seed)
    {
        var random = new Random(seed);
        var name = $"seed {seed}";
        await party.WritesAsync(party.Ada, [.. Enumerable.Range(0, 5).Select(i => $$"""{"id":{{i}},"t":"first","tags":["x"]}""")]);
        await party.MeetAsync();
        await PlayAsync(random, goesWrong: false);
        await party.MeetAsync();
        var since = party.Pass();
        await PlayAsync(random, goesWrong: true);
        await party.Eve.SyncAsync(new RunOptions { AcceptDeletes = true });
        var until = party.Pass();
        await PlayAsync(random, goesWrong: false, onlyOthers: true);
        await party.MeetAsync();

        // Somebody edits what is there now, and nobody hears of it before the revert.
        await PlayAsync(random, goesWrong: false, onlyOthers: true, offline: true);
        await party.Ada.SyncAsync(new RunOptions { AcceptDeletes = true });
        party.Pass();
        var request = new RevertRequest { Writer = "eve", Since = since, Until = until, AcceptDeletes = true };
        var before = await MemoryAsync();
        var touched = (await party.Ada.HistoryAsync(options: new() { Host = "eve", Since = since })).Events
            .Where(happened => string.CompareOrdinal(happened.Timestamp, Crdt.Stamp.At(until).ToString()) <= 0).Select(happened => happened.KeyText).ToHashSet();
        var report = await party.Ada.RevertAsync(request);
        report.ExitCode.ShouldBe(ExitCode.Done, name);
        report.Changes.ShouldNotBeEmpty(name);
        report.Changes.ShouldAllBe(change => touched.Contains(change.KeyText), name);

        var after = await MemoryAsync();
        Bad(after).ShouldBeEmpty(name);
        foreach (var (key, text) in before.Entries.Where(entry => !touched.Contains(entry.Key)))
        {
            after.Entries[key].ShouldBe(text, name);
        }

        // A value that somebody else made is still shown, or stands beside what is.
        before.Values.Where(value => !value.Text.StartsWith("\"bad", StringComparison.Ordinal) && !value.Text.StartsWith("#bad", StringComparison.Ordinal))
            .Except(after.Values).ShouldBeEmpty(name);
        (await party.Ada.RevertAsync(request)).Changes.ShouldBeEmpty(name);

        // What was written before it arrives after it, and undoes nothing.
        await party.MeetAsync();
        Bad(await MemoryAsync()).ShouldBeEmpty(name);
        await party.Ada.RestoreAsync(new() { Checkpoint = report.Checkpoint, IntoMemory = true, Exact = true, AcceptDeletes = true });
        (await MemoryAsync()).Entries.ShouldBe(before.Entries, ignoreOrder: true, name);
    }

    private async Task PlayAsync(Random random, bool goesWrong, bool onlyOthers = false, bool offline = false)
    {
        for (var step = 0; step < Steps; step++)
        {
            party.Pass();
            var machine = goesWrong && random.Next(2) == 0 ? party.Eve : party.All[random.Next(onlyOthers ? 2 : 3)];
            if (random.Next(3) == 0)
            {
                await machine.SyncAsync(new RunOptions { AcceptDeletes = true, Offline = offline });
                continue;
            }

            var lines = Changed(machine.Lines, random, goesWrong && machine == party.Eve ? "bad" : "good");
            if (random.Next(2) == 0 || offline)
            {
                await party.WritesAloneAsync(machine, lines);
            }
            else
            {
                await party.WritesAsync(machine, lines);
            }
        }
    }

    private string[] Changed(string[] lines, Random random, string word)
    {
        var changed = lines.ToList();
        var at = random.Next(Math.Max(1, changed.Count));
        written++;
        switch (changed.Count == 0 ? 0 : random.Next(6))
        {
            case 0:
                changed.Add($$"""{"id":{{written}},"t":"{{word}}{{written}}","tags":["{{word}}{{written}}"]}""");
                break;
            case 1:
                changed.RemoveAt(at);
                break;
            case 2:
                changed[at] = With(changed[at], "tags", $"[\"{word}\",\"{word}{written}\"]");
                break;
            case 3:
                changed[at] = With(changed[at], "o", $$"""{"p":"{{word}}{{written}}"}""");
                break;
            default:
                changed[at] = With(changed[at], "t", $"\"{word}{written}\"");
                break;
        }

        return [.. changed];
    }

    private static string With(string line, string member, string json)
    {
        using var document = JsonDocument.Parse(line);
        var members = document.RootElement.EnumerateObject().ToDictionary(old => old.Name, old => old.Value.GetRawText());
        members[member] = json;
        return $"{{{string.Join(',', members.Select(pair => $"\"{pair.Key}\":{pair.Value}"))}}}";
    }

    private static IEnumerable<string> Bad(Memory memory) =>
        memory.Values.Where(value => value.Text.Contains("bad", StringComparison.Ordinal)).Select(value => $"{value.Key} {value.Text}");

    // What Ada's store shows and keeps beside it, by other means than the revert's own.
    private async Task<Memory> MemoryAsync()
    {
        await using var session = await party.Ada.OpenAsync();
        var merged = await session.MergeAsync(null, new RunOptions { Offline = true, DryRun = true }, TestContext.Current.CancellationToken);
        using var array = JsonDocument.Parse(merged.Json);
        var entries = new Dictionary<string, string>();
        var values = new HashSet<Value>();
        foreach (var entry in array.RootElement.EnumerateArray())
        {
            var id = entry.GetProperty("id").GetRawText();
            entries.Add($"[\"id\",{id}]", string.Join(',', entry.EnumerateObject().Where(member => member.Name != "_crdt_metadata").Select(member => $"{member.Name}={member.Value.GetRawText()}").Order(StringComparer.Ordinal)));
            foreach (var member in entry.EnumerateObject().Where(member => member.Name is not ("_crdt_metadata" or "id")))
            {
                values.UnionWith(Texts(member.Value).Select(text => new Value(id, text)));
            }
        }

        values.UnionWith(merged.Conflicts.SelectMany(conflict => conflict.Others.Append(conflict.Shown).OfType<ConflictValue>()
            .SelectMany(value => Texts(JsonDocument.Parse(value.Json).RootElement).Select(text => new Value(conflict.Key, text)))));
        return new Memory(entries, values);
    }

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Select(text => "#" + text.GetString()),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Texts(member.Value)),
        _ => [value.GetRawText()],
    };

    private sealed record Value(string Key, string Text);

    private sealed record Memory(Dictionary<string, string> Entries, HashSet<Value> Values);
}
