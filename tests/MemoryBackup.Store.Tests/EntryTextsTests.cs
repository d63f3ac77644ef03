using System.Runtime.InteropServices;
using CsCheck;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Generators;
using MemoryBackup.Git;
using MemoryBackup.Store.Forgetting;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;
using MemoryBackup.Store.Tests.Infra;

namespace MemoryBackup.Store.Tests;

/// <summary>What entries say when there is no room to hold it: it is read again, and is the same.</summary>
public sealed class EntryTextsTests : IDisposable
{
    private const int Entries = 6 * EntryFiles.LinesMax;
    private static readonly StoreLimits Nothing = new() { TextBytesHeld = 0 };
    private readonly World world = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => world.Dispose();

    [Fact]
    public void Values_that_are_read_again_are_the_ones_that_were_written() =>
        Hostile.Version.Array[1, 20].Sample(versions =>
        {
            var bytes = EntryFiles.Bytes(versions, expected: 0).ToArray();
            var text = new EntryText(null!, new NumberedBlob(1, "", ObjectId.None));
            var read = text.Read(bytes);
            text.Bytes.ShouldBeNull();
            text.Show([.. bytes]);
            EntryFiles.Bytes(read, expected: 0).ToArray().ShouldBe(bytes);
            read.Select(version => version.Value).ShouldBe(versions.Select(version => version.Value));
            read.SelectMany(version => version.Carried).Select(Shown).ShouldBe(EntryFiles.Read(bytes, depthMax: null).SelectMany(version => version.Carried).Select(Shown));
        }, iter: 1_000 * Scale.Factor);

    [Fact]
    public async Task A_store_that_holds_nothing_shows_the_same_whoever_asks_in_whatever_order()
    {
        var ada = await FullAsync();
        var shown = await ada.ShownAsync();
        await using (var holding = await ada.LoadAsync())
        {
            holding.Own!.Entries.Versions.ShouldAllBe(version => IsHeld(version.Value));
        }

        ada.Limits = Nothing;
        await using var store = await ada.LoadAsync();
        store.Own!.Entries.Versions.ShouldAllBe(version => !IsHeld(version.Value));
        var memory = store.All();
        var keys = memory.Keys.ToArray();
        new Random(1).Shuffle(keys);
        Parallel.ForEach(keys, key => memory.Face(key)!.Value.ToString().ShouldBe(shown[key.Display()]));
        Station.Shown(store).ShouldBe(shown);
    }

    [Fact]
    public async Task What_is_written_on_top_of_it_is_the_same_as_well()
    {
        var ada = await FullAsync();
        ada.Limits = Nothing;
        await ada.PutAsync(("7", "{\"n\":\"changed\"}"), ("1000", "[1]"), ("new", "{}"));
        await ada.DeleteAsync("8");
        var shown = await ada.ShownAsync();
        (shown["7"], shown["1000"], shown["new"], shown["9"], shown.ContainsKey("8")).ShouldBe(("{\"n\":\"changed\"}", "[1]", "{}", Json(9), false));
        shown.Count.ShouldBe(Entries);
        await ada.SyncAsync();
        var bob = world.Station("bob");
        bob.Limits = Nothing;
        await bob.SyncAsync();
        (await bob.ShownAsync()).ShouldBe(shown);
    }

    [Fact]
    public async Task There_is_more_room_for_those_who_jump_about_and_not_for_those_who_go_along()
    {
        var ada = await FullAsync();
        ada.Limits = Nothing;
        await using var store = await ada.LoadAsync();
        var versions = store.Own!.Entries.Versions.ToList();
        for (var round = 0; round < 5; round++)
        {
            versions.ForEach(version => version.Value.Kind.ShouldBe(JsonKind.Object));
        }

        store.Texts.BytesPresentMax.ShouldBe(0);
        for (var round = 0; round < 5; round++)
        {
            store.Own.Entries.Files.Values.ToList().ForEach(file => file[round].Value.Kind.ShouldBe(JsonKind.Object));
        }

        var whole = store.Own.Entries.Files.Keys.Sum(number => store.Own.Entries.Bytes(number).Length);
        store.Texts.BytesPresentMax.ShouldBeInRange(whole / 2, 2 * whole);
    }

