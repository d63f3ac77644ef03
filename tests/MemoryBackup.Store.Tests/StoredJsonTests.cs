using System.Text;
using CsCheck;
using MemoryBackup.Crdt;
using MemoryBackup.Generators;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.Tests.Infra;

namespace MemoryBackup.Store.Tests;

public sealed class StoredJsonTests
{
    [Fact]
    public void A_long_line_stands_in_several_files()
    {
        var line = LineOf(1100);
        line.LastFile.ShouldBe(3);
        var read = LineOfDescent.Read([line.Bytes(1), line.Bytes(2), line.Bytes(3)]);
        read.SharedWith(line).ShouldBe(1100);
        read.Newest.ShouldBe(line.Newest);
        read.SequencesAfter(1025).Values.ShouldBe([1025L]);
        Should.Throw<StateInvalidException>(() => LineOfDescent.Read([line.Bytes(1), line.Bytes(3)]));
    }

    [Theory]
    [InlineData("""{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}""", null)]
    [InlineData("""{"a":1,"b":2,"a":1}""", "a")]
    [InlineData("""{"a":{"b":[[{"c":1,"d":2,"c":3}]]}}""", "c")]
    [InlineData("""{"a":1,"\u0061":2}""", "a")]
    [InlineData("""{"\u0061":1,"a":2}""", "a")]
    [InlineData("""{"\u0061":1,"\u0061":2}""", "a")]
    [InlineData("""{"a":1,"aa":2,"A":3,"a\\":4,"\u0061\u0061\u0061":5,"":6}""", null)]
    [InlineData("""{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8}""", null)]
    [InlineData("""{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"b":8}""", "b")]
    [InlineData("""{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"b":9}""", "b")]
    [InlineData("""{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"\u0062":9}""", "b")]
    public void A_name_that_stands_twice_is_refused(string json, string? repeated)
    {
        var read = () => StoredJson.Read(Encoding.UTF8.GetBytes(json), "x.json", element => element.GetRawText());
        if (repeated is null)
        {
            read().ShouldBe(json);
        }
        else
        {
            Should.Throw<StateInvalidException>(() => read()).Message.ShouldBe($"x.json is not as the format says: {repeated} stands there twice");
        }
    }

