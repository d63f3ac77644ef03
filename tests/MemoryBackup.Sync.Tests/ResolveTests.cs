using MemoryBackup.Crdt.Json;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

public sealed class ResolveTests : IDisposable
{
    private readonly World world = new();
    private readonly Machine ada;
    private readonly Machine bob;

    public ResolveTests() => (ada, bob) = (world.Machine("ada"), world.Machine("bob"));

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_conflict_is_shown_with_its_values_and_who_wrote_them()
    {
        await DisagreeAsync("""{"id":"a","t":"by ada","u":1}""", """{"id":"a","t":"by bob","u":1}""");
        foreach (var machine in new[] { ada, bob })
        {
            var conflict = (await machine.ConflictsAsync("a")).Conflicts.ShouldHaveSingleItem();
            (conflict.Key, conflict.KeyText, conflict.Element).ShouldBe(("a", """["id","a"]""", "/t"));
            conflict.Values.Select(value => (value.Number, value.Value, value.Host)).ShouldBe([(0, "\"by bob\"", "bob"), (1, "\"by ada\"", "ada")]);
        }

        (await ada.ConflictsAsync("b")).Conflicts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, "by bob")]
    [InlineData(1, "by ada")]
    public async Task What_is_taken_is_shown_on_every_machine_without_a_conflict(int number, string text)
    {
        await DisagreeAsync("""{"id":"a","t":"by ada"}""", """{"id":"a","t":"by bob"}""");
        var report = await ada.ResolveAsync(new ResolveOptions { Key = "a", Take = number });
        report.Resolved.ShouldHaveSingleItem().Value.ShouldBe($"\"{text}\"");
        report.Resolved[0].UniqueId.ShouldBe($"{report.Replica}.0:1");
        (report.ConflictsLeft, report.Remotes.Single().Pushed).ShouldBe((0, true));
        await ConvergeAsync();
        ada.Lines[0].ShouldContain(text);
        (await ada.StatusAsync()).Conflicts.ShouldBeEmpty();
        (await bob.StatusAsync()).Conflicts.ShouldBeEmpty();
        var past = (await bob.HistoryAsync("a")).Events;
        past[0].Event.ShouldBe("resolved");
        past[0].Resolved.ShouldHaveSingleItem().Others.Single().Json.ShouldBe("\"by ada\"");
        past.Select(happened => happened.Event).Skip(1).ShouldBe(["changed", "changed", "added"]);
    }

    [Fact]
    public async Task A_value_of_one_s_own_and_the_write_s_name_choose_as_well()
    {
        await DisagreeAsync("""{"id":"a","t":"by ada"}""", """{"id":"a","t":"by bob"}""");
        var name = (await ada.ConflictsAsync()).Conflicts[0].Values[1].UniqueId!;
        (await ada.ResolveAsync(new ResolveOptions { Key = "a", TakeWrite = name, DryRun = true })).Resolved.Single().Value.ShouldBe("\"by ada\"");
        (await ada.ResolveAsync(new ResolveOptions { Key = "a", Element = "/t", Value = JsonText.Parse("""{"x":["p","q"]}""") })).ConflictsLeft.ShouldBe(0);
        await ConvergeAsync();
        ada.Lines[0].ShouldContain("""{"x":["p","q"]}""");
    }

    [Fact]
    public async Task One_element_is_settled_and_the_other_stays_a_conflict()
    {
        await DisagreeAsync("""{"id":"a","t":"ta","u":"ua"}""", """{"id":"a","t":"tb","u":"ub"}""");
        var ambiguous = await Should.ThrowAsync<MemoryBackupException>(() => ada.ResolveAsync(new ResolveOptions { Key = "a", Take = 1 }));
        ambiguous.ExitCode.ShouldBe(ExitCode.Usage);
        ambiguous.Message.ShouldBe("The entry 'a' has 2 conflicts: /t, /u.");
        (await ada.ResolveAsync(new ResolveOptions { Key = "a", Element = "/t", Take = 1 })).ConflictsLeft.ShouldBe(1);
        await ConvergeAsync();
        var left = (await bob.ConflictsAsync()).Conflicts.ShouldHaveSingleItem();
        left.Element.ShouldBe("/u");
        left.Values.Select(value => value.Value).ShouldBe(["\"ub\"", "\"ua\""]);
        ada.Lines[0].ShouldContain("\"ta\"");
        (await bob.ResolveAsync(new ResolveOptions { Latest = true })).ConflictsLeft.ShouldBe(0);
        await ConvergeAsync();
        ada.Lines[0].ShouldContain("\"ub\"");
        ada.Lines[0].ShouldContain("\"ta\"");
    }

    [Fact]
    public async Task A_container_that_lost_against_a_text_comes_back_with_all_that_was_in_it()
    {
        await DisagreeAsync("""{"id":"a","t":{"x":1,"y":["p"]}}""", """{"id":"a","t":"text"}""");
        (await ada.ConflictsAsync()).Conflicts.Single().Values[1].Value.ShouldBe("""{"x":1,"y":["p"]}""");
        await ada.ResolveAsync(new ResolveOptions { Key = "a", Take = 1 });
        await ConvergeAsync();
        JsonText.Parse(bob.Lines[0]).SaysTheSame(JsonText.Parse("""{"id":"a","t":{"x":1,"y":["p"]}}""")).ShouldBeTrue(bob.Lines[0]);
        (await bob.ConflictsAsync()).Conflicts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_that_choose_at_once_leave_one_of_their_choices_shown_and_the_other_beside_it()
    {
        await DisagreeAsync("""{"id":"a","t":"by ada"}""", """{"id":"a","t":"by bob"}""");
        await ada.ResolveAsync(new ResolveOptions { Key = "a", Take = 1, Offline = true });
        await bob.ResolveAsync(new ResolveOptions { Key = "a", Take = 0, Offline = true });
        await ConvergeAsync();
        var open = (await ada.ConflictsAsync()).Conflicts.ShouldHaveSingleItem();
        open.Values.Select(value => value.Value).ShouldBe(["\"by bob\"", "\"by ada\""]);
        (await ada.ResolveAsync(new ResolveOptions { Latest = true })).ConflictsLeft.ShouldBe(0);
        await ConvergeAsync();
        ada.Lines[0].ShouldContain("by bob");
        (await bob.ConflictsAsync()).Conflicts.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_edit_that_the_resolver_had_not_seen_is_not_settled_with_the_rest()
    {
        await DisagreeAsync("""{"id":"a","t":"by ada"}""", """{"id":"a","t":"by bob"}""");
        bob.Lines = ["""{"id":"a","t":"unseen"}"""];
        await bob.SyncAsync();
        await ada.ResolveAsync(new ResolveOptions { Key = "a", Take = 1 });
        await ConvergeAsync();
        (await bob.ConflictsAsync()).Conflicts.Single().Values.Select(value => value.Value).ShouldBe(["\"by ada\"", "\"unseen\""]);
    }

    [Fact]
    public async Task A_choice_that_cannot_be_made_changes_nothing()
    {
        await DisagreeAsync("""{"id":"a","t":"by ada"}""", """{"id":"a","t":"by bob"}""");
        var before = await ada.StatusAsync();
        await RefusedAsync(new ResolveOptions { Key = "nobody", Latest = true }, ExitCode.InvalidData, "There is no entry 'nobody' in this space.");
        await RefusedAsync(new ResolveOptions { Key = "a", Element = "/x", Latest = true }, ExitCode.InvalidData, "The element '/x' of 'a' has no conflict. Those that have: /t.");
        await RefusedAsync(new ResolveOptions { Key = "a", Take = 2 }, ExitCode.Usage, "There is no value 2 of a /t: they are numbered 0 to 1.");
        await RefusedAsync(new ResolveOptions { Key = "a", TakeWrite = "x.1:1" }, ExitCode.Usage, "The write x.1:1 made no value of a /t.");
        (await ada.ResolveAsync(new ResolveOptions { Key = "a", Take = 1, DryRun = true })).ConflictsLeft.ShouldBe(0);
        (await ada.StatusAsync()).Publication.ShouldBe(before.Publication);
        (await ada.StatusAsync()).Conflicts.Count.ShouldBe(1);
        await ada.ResolveAsync(new ResolveOptions { Key = "a", Take = 1 });
        await RefusedAsync(new ResolveOptions { Key = "a", Take = 1 }, ExitCode.InvalidData, "The entry 'a' has no conflict.");
        (await ada.ResolveAsync(new ResolveOptions { Latest = true })).Resolved.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_value_that_no_reader_would_take_is_refused()
    {
        await DisagreeAsync("""{"id":"a","t":"by ada"}""", """{"id":"a","t":"by bob"}""");
        ada.Adjust = settings => settings with { DepthMax = 3 };
        var deep = await Should.ThrowAsync<MemoryBackupException>(() => ada.ResolveAsync(new ResolveOptions { Key = "a", Value = JsonText.Parse("[[[[1]]]]") }));
        (deep.ExitCode, deep.Message).ShouldBe((ExitCode.InvalidData, deep.Message));
        deep.Message.ShouldStartWith("The value cannot be written: ");
        ada.Adjust = settings => settings with { EntryBytesMax = 100 };
        await RefusedAsync(new ResolveOptions { Key = "a", Value = JsonText.String(new string('x', 100)) }, ExitCode.Limit, "The entry would be larger than 100 bytes.");
        ada.Adjust = settings => settings;
        (await ada.ConflictsAsync()).Conflicts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_two_versions_with_one_number_a_restore_asks_which()
    {
        await DisagreeAsync("""{"id":"a","t":"by ada"}""", """{"id":"a","t":"by bob"}""");
        var error = await Should.ThrowAsync<MemoryBackupException>(() => ada.RestoreAsync(new RestoreRequest { Entry = "a", Version = "2" }));
        (error.ExitCode, error.Remedy).ShouldBe((ExitCode.Usage, "Nothing was changed. Name one of them by its unique_id."));
        error.Message.ShouldStartWith("a has 2 versions 2, written at the same time: ");
        var name = (await ada.ConflictsAsync()).Conflicts[0].Values[1].UniqueId!;
        var restored = await ada.RestoreAsync(new RestoreRequest { Entry = "a", Version = name });
        System.Text.Encoding.UTF8.GetString(restored.Content.Span).ShouldContain("by ada");
    }

    [Fact]
    public async Task A_resolve_that_cannot_be_sent_is_saved_and_pending()
    {
        await DisagreeAsync("""{"id":"a","t":"by ada"}""", """{"id":"a","t":"by bob"}""");
        var remote = ada.Remote;
        ada.Remote = "/nowhere/at/all.git";
        (await ada.ResolveAsync(new ResolveOptions { Key = "a", Take = 1 })).ExitCode.ShouldBe(ExitCode.RemotePending);
        ada.Remote = remote;
        await ConvergeAsync();
        bob.Lines[0].ShouldContain("by ada");
    }

    private async Task RefusedAsync(ResolveOptions options, ExitCode exitCode, string message)
    {
        var error = await Should.ThrowAsync<MemoryBackupException>(() => ada.ResolveAsync(options));
        (error.ExitCode, error.Message).ShouldBe((exitCode, message));
    }

    private async Task DisagreeAsync(string byAda, string byBob)
    {
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        ada.Lines = [byAda, """{"id":"b"}"""];
        await ada.BackupAsync();
        await Task.Delay(20, TestContext.Current.CancellationToken);
        bob.Lines = [byBob, """{"id":"b"}"""];
        await bob.SyncAsync();
        await ada.SyncAsync();
    }

    private async Task ConvergeAsync()
    {
        await ada.SyncAsync();
        await bob.SyncAsync();
        await ada.SyncAsync();
        JsonText.Parse(bob.Lines[0]).SaysTheSame(JsonText.Parse(ada.Lines[0])).ShouldBeTrue($"{ada.Content}\n{bob.Content}");
    }
}