    [Fact]
    public async Task What_is_kept_is_still_said_when_its_file_is_destroyed()
    {
        var (ada, shown) = await ChangedAsync();
        await using var store = await ada.LoadAsync();
        var versions = store.All().Live(Station.Key("7"));

        // Loose, since it was written anew by itself: a pack would stay readable as long as it is open.
        var file = FileOf(versions[0], store);
        store.Texts.Keep(new HashSet<ObjectId> { file });
        File.Delete(Path.Combine(ada.Path, "objects", $"{file}"[..2], $"{file}"[2..]));
        Station.Shown(store).ShouldBe(shown);
        Station.Shown(store).ShouldBe(shown);
    }

    [Fact]
    public async Task In_the_run_that_forgets_something_all_else_is_still_said()
    {
        var (ada, shown) = await ChangedAsync();
        await using var store = await ada.LoadAsync();
        var secret = store.All().Live(Station.Key("7")).Single();
        var file = FileOf(secret, store);
        var request = new ForgetRequest { At = Stamp.Earliest, Salt = new string('a', 26), KeyHash = ForgetRequest.HashOf(new string('a', 26), secret.Key.Text), Dots = DotSet.Of([secret.Dot]) };
        (await CarryOut.RunAsync(store, [request], [], "ada", ada.Random, DateTimeOffset.UtcNow, Stop)).ShouldBeTrue();
        var (left, _) = await ObjectCleanup.RunAsync(store, isAlone: true, "ada", ada.Random, DateTimeOffset.UtcNow, Stop);
        left.ShouldBeEmpty();
        world.Git(ada.Path, "cat-file", "--batch-check", "--batch-all-objects").ShouldNotContain(file.ToString());
        shown.Remove("7");
        Station.Shown(store).ShouldBe(shown);
    }

    [Fact]
    public async Task What_cannot_be_read_again_ends_the_run_with_an_error_that_says_so()
    {
        var repository = await GitRepository.InitBareAsync(world.GitProgram, Path.Combine(world.Folder, "empty.git"), cancellation: Stop);
        await using var reader = repository.OpenReader();
        var text = new EntryTexts(reader, bytesHeld: 0).Of(new NumberedBlob(1, "entries/1.jsonl", ObjectId.Parse(new string('1', 40))), bytes: 1);
        var value = text!.Read("{\"_crdt_metadata\":{\"key\":[\"id\",1],\"host\":\"h\",\"timestamp\":\"2026-01-02T03:04:05.6789012Z\",\"version\":1,\"unique_id\":\"ada-aaaaaaaaaa.1:1\"},\"a\":1}\n"u8).Single().Value;
        var error = Should.Throw<MemoryBackupException>(() => value.ToString());
        error.ExitCode.ShouldBe(ExitCode.Failed);
        error.Message.ShouldBe("What was read from the store before cannot be read again: entries/1.jsonl is missing.");
    }

    private async Task<Station> FullAsync()
    {
        var ada = world.Station("ada");
        await ada.PutAsync([.. Enumerable.Range(0, Entries).Select(i => ($"{i}", Json(i)))]);
        return ada;
    }

    // The file of the first entries was written anew since, and from here on nothing is held.
    private async Task<(Station Ada, SortedDictionary<string, string> Shown)> ChangedAsync()
    {
        var ada = await FullAsync();
        await ada.PutAsync(("5", "{}"));
        var shown = await ada.ShownAsync();
        ada.Limits = Nothing;
        return (ada, shown);
    }

    private static ObjectId FileOf(Crdt.Version version, SpaceStore store) =>
        store.Own!.EntryBlobs.Single(blob => blob.Value.Versions.Contains(version)).Key;

    private static bool IsHeld(JsonText value) => MemoryMarshal.TryGetArray(value.Utf8, out _);

    private static string Json(int i) => $"{{\"n\":{i},\"tags\":[\"a\",\"{i % 7}\"],\"text\":\"an entry\"}}";

    private static (string, Dot, string, bool) Shown(CarriedValue carried) => (carried.Path, carried.Value.Dot, carried.Value.Value.ToString(), carried.IsShown);
}