    [Theory]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"a\":{\"b\":1,\"\\udc00\":2}}")]
    [InlineData("{\"\u00ff\":1}")]
    [InlineData("{\"a\":\"\u00ff\"}")]
    public void What_is_no_text_is_refused_though_nobody_reads_it(string latin1) =>
        Should.Throw<StateInvalidException>(() => StoredJson.Read(Encoding.Latin1.GetBytes(latin1), "x.json", _ => 0));

    [Fact]
    public void Of_a_name_that_stands_twice_no_more_is_said_than_can_be_read()
    {
        var name = new string('n', 100_000);
        var json = Encoding.UTF8.GetBytes($"{{\"{name}\":1,\"{name}\":2}}");
        Should.Throw<StateInvalidException>(() => StoredJson.Read(json, "x.json", element => 0)).Message.Length.ShouldBeLessThan(200);
    }

    [Fact]
    public void Of_a_long_line_the_files_are_read_that_a_question_is_about()
    {
        var line = LineOf(5000);
        var read = new List<long>();
        var stored = LineOfDescent.Of(line.Files.Select(file => LineFile.Stored(file.Number, blob: null, () =>
        {
            read.Add(file.Number);
            return file.Bytes;
        })));
        stored.Newest.ShouldBe(line.Newest);
        stored.Length.ShouldBe(5000);
        stored.With(new string('a', 26), new Dictionary<Actor, long>()).Length.ShouldBe(5001);
        read.ShouldBe([10L]);
        stored.Has(line.Files[2].Steps[3].Publication).ShouldBeTrue();
        stored.Has(line.Files[2].Steps[3].Publication with { Number = 1029 }).ShouldBeFalse();
        read.ShouldBe([10L, 3]);
        stored.SequencesAfter(512).Values.ShouldBe([512L]);
        stored.SequencesAfter(513).Values.ShouldBe([513L]);
        stored.SequencesAfter(9999).Values.ShouldBe([5000L]);
        read.Order().ShouldBe(Enumerable.Range(1, 10).Select(i => (long)i));
        stored.WritersOf(5000).ShouldBe([new Actor(Hostile.Replicas[0], 1)]);
    }

    [Fact]
    public void Who_had_written_how_far_is_found_from_either_end()
    {
        var random = new Random(5);
        var actors = Enumerable.Range(1, 6).Select(i => new Actor(Hostile.Replicas[0], i)).ToList();
        var counts = new long[actors.Count];
        var line = LineOfDescent.Empty;
        for (var i = 0; i < 1600; i++)
        {
            // The first writes once and never again, the last one never.
            var writing = Enumerable.Range(0, actors.Count - 1).Where(actor => actor == 0 ? i == 3 : random.Next(4) == 0).ToList();
            writing.ForEach(actor => counts[actor] += random.Next(1, 4));
            line = line.With(ReplicaId.NewToken(random), writing.ToDictionary(actor => actors[actor], actor => counts[actor]));
        }

        foreach (var publications in new[] { 0, 1, 3, 4, 511, 512, 513, 1024, 1025, 1599, 1600, 9999 })
        {
            line.SequencesAfter(publications, actors).ShouldBe(line.SequencesAfter(publications), ignoreOrder: true, $"after {publications}");
            line.SequencesAfter(publications, actors.Take(2)).Keys.ShouldBeSubsetOf(actors.Take(2));
        }

        var read = new List<long>();
        var stored = LineOfDescent.Of(line.Files.Select(file => LineFile.Stored(file.Number, blob: null, () =>
        {
            read.Add(file.Number);
            return file.Bytes;
        })));
        stored.SequencesAfter(1600, [actors[3]]).Count.ShouldBe(1);
        read.ShouldBe([4L]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(1024)]
    [InlineData(1300)]
    public void Lines_share_what_they_have_in_common_from_their_start(int shared)
    {
        var common = LineOf(shared);
        var (mine, theirs) = (Longer(common, 600, 2), Longer(common, 300, 3));
        mine.SharedWith(theirs).ShouldBe(shared);
        theirs.SharedWith(mine).ShouldBe(shared);
        mine.SharedWith(common).ShouldBe(shared);
        common.SharedWith(mine).ShouldBe(shared);
        mine.Has(new PublicationName(shared, common.Newest?.Token ?? "")).ShouldBe(shared > 0);
        mine.Has(theirs.Newest!.Value).ShouldBeFalse();
        mine.Has(new PublicationName(0, "")).ShouldBeFalse();
        mine.Has(new PublicationName(long.MaxValue, "")).ShouldBeFalse();
    }

    [Fact]
    public void A_file_that_is_not_full_has_none_behind_it()
    {
        var short1 = LineOf(500).Bytes(1);
        Should.Throw<StateInvalidException>(() => LineOfDescent.Read([short1, LineOf(600).Bytes(2)])).Message.ShouldContain("count its publications");
        Should.Throw<StateInvalidException>(() => LineOfDescent.Read([LineOf(512).Bytes(1), default]));
        Should.Throw<StateInvalidException>(() => LineOfDescent.Read([new byte[] { (byte)'\n' }]));
        Should.Throw<StateInvalidException>(() => LineOfDescent.Read([Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(LineOf(1).Bytes(1).Span).TrimEnd('\n'))]));
    }

    [Fact]
    public void Malformed_headers_are_refused_in_one_way() => Refuses(HostileStored.Header.Select(header => ReplicaHeaderJson.Write(header)), bytes => ReplicaHeaderJson.Read(bytes));

    [Fact]
    public void Malformed_local_states_are_refused_in_one_way() =>
        Refuses(HostileStored.Local.Select(local => LocalStateJson.Write(local)), bytes => LocalStateJson.Read(bytes, new Dictionary<string, TrackedFile>()));

    [Fact]
    public void Malformed_tracked_files_are_refused_in_one_way() => Refuses(HostileStored.Tracked.Select(file => TrackedFileJson.Write(file)), bytes => TrackedFileJson.Read(bytes, "f"));

    [Fact]
    public void Malformed_lines_of_descent_are_refused_in_one_way() => Refuses(HostileStored.Line.Select(line => line.Bytes(1)), bytes => LineOfDescent.Read([bytes]));

    [Fact]
    public void An_endless_run_of_removed_dots_costs_nothing()
    {
        var json = $"{{\"{Hostile.Replicas[1]}.1\":\"1-9223372036854775806\"}}";
        using var document = System.Text.Json.JsonDocument.Parse($"{{\"removed\":{json}}}");
        var removed = document.RootElement.Dots("removed");
        removed.Count.ShouldBe(long.MaxValue - 1);
        removed.Greatest(new Actor(Hostile.Replicas[1], 1)).ShouldBe(long.MaxValue - 1);
        removed.Union(removed).Except(removed).Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("ada", "ada")]
    [InlineData("Ada's Büro.local", "ada-s-b-ro-local")]
    [InlineData("", "host")]
    [InlineData("../..", "host")]
    [InlineData("-x", "x")]
    [InlineData("\u202e", "host")]
    public void A_replica_id_has_the_plain_part_of_its_hosts_label(string host, string label)
    {
        var id = ReplicaId.New(host, new Random(1));
        id[..^11].ShouldBe(label);
        ReplicaId.IsValid(id).ShouldBeTrue();
    }

    [Fact]
    public void Replica_ids_of_any_host_are_valid() => Gen.String.Sample(host => ReplicaId.IsValid(ReplicaId.New(host, new Random(1))), iter: Scale.Times(5_000));

    private static void Refuses<T>(Gen<ReadOnlyMemory<byte>> valid, Func<ReadOnlyMemory<byte>, T> read) =>
        valid.SelectMany(bytes => Hostile.Mutation(bytes.ToArray())).Sample(
            bytes =>
            {
                try
                {
                    read(bytes);
                }
                catch (StateInvalidException)
                {
                }
            },
            iter: Scale.Times(10_000),
            print: Encoding.UTF8.GetString);

    private static LineOfDescent LineOf(int publications) => Longer(LineOfDescent.Empty, publications, seed: 1);

    private static LineOfDescent Longer(LineOfDescent line, int publications, int seed)
    {
        var random = new Random(seed);
        return Enumerable.Range(line.Length + 1, publications).Aggregate(
            line, (longer, i) => longer.With(ReplicaId.NewToken(random), new Dictionary<Actor, long> { [new Actor(Hostile.Replicas[0], 1)] = i }));
    }
}
