using System.Globalization;
using System.Text.Json;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests.Simulation;

/// <summary>
/// Machines with different remotes each, which fail at random, write, edit and delete for a while. What must be there at the end is told by
/// what each had in front of it when it wrote, and by nothing of the program.
/// </summary>
public sealed class RemotesSimulationTests
{
    private const int Steps = 36;

    // Every value is written once, so that a value tells who wrote it when.
    private int nextValue;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Scale.Times(2))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task All_become_equal_nothing_comes_back_and_nothing_is_lost(int seed)
    {
        using var world = new World(remote: false);
        var random = new Random(seed);
        var names = Enumerable.Range(0, random.Next(2, 4)).Select(i => $"r{i}").ToList();
        var urls = names.ToDictionary(name => name, world.NewRemote);
        var machines = await MachinesAsync(world, random, names, urls);

        // Registers are edited and never deleted; the others are added once and deleted, never edited; tags come and go.
        var registers = new Dictionary<string, HashSet<int>> { ["reg0"] = [], ["reg1"] = [] };
        var replaced = new HashSet<int>();
        var (added, deleted, tagged, untagged) = (new HashSet<string>(), new HashSet<string>(), new HashSet<string>(), new HashSet<string>());
        machines[0].Lines = [Register("reg0", First("reg0")), Register("reg1", First("reg1")), Tags([])];
        foreach (var machine in machines.Concat(machines).Concat(machines))
        {
            await machine.SyncAsync();
        }

        machines.ShouldAllBe(machine => File.Exists(machine.File), "the remotes connect all machines");
        for (var step = 0; step < Steps; step++)
        {
            var machine = machines[random.Next(machines.Count)];
            foreach (var name in names.Where(_ => random.Next(3) == 0))
            {
                Point(world, machine, name, random.Next(3) == 0 ? Path.Combine(world.Folder, "nowhere.git") : urls[name]);
            }

            Write(machine);
            await (random.Next(3) == 0 ? machine.BackupAsync() : machine.SyncAsync());
        }

        foreach (var machine in machines)
        {
            names.ForEach(name => Point(world, machine, name, urls[name]));
        }

        // As many rounds as the way from one end of the chain to the other is long, there and back.
        foreach (var machine in Enumerable.Repeat(machines, (2 * machines.Count) + 1).SelectMany(all => all))
        {
            (await machine.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done, $"seed {seed}");
        }

        var expected = added.Except(deleted).Concat(registers.Keys).Append("tags").Order(StringComparer.Ordinal).ToList();
        foreach (var machine in machines)
        {
            machine.Lines.Order().ShouldBe(machines[0].Lines.Order(), $"seed {seed}: {machine.Name} differs");
            var entries = Entries(machine);
            entries.Keys.Order(StringComparer.Ordinal).ToList().ShouldBe(expected, customMessage: $"seed {seed}: {machine.Name}");
            entries["tags"].GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()).Order().ShouldBe(tagged.Except(untagged).Order(), $"seed {seed}");
            var open = (await machine.ConflictsAsync()).Conflicts;
            foreach (var (key, written) in registers)
            {
                var values = open.Where(conflict => conflict.Key == key).SelectMany(conflict => conflict.Values).Select(value => int.Parse(value.Value!, CultureInfo.InvariantCulture))
                    .Append(entries[key].GetProperty("v").GetInt32());
                values.Distinct().Order().ShouldBe(written.Except(replaced).Order(), $"seed {seed}: {machine.Name} {key}");
            }
        }

        foreach (var url in urls.Values)
        {
            Refs(world, url).ShouldBe(Refs(world, urls.Values.First()), $"seed {seed}");
        }

        int First(string key)
        {
            registers[key].Add(++nextValue);
            return nextValue;
        }

        // What the file shows is what its writer has in front of it.
        void Write(Machine machine)
        {
            var entries = Entries(machine).ToDictionary(entry => entry.Key, entry => entry.Value.GetRawText());
            switch (random.Next(6))
            {
                case 0 or 1:
                    var key = $"e{++nextValue}";
                    added.Add(key);
                    entries[key] = $$"""{"id":"{{key}}"}""";
                    break;
                case 2 when entries.Keys.Where(entry => entry.StartsWith('e')).ToList() is { Count: > 0 } there:
                    var gone = there[random.Next(there.Count)];
                    deleted.Add(gone);
                    entries.Remove(gone);
                    break;
                case 3:
                    var register = $"reg{random.Next(2)}";
                    replaced.Add(JsonDocument.Parse(entries[register]).RootElement.GetProperty("v").GetInt32());
                    registers[register].Add(++nextValue);
                    entries[register] = Register(register, nextValue);
                    break;
                case 4 or 5:
                    var tags = JsonDocument.Parse(entries["tags"]).RootElement.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!).ToList();
                    if (tags.Count > 0 && random.Next(3) == 0)
                    {
                        untagged.Add(tags[0]);
                        tags.RemoveAt(0);
                    }

                    tagged.Add($"t{++nextValue}");
                    tags.Add($"t{nextValue}");
                    entries["tags"] = Tags(tags);
                    break;
            }

            machine.Lines = [.. entries.Values];
        }
    }

    // Neighbours share a remote, so that all are connected; some have more.
    private static async Task<List<Machine>> MachinesAsync(World world, Random random, List<string> names, Dictionary<string, string> urls)
    {
        var machines = new List<Machine>();
        for (var i = 0; i <= names.Count; i++)
        {
            var machine = world.Machine($"m{i}");
            var own = names.Where((_, at) => at == i || at == i - 1 || random.Next(4) == 0).ToList();
            foreach (var name in own)
            {
                await machine.AddRemoteAsync(name, urls[name], offline: true);
            }

            machines.Add(machine);
        }

        return machines;
    }

    private static void Point(World world, Machine machine, string name, string url)
    {
        if (world.Git("--git-dir", machine.Store, "remote").Split('\n').Contains(name))
        {
            world.Git("--git-dir", machine.Store, "remote", "set-url", name, url);
        }
    }

    private static Dictionary<string, JsonElement> Entries(Machine machine) =>
        machine.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(entry => entry.GetProperty("id").GetString()!);

    private static string Register(string key, int value) => $$"""{"id":"{{key}}","v":{{value}}}""";

    private static string Tags(IEnumerable<string> tags) => $$"""{"id":"tags","tags":[{{string.Join(',', tags.Select(tag => $"\"{tag}\""))}}]}""";

    private static string[] Refs(World world, string remote) =>
        [.. world.Git("--git-dir", remote, "for-each-ref", "--format=%(refname) %(objectname)").Split('\n', StringSplitOptions.RemoveEmptyEntries)];
}
