using System.Buffers;
using System.Text;
using CsCheck;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Generators;
using MemoryBackup.Store.Forgetting;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Tests.Infra;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Tests;

/// <summary>What requests to forget leave of versions, entry files and states.</summary>
public sealed class ForgottenVersionTests : IDisposable
{
    private const string Salt = "abcdefghijklmnopqrstuvwxyz";
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public void What_is_left_holds_nothing_banned_and_has_one_text_and_is_left_alone_from_then_on() =>
        Gen.Select(Hostile.Version, Hostile.Dots).Sample((version, dots) =>
        {
            var forgotten = Forgotten.Of([Request(version.Key, dots)]);
            var rest = forgotten.Apply(version);
            if (rest is null)
            {
                return;
            }

            dots.Contains(rest.Dot).ShouldBeFalse();
            rest.Elements.Values.SelectMany(element => element.Value).ShouldAllBe(value => !dots.Contains(value.Dot));
            forgotten.Apply(rest).ShouldBeSameAs(rest);
            var line = Line(rest);
            var read = VersionLine.Read(line.AsSpan()[..^1], depthMax: 1000);
            Line(read).ShouldBe(line);
            read.Elements.Values.Select(Shown).ShouldBe(rest.Elements.Values.Select(Shown));
        }, iter: 2_000 * Scale.Factor);

    [Fact]
    public void Another_key_is_left_alone_whatever_the_dots() =>
        Gen.Select(Hostile.Version, Hostile.Dots).Sample(
            (version, dots) => Forgotten.Of([Request(EntryKey.Entity("another one"), dots)]).Apply(version).ShouldBeSameAs(version), iter: 500);

    [Fact]
    public void Bytes_of_a_file_are_cleaned_as_its_versions_are() =>
        Gen.Select(Hostile.Version.Array[1, 5], Hostile.Dots).Sample((versions, dots) =>
        {
            var forgotten = Forgotten.Of([Request(versions[0].Key, dots)]);
            var file = versions.SelectMany(Line).ToArray();
            var expected = versions.Select(forgotten.Apply).ToList();
            var cleaned = new ForgottenLines(forgotten).Clean(file, out var dropped);
            (cleaned ?? file).ToArray().ShouldBe(expected.OfType<Version>().SelectMany(Line).ToArray());
            dropped.ShouldBe(expected.Count(version => version is null));
            (cleaned is null).ShouldBe(expected.Zip(versions).All(pair => ReferenceEquals(pair.First, pair.Second)));
        }, iter: 1_000 * Scale.Factor);

    [Fact]
    public void An_edit_made_at_the_same_time_keeps_its_own_words_and_what_names_the_entry()
    {
        var first = Write(EntryKey.ByField("id", JsonText.String("a")), """{"id":"a","secret":"s","list":["x","y"],"nested":{"deep":"d"}}""", 1);
        var edit = Write(first.Key, """{"id":"a","secret":"s","own":"words","list":["x","y","z"],"nested":{"deep":"d"}}""", 2, first);
        var forgotten = Forgotten.Of([ForgetRequest.Of(first.Key, [first], Salt, Stamp.Earliest)]);
        forgotten.Apply(first).ShouldBeNull();
        var rest = forgotten.Apply(edit)!;
        rest.Value.ToString().ShouldBe("""{"id":"a","own":"words","list":["z"]}""");
        rest.Dot.ShouldBe(edit.Dot);
        Face.Of([rest]).Conflicts.ShouldBeEmpty();
    }

    [Fact]
    public void An_edit_that_only_took_something_away_has_said_nothing()
    {
        var first = Write(EntryKey.Entity("Ada"), """{"type":"entity","name":"Ada","observations":["one","two"]}""", 1);
        var edit = Write(first.Key, """{"type":"entity","name":"Ada","observations":["one"]}""", 2, first);
        Forgotten.Of([ForgetRequest.Of(first.Key, [first], Salt, Stamp.Earliest)]).Apply(edit).ShouldBeNull();
    }

    [Fact]
    public void Two_requests_are_the_same_in_any_order() =>
        Gen.Select(Hostile.Version, Hostile.Dots, Hostile.Dots).Sample((version, one, other) =>
        {
            var (first, second) = (Request(version.Key, one), Request(version.Key, other));
            var together = Forgotten.Of([first, second]).Apply(version);
            var swapped = Forgotten.Of([second, first]).Apply(version);
            (together is null).ShouldBe(swapped is null);
            if (together is not null)
            {
                Line(together).ShouldBe(Line(swapped!));
            }
        }, iter: 1_000);

