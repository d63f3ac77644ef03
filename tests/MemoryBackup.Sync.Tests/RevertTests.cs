using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>What comes of one entry, rule by rule. Eve is the one whose writes are taken back; Ada does it.</summary>
public sealed class RevertTests : IDisposable
{
    private readonly Party party = new();

    public void Dispose() => party.Dispose();

    [Fact]
    public async Task A_changed_field_goes_back_and_the_rest_of_the_entry_stays()
    {
        await SharedAsync("""{"id":"a","text":"good","n":1,"tags":["x"]}""");
        await party.WritesAsync(party.Eve, """{"id":"a","text":"bad","n":1,"tags":["x","y"]}""");
        await party.MeetAsync();
        await party.WritesAsync(party.Bob, """{"id":"a","text":"bad","n":2,"tags":["x","y","z"]}""");
        var report = await RevertAsync();
        var change = report.Changes.ShouldHaveSingleItem();
        (change.Change, change.Key).ShouldBe(("changed", "a"));
        change.Elements.Select(element => (element.Element, element.Before, element.After)).ShouldBe(
            [("/tags#y", "true", null), ("/text", "\"bad\"", "\"good\"")], ignoreOrder: true);
        (await party.MeetAsync()).ShouldBe(["""{"id":"a","text":"good","n":2,"tags":["x","z"]}"""]);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_chain_of_writes_goes_back_to_before_the_first()
    {
        await SharedAsync("""{"id":"a","text":"good"}""");
        foreach (var text in new[] { "bad", "worse", "worst" })
        {
            party.Pass();
            await party.WritesAsync(party.Eve, $$"""{"id":"a","text":"{{text}}"}""");
        }

        (await RevertAsync()).Changes.ShouldHaveSingleItem().After.ShouldBe("""{"id":"a","text":"good"}""");
        (await party.MeetAsync()).ShouldBe(["""{"id":"a","text":"good"}"""]);
    }

    [Fact]
    public async Task What_somebody_else_made_of_it_since_stays()
    {
        await SharedAsync("""{"id":"a","text":"good","note":"kept"}""");
        await party.WritesAsync(party.Eve, """{"id":"a","text":"bad","note":"gone wrong"}""");
        await party.MeetAsync();
        await party.WritesAsync(party.Bob, """{"id":"a","text":"mended by bob","note":"gone wrong"}""");
        await RevertAsync();
        (await party.MeetAsync()).ShouldBe(["""{"id":"a","text":"mended by bob","note":"kept"}"""]);
        (await party.Ada.StatusAsync()).Conflicts.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_entry_that_she_added_goes_unless_somebody_else_wrote_to_it()
    {
        await SharedAsync("""{"id":"a"}""");
        await party.WritesAsync(party.Eve, """{"id":"a"}""", """{"id":"b","text":"bad"}""", """{"id":"c","text":"bad","o":{"p":1}}""");
        await party.MeetAsync();
        await party.WritesAsync(party.Bob, """{"id":"a"}""", """{"id":"b","text":"bad"}""", """{"id":"c","text":"bad","o":{"p":1,"q":2}}""");
        var report = await RevertAsync();
        report.Changes.Select(change => (change.Change, change.Key, change.After)).ShouldBe(
            [("changed", "c", """{"id":"c","o":{"q":2}}"""), ("deleted", "b", null)], ignoreOrder: true);
        (await party.MeetAsync()).ShouldBe(["""{"id":"a"}""", """{"id":"c","o":{"q":2}}"""]);
    }

    [Fact]
    public async Task What_comes_back_of_an_entry_that_she_had_made_and_deleted_has_its_key()
    {
        await SharedAsync("""{"id":"a"}""");
        await party.WritesAsync(party.Eve, """{"id":"a"}""", """{"id":"b","text":"bad","tags":["x"]}""");
        await party.MeetAsync();
        await party.WritesAsync(party.Bob, """{"id":"a"}""", """{"id":"b","text":"mended by bob","tags":["x","y"]}""");
        await party.MeetAsync();
        await party.WritesAsync(party.Eve, """{"id":"a"}""");
        var change = (await RevertAsync()).Changes.ShouldHaveSingleItem();
        (change.Change, change.Key).ShouldBe(("added", "b"));
        (await party.MeetAsync()).ShouldBe(["""{"id":"a"}""", """{"id":"b","text":"mended by bob","tags":["y"]}"""]);
    }

    [Fact]
    public async Task What_she_deleted_comes_back_under_its_key_unless_it_was_deleted_or_written_by_another_as_well()
    {
        await SharedAsync("""{"id":1,"t":"one"}""", """{"id":2,"t":"two"}""", """{"id":3,"t":"three"}""", """{"id":4}""");
        await party.WritesAloneAsync(party.Bob, """{"id":1,"t":"one"}""", """{"id":3,"t":"three"}""", """{"id":4}""");
        await party.WritesAsync(party.Eve, """{"id":4}""");
        await party.Bob.SyncAsync();
        party.Pass();

        // By now Bob knows that the third is gone as well, and writes it anew.
        await party.WritesAsync(party.Bob, """{"id":4}""", """{"id":3,"u":"anew"}""");
        var report = await RevertAsync();
        report.Changes.Select(change => (change.Change, change.KeyText, change.After)).ShouldBe([("added", """["id",1]""", """{"id":1,"t":"one"}""")]);
        (await party.MeetAsync()).ShouldBe(["""{"id":1,"t":"one"}""", """{"id":3,"u":"anew"}""", """{"id":4}"""]);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task What_she_removed_inside_an_entry_comes_back()
    {
        await SharedAsync("""{"id":"a","text":"good","tags":["x","y"],"o":{"p":1,"q":2},"k":"word"}""");
        await party.WritesAsync(party.Eve, """{"id":"a","tags":["y"],"k":{"made":"an object"}}""");
        await RevertAsync();
        (await party.MeetAsync()).ShouldBe(["""{"id":"a","text":"good","tags":["x","y"],"o":{"p":1,"q":2},"k":"word"}"""]);
        (await party.Bob.StatusAsync()).Conflicts.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_another_removed_or_made_anew_since_stays_so()
    {
        await SharedAsync("""{"id":"a","o":{"p":1,"q":2},"r":{"s":1}}""");
        await party.WritesAsync(party.Eve, """{"id":"a","o":{"q":2}}""");
        await party.MeetAsync();
        await party.WritesAsync(party.Bob, """{"id":"a","r":{"t":"bob's"}}""");
        await RevertAsync();
        (await party.MeetAsync()).ShouldBe(["""{"id":"a","r":{"t":"bob's"}}"""]);
    }

    [Fact]
    public async Task Members_that_others_edited_at_the_same_time_keep_the_object_that_she_removed()
    {
        await SharedAsync("""{"id":"a","o":{"p":1,"q":2}}""");
        await party.WritesAloneAsync(party.Bob, """{"id":"a","o":{"p":"bob","q":2}}""");
        await party.WritesAsync(party.Eve, """{"id":"a","o":"broken"}""");
        await party.MeetAsync();
        await RevertAsync();
        (await party.MeetAsync()).ShouldBe(["""{"id":"a","o":{"p":"bob","q":2}}"""]);
        (await party.Ada.StatusAsync()).Conflicts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Her_side_of_a_conflict_goes_and_the_other_stays()
    {
        await SharedAsync("""{"id":"a","t":"good"}""");
        await party.WritesAloneAsync(party.Bob, """{"id":"a","t":"bob"}""");
        party.Pass();
        await party.WritesAsync(party.Eve, """{"id":"a","t":"eve"}""");
        (await party.MeetAsync()).ShouldBe(["""{"id":"a","t":"eve"}"""]);
        await RevertAsync();
        (await party.MeetAsync()).ShouldBe(["""{"id":"a","t":"bob"}"""]);
        (await party.Ada.StatusAsync()).Conflicts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_conflict_that_she_settled_is_one_again()
    {
        await SharedAsync("""{"id":"a","t":"good"}""");
        await party.WritesAloneAsync(party.Bob, """{"id":"a","t":"bob"}""");
        party.Pass();
        await party.WritesAsync(party.Ada, """{"id":"a","t":"ada"}""");
        await party.MeetAsync();
        party.Pass();
        await party.Eve.ResolveAsync(new ResolveOptions { Key = "a", Value = Crdt.Json.JsonText.Parse("\"eve\"") });
        await party.MeetAsync();
        (await party.Ada.StatusAsync()).Conflicts.ShouldBeEmpty();
        await RevertAsync();
        (await party.MeetAsync()).ShouldBe(["""{"id":"a","t":"ada"}"""]);
        var conflict = (await party.Bob.StatusAsync()).Conflicts.ShouldHaveSingleItem();
        (conflict.Shown!.Json, conflict.Others.Single().Json).ShouldBe(("\"ada\"", "\"bob\""));
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task What_two_wrote_alike_stays_the_other_s()
    {
        // Bob's version was dropped for Eve's, which says the same and is later: his is not to go with hers.
        await SharedAsync("""{"id":"z"}""");
        await party.WritesAloneAsync(party.Bob, """{"id":"z"}""", """{"id":"a","t":"same"}""");
        party.Pass();
        await party.WritesAsync(party.Eve, """{"id":"z"}""", """{"id":"a","t":"same"}""");
        await party.MeetAsync();
        await party.WritesAsync(party.Bob, """{"id":"z","more":1}""", """{"id":"a","t":"same"}""");
        await party.MeetAsync();
        await RevertAsync();
        (await party.MeetAsync()).ShouldContain("""{"id":"a","t":"same"}""");
    }

    [Fact]
    public async Task An_edit_or_delete_of_before_that_arrives_later_does_not_undo_it()
    {
        await SharedAsync("""{"id":1,"t":"one","u":1}""", """{"id":2,"t":"two"}""", """{"id":3,"t":"three"}""");
        await party.WritesAsync(party.Eve, """{"id":1,"t":"bad","u":1}""", """{"id":2,"t":"bad"}""", """{"id":9}""");
        await party.MeetAsync();

        // Bob edits one and deletes another, on top of what Eve wrote; nobody hears of it before the revert.
        await party.WritesAloneAsync(party.Bob, """{"id":1,"t":"bad","u":2}""", """{"id":9}""");
        party.Pass();
        await RevertAsync();
        (await party.MeetAsync()).ShouldBe(["""{"id":1,"t":"one","u":2}""", """{"id":2,"t":"two"}""", """{"id":3,"t":"three"}"""]);
    }

    [Fact]
    public async Task Only_what_was_written_in_the_time_and_to_the_entry_is_taken_back()
    {
        await SharedAsync("""{"id":"a","t":"good"}""", """{"id":"b","t":"good"}""");
        await party.WritesAsync(party.Eve, """{"id":"a","t":"eve's first"}""", """{"id":"b","t":"good"}""");
        var since = party.Pass();
        await party.WritesAsync(party.Eve, """{"id":"a","t":"bad"}""", """{"id":"b","t":"bad"}""");
        var until = party.Pass();
        await party.WritesAsync(party.Eve, """{"id":"a","t":"bad","more":1}""", """{"id":"b","t":"bad"}""");
        await party.MeetAsync();
        var report = await party.Ada.RevertAsync(new() { Writer = "eve", Since = since, Until = until, Entry = "a" });
        report.Writers.Select(writer => (writer.Host, writer.Writes, writer.Deletes)).ShouldBe([("eve", 1, 0)]);
        (await party.MeetAsync()).ShouldBe(["""{"id":"a","t":"eve's first","more":1}""", """{"id":"b","t":"bad"}"""]);
        await party.Ada.RevertAsync(new() { Writer = "eve", Since = since, Until = until });
        (await party.MeetAsync()).ShouldBe(["""{"id":"a","t":"eve's first","more":1}""", """{"id":"b","t":"good"}"""]);
    }

    [Fact]
    public async Task A_revert_can_itself_be_taken_back()
    {
        await SharedAsync("""{"id":"a","t":"good"}""", """{"id":"b"}""");
        await party.WritesAsync(party.Eve, """{"id":"a","t":"bad","tags":["e"]}""", """{"id":"c","by":"eve"}""");
        var before = await party.MeetAsync();
        var since = party.Pass();
        var report = await RevertAsync();
        (await party.MeetAsync()).ShouldBe(["""{"id":"a","t":"good"}""", """{"id":"b"}"""]);
        (await party.Bob.HistoryAsync("b")).Events.Select(happened => happened.Event).ShouldBe(["added", "deleted", "added"]);
        party.Pass();
        await party.Bob.RevertAsync(new() { Replica = report.Replica, Since = since });
        (await party.MeetAsync()).ShouldBe(before);
    }

    // Ada's lines, known to all, some minutes ago.
    private async Task SharedAsync(params string[] lines)
    {
        await party.WritesAsync(party.Ada, lines);
        Array.ForEach([party.Bob, party.Eve], machine => machine.Lines = []);
        File.Delete(party.Bob.File);
        File.Delete(party.Eve.File);
        await party.MeetAsync();
        party.Pass();
    }

    private async Task<Reports.RevertReport> RevertAsync()
    {
        await party.Eve.SyncAsync(new RunOptions { AcceptDeletes = true });
        party.Pass();
        var report = await party.Ada.RevertAsync(new() { Writer = "eve" });
        report.ExitCode.ShouldBe(ExitCode.Done);
        report.NotTakenBack.ShouldBeEmpty();
        return report;
    }

    private async Task NothingIsLeftAsync()
    {
        var again = await party.Bob.RevertAsync(new() { Writer = "eve" });
        again.Changes.ShouldBeEmpty();
        again.Checkpoint.ShouldBeNull();
    }
}
