using System.Text.Json;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>Files of several formats, and several files, of one space.</summary>
public sealed class FormatsAndFilesTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task What_is_remembered_of_a_file_is_what_it_says_now()
    {
        var ada = world.Machine("ada");
        ada.Lines = ["""{"id":"a","v":0}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        for (var i = 1; i <= 3; i++)
        {
            ada.Lines = [$$"""{"id":"a","v":{{i}}}""", """{"id":"b"}"""];
            await ada.BackupAsync();
        }

        var harm = new Damage(world, ada.Store);
        var record = harm.Git("ls-tree", "--name-only", harm.Refs.Local, "files/").Split('\n').ShouldHaveSingleItem();
        using var remembered = JsonDocument.Parse(harm.Git("show", $"{harm.Refs.Local}:{record}"));

        // Of the first two writes the second one still counts, and of those since then the last.
        remembered.RootElement.GetProperty("states").EnumerateArray().Last().GetProperty("dots").EnumerateObject().ShouldHaveSingleItem().Value.GetString().ShouldBe("2,5");
    }

    [Fact]
    public async Task A_graph_is_the_same_as_lines_as_an_array_and_as_a_document()
    {
        var lines = world.Machine("lines");
        var array = new Machine(world, "array") { FileName = "memory.json" };
        var document = new Machine(world, "document") { FileName = "graph.json" };
        lines.Lines = ["""{"type":"entity","name":"Ada","entityType":"person","observations":["one"]}"""];
        array.Content = """[{"type":"entity","name":"Bob","entityType":"person","observations":[]}]""";
        document.Content = """{"entities":[],"relations":[{"from":"Ada","to":"Bob","relationType":"knows"}]}""";
        Machine[] all = [lines, array, document];
        for (var round = 0; round < 2; round++)
        {
            foreach (var machine in all)
            {
                (await machine.SyncAsync()).Unplaced.ShouldBeEmpty();
            }
        }

        foreach (var machine in all)
        {
            machine.Content.ShouldContain("\"Ada\"");
            machine.Content.ShouldContain("\"Bob\"");
            machine.Content.ShouldContain("\"knows\"");
        }

        array.Content = array.Content.Replace("\"observations\":[]", "\"observations\":[\"new\"]");
        await array.SyncAsync();
        await document.SyncAsync();
        await lines.SyncAsync();
        document.Content.ShouldContain("\"new\"");
        lines.Content.ShouldContain("\"new\"");
        foreach (var machine in all)
        {
            var quiet = await machine.SyncAsync();
            quiet.Recorded.Any.ShouldBeFalse();
            quiet.Received.Any.ShouldBeFalse();
            quiet.Conflicts.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task What_has_no_place_in_a_file_stays_in_the_store_and_is_not_deleted()
    {
        var document = new Machine(world, "document") { FileName = "notes.json" };
        var lines = world.Machine("lines");
        document.Content = """{"title":"Notes","notes":[{"id":1,"text":"one"}]}""";
        await document.SyncAsync();
        lines.Lines = ["""{"id":"x"}"""];
        var report = await lines.SyncAsync();
        report.Unplaced.ShouldNotBeEmpty();
        for (var i = 0; i < 2; i++)
        {
            lines.Lines = [.. lines.Lines, $$"""{"id":"y{{i}}"}"""];
            (await lines.SyncAsync()).Recorded.Deleted.ShouldBeEmpty();
            (await document.SyncAsync()).Recorded.Deleted.ShouldBeEmpty();
        }

        document.Content.ShouldContain("\"one\"");
        document.Content.ShouldContain("\"Notes\"");
        (await document.MergeAsync()).Entries.ShouldBe(5);
    }

    [Fact]
    public async Task A_tracked_file_may_change_its_format()
    {
        var ada = world.Machine("ada");
        var bob = world.Machine("bob");
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        ada.Content = """[{"id":"a"},{"id":"b"},{"id":"c"}]""";
        var report = await ada.SyncAsync();
        report.Recorded.Added.ShouldBe(["c"]);
        report.Recorded.Deleted.ShouldBeEmpty();
        bob.Lines = [.. bob.Lines, """{"id":"d"}"""];
        await bob.SyncAsync();
        await ada.SyncAsync();
        ada.Content.ShouldStartWith("[");
        ada.Content.ShouldContain("\"d\"");
    }

    [Fact]
    public async Task Two_files_of_one_machine_are_two_actors_and_share_the_space()
    {
        var ada = world.Machine("ada");
        var second = new Machine(world, "ada") { FileName = "second.jsonl", DataFolder = ada.DataFolder, MachineId = ada.MachineId };
        ada.Lines = ["""{"id":"a","v":1}"""];
        second.Lines = ["""{"id":"a","v":2}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        var report = await second.SyncAsync();
        var conflict = report.Conflicts.Single();
        conflict.Shown!.UniqueId.Split(':')[0].ShouldNotBe(conflict.Others.Single().UniqueId.Split(':')[0]);
        await ada.SyncAsync();
        ada.Lines.ShouldBe(second.Lines, ignoreOrder: true);
        ada.Lines = ["""{"id":"b"}"""];
        await ada.SyncAsync();
        await second.SyncAsync();
        second.Lines.ShouldBe(["""{"id":"b"}"""]);
        second.Lines = ["""{"id":"b"}""", """{"id":"a","v":3}"""];
        await second.SyncAsync();
        await ada.SyncAsync();
        ada.Lines.ShouldBe(second.Lines, ignoreOrder: true);
        (await ada.StatusAsync()).Files.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_key_field_is_remembered_for_the_file()
    {
        var ada = world.Machine("ada");
        ada.Adjust = settings => settings with { KeyField = "slug" };
        ada.Lines = ["""{"slug":"one","v":1}"""];
        await ada.SyncAsync();
        ada.Adjust = settings => settings;
        ada.Lines = ["""{"slug":"one","v":2}"""];
        var report = await ada.SyncAsync();
        report.Recorded.Changed.ShouldHaveSingleItem();
        report.Recorded.Added.ShouldBeEmpty();
        report.Recorded.Deleted.ShouldBeEmpty();
    }

    [Fact]
    public async Task Entries_that_are_no_objects_travel()
    {
        var (ada, bob) = (new Machine(world, "ada") { FileName = "m.json" }, new Machine(world, "bob") { FileName = "m.json" });
        ada.Content = """["one", 2, {"id":"a"}]""";
        await ada.SyncAsync();
        bob.Content = """["three"]""";
        await bob.SyncAsync();
        await ada.SyncAsync();
        ada.Content.ShouldContain("\"three\"");
        bob.Content.ShouldContain("\"one\"");
        (await ada.MergeAsync()).Entries.ShouldBe(4);
        (await ada.SyncAsync()).Recorded.Any.ShouldBeFalse();
    }
}