    [Fact]
    public void A_request_survives_its_text_and_another_id_is_refused()
    {
        var header = Header(Request(EntryKey.Entity("Somebody"), DotSet.Of([new Dot(new Actor("bob-aaaaaaaaaa", 1), 3)])));
        var bytes = ReplicaHeaderJson.Write(header);
        ReplicaHeaderJson.Write(ReplicaHeaderJson.Read(bytes)).ToArray().ShouldBe(bytes.ToArray());
        var text = Encoding.UTF8.GetString(bytes.Span);
        text.ShouldNotContain("Somebody");
        foreach (var (from, to) in new[] { ("\"bob-aaaaaaaaaa.1\": \"3\"", "\"bob-aaaaaaaaaa.1\": \"3-4\""), (Salt, "b" + Salt[1..]), (header.Forgotten[0].KeyHash, new string('0', 64)), (Salt, "short") })
        {
            text.ShouldContain(from);
            Should.Throw<StateInvalidException>(() => ReplicaHeaderJson.Read(Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal)))).Message.ShouldContain("request to forget");
        }
    }

    [Fact]
    public async Task A_request_that_bans_what_was_never_written_is_refused_with_its_state()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        await ada.PutAsync(("a", "{\"t\":1}"));
        await ada.SyncAsync();
        await bob.PutAsync(("b", "{\"t\":1}"));
        await bob.SyncAsync();
        await ada.SyncAsync();
        var actor = new Actor(await ada.ReplicaAsync(), 1);
        await using (var store = await bob.LoadAsync())
        {
            var request = Request(Station.Key("a"), DotSet.UpTo(new Dictionary<Actor, long> { [actor] = 99 }));
            (await CarryOut.RunAsync(store, [request], [], "bob", bob.Random, DateTimeOffset.UtcNow, TestContext.Current.CancellationToken)).ShouldBeTrue();
            await bob.Exchange(store).PushAsync(TestContext.Current.CancellationToken);
        }

        var met = await ada.SyncAsync();
        met.Rejected[await bob.ReplicaAsync()].ShouldContain("never made");
        (await ada.ShownAsync()).Keys.ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task More_requests_than_are_taken_are_refused()
    {
        var (ada, bob) = (world.Station("ada"), world.Station("bob"));
        ada.Limits = new StoreLimits { ForgottenMax = 1 };
        await bob.PutAsync(("a", "{}"), ("b", "{}"));
        await using (var store = await bob.LoadAsync())
        {
            ForgetRequest[] requests = [Request(Station.Key("a"), DotSet.Of([new Dot(new Actor(store.Local.Replica, 1), 1)])), Request(Station.Key("b"), DotSet.Of([new Dot(new Actor(store.Local.Replica, 1), 2)]))];
            await CarryOut.RunAsync(store, requests, [], "bob", bob.Random, DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);
            await bob.Exchange(store).PushAsync(TestContext.Current.CancellationToken);
        }

        (await ada.SyncAsync()).Rejected.Values.Single().ShouldContain("the limit is 1");
    }

    private static ForgetRequest Request(EntryKey key, DotSet dots) =>
        new() { At = Stamp.Earliest, Salt = Salt, KeyHash = ForgetRequest.HashOf(Salt, key.Text), Dots = dots };

    private static ReplicaHeader Header(params ForgetRequest[] requests) => new()
    {
        Space = "default",
        Replica = "ada-aaaaaaaaaa",
        Host = "ada",
        Publication = new PublicationName(1, new string('a', 26)),
        Sequences = new Dictionary<Actor, long>(),
        Forgotten = requests,
        Entries = 0,
    };

    private static Version Write(EntryKey key, string json, int sequence, params Version[] basis) => new Edit
    {
        Key = key,
        Base = basis,
        Value = JsonText.Parse(json),
        Dot = new Dot(new Actor(basis.Length == 0 ? "ada-aaaaaaaaaa" : "bob-aaaaaaaaaa", 1), sequence),
        Stamp = new Stamp(Stamp.Earliest.Ticks + sequence),
        Host = "test",
    }.ToVersion();

    private static string Shown(KeyValuePair<string, ElementValue[]> element) => $"{element.Key}: {string.Join(", ", element.Value.Select(value => $"{value.Dot} {value.Value}"))}";

    private static byte[] Line(Version version)
    {
        var buffer = new ArrayBufferWriter<byte>();
        VersionLine.Write(buffer, version);
        return buffer.WrittenSpan.ToArray();
    }
}
