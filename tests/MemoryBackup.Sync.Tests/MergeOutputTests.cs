using System.Text;
using System.Text.Json;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Sync.Merging;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>The merged array of more entries than are written in one piece.</summary>
public sealed class MergeOutputTests : IDisposable
{
    private const int EntriesEach = 1_500;

    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task It_is_one_array_in_order_whether_it_goes_into_a_file_or_not()
    {
        var bob = await TwoMachinesAsync();
        var output = Path.Combine(bob.Home, "merged.json");
        (await bob.MergeAsync(output)).Json.IsEmpty.ShouldBeTrue();
        var text = File.ReadAllText(output);
        Encoding.UTF8.GetString((await bob.MergeAsync()).Json.Span).ShouldBe(text);

        using var merged = JsonDocument.Parse(text);
        var entries = merged.RootElement.EnumerateArray().ToList();
        entries.Select(entry => entry.GetProperty("id").GetString()).Order(StringComparer.Ordinal)
            .ShouldBe(new[] { "ada", "bob" }.SelectMany(name => Enumerable.Range(0, EntriesEach).Select(i => $"{name}-{i}")).Order(StringComparer.Ordinal));
        var places = entries.Select(entry => entry.GetProperty("_crdt_metadata")).Select(stamp => (Time: stamp.GetProperty("timestamp").GetString(), Id: stamp.GetProperty("unique_id").GetString())).ToList();
        places.ShouldBe(places.OrderBy(place => place.Time, StringComparer.Ordinal).ThenBy(place => place.Id, StringComparer.Ordinal));

        // Whose entries follow one another changes in the middle of pieces.
        entries.Select(Metadata).ShouldAllBe(of => of.Entry.StartsWith(of.Host + "-") && of.Dot.StartsWith(of.Host + "-"));
        Indented(text).ShouldBe(text);

        // Both machines wrote at the same times: without that, nothing would be said of the second key.
        places.Select(place => place.Time).Distinct().Count().ShouldBe(EntriesEach);
    }

    [Fact]
    public void Whoever_comes_first_makes_a_piece()
    {
        var versions = Enumerable.Range(1, 3_000).Select(i => new Edit
        {
            Key = EntryKey.ByField("id", JsonText.Parse($"{i}")),
            Base = [],
            Value = JsonText.Parse($$"""{"id":{{i}},"text":"{{new string('x', i % 700)}}"}"""),
            Dot = new Dot(new Actor("ada-aaaaaaaaaa", 1), i),
            Stamp = new Stamp(Stamp.Earliest.Ticks + (i % 1_000)),
            Host = "ada",
        }.ToVersion());
        var memory = Memory.Of([new ReplicaState("ada-aaaaaaaaaa", 1, VersionSet.Of(versions), DotSet.Empty)]);
        var whole = MergedArray.Write(memory).ToArray();
        foreach (var beside in new Func<Action, Task>[] { _ => Task.CompletedTask, Task.Run, RunNow })
        {
            var written = new MemoryStream();
            foreach (var piece in MergedArray.Pieces(memory, beside))
            {
                written.Write(piece.Span);
            }

            written.ToArray().ShouldBe(whole);
        }

        static Task RunNow(Action work)
        {
            work();
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task What_cannot_be_written_leaves_the_file_as_it_was_and_nothing_beside_it()
    {
        var bob = await TwoMachinesAsync();
        var output = Path.Combine(bob.Home, "merged.json");
        File.WriteAllText(output, "[]\n");
        var before = Directory.GetFileSystemEntries(bob.Home).Order();
        bob.Disk = new WatchedDisk { Syncing = path => throw new IOException($"No space left on device : '{path}'") };
        (await Should.ThrowAsync<MemoryBackupException>(bob.MergeAsync(output))).ExitCode.ShouldBe(ExitCode.Failed);
        File.ReadAllText(output).ShouldBe("[]\n");
        Directory.GetFileSystemEntries(bob.Home).Order().ShouldBe(before);
    }

    [Fact]
    public async Task Metadata_stands_at_the_end_of_whatever_an_entry_is()
    {
        var ada = world.Machine("ada");
        ada.Lines = ["{}", "7", "\"a \\\"word\\\"\"", "[]", "[1,{\"a\":[]}]", "{\"id\":1}", "{\"id\":2,\"deep\":{\"er\":[{},\"x\"]}}"];
        await ada.BackupAsync();
        var text = Encoding.UTF8.GetString((await ada.MergeAsync()).Json.Span);

        Indented(text).ShouldBe(text);
        using var merged = JsonDocument.Parse(text);
        var entries = merged.RootElement.EnumerateArray().ToList();
        entries.ShouldAllBe(entry => entry.EnumerateObject().Last().Name == "_crdt_metadata");
        entries.Select(entry => string.Join(' ', entry.EnumerateObject().SkipLast(1).Select(member => $"{member.Name}={member.Value}"))).Order(StringComparer.Ordinal)
            .ShouldBe(["", "id=1", "id=2 deep={\n      \"er\": [\n        {},\n        \"x\"\n      ]\n    }", "value=7", "value=[\n      1,\n      {\n        \"a\": []\n      }\n    ]", "value=[]", "value=a \"word\""]);
    }

    // As the whole of it would be written, and a line end.
    private static string Indented(string text) => IndentedJsonTests.Indented(text) + "\n";

    private static (string Entry, string Host, string Dot) Metadata(JsonElement entry) => (
        entry.GetProperty("id").GetString()!, entry.GetProperty("_crdt_metadata").GetProperty("host").GetString()!, entry.GetProperty("_crdt_metadata").GetProperty("unique_id").GetString()!);

    private async Task<Machine> TwoMachinesAsync()
    {
        var (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        var now = DateTimeOffset.UtcNow;
        foreach (var machine in new[] { ada, bob })
        {
            machine.Time = new StoppedTime(now);
            machine.Lines = [.. Enumerable.Range(0, EntriesEach).Select(i => $$"""{"id":"{{machine.Name}}-{{i}}","text":"{{new string('x', i % 50)}}"}""")];
            File.SetLastWriteTimeUtc(machine.File, now.UtcDateTime - TimeSpan.FromSeconds(1));
            await machine.BackupAsync();
        }

        return bob;
    }
}
