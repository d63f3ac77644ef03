using System.Text;
using CsCheck;
using MemoryBackup.Crdt;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.Tests.Infra;

namespace MemoryBackup.Store.Tests;

public sealed class StoredJsonTests
{
    private static readonly Gen<PublicationName> Publication = Gen.Select(Gen.Long[1, long.MaxValue], Gen.Int).Select((number, seed) => new PublicationName(number, ReplicaId.NewToken(new Random(seed))));

    private static readonly Gen<Dictionary<Actor, long>> Sequences = Hostile.Dot.Array[0, 4].Select(dots => dots.DistinctBy(dot => dot.Actor).ToDictionary(dot => dot.Actor, dot => dot.Sequence));

    private static readonly Gen<ReplicaHeader> Header = Gen.Select(Hostile.Text, Publication.Array[4], Sequences, Hostile.Dots, Gen.Long[0, 9], Gen.Int[0, 3]).Select((host, names, sequences, removed, entries, knows) => new ReplicaHeader
    {
        Space = "default",
        Replica = Hostile.Replicas[0],
        Host = host,
        Publication = names[3],
        Sequences = sequences,
        Removed = removed,
        Knows = Hostile.Replicas.Take(knows).Zip(names).ToDictionary(),
        Entries = entries,
        Imported = [host],
    });

    private static readonly Gen<LocalState> Local = Gen.Select(Hostile.Text, Hostile.Text, Sequences, Hostile.Time, Gen.Long[0, 9]).Select((machine, path, sequences, clock, run) => new LocalState
    {
        Machine = machine,
        StorePath = path,
        Replica = Hostile.Replicas[1],
        Sequences = sequences,
        Clock = clock,
        Run = run,
        Known = new Dictionary<string, string> { [Hostile.Replicas[2]] = new string('a', 40) },
        Imported = [path],
    });

    private static readonly Gen<TrackedFile> Tracked = Gen.Select(Hostile.Text, Hostile.Text, Gen.Int[0, 9], Gen.Bool, Hostile.FileState.Array[1, 3], Hostile.Text.Array[0, 2]).Select((path, field, actor, flag, states, back) => new TrackedFile
    {
        Path = path,
        Format = "JsonLines",
        KeyField = flag ? field : null,
        Actor = actor,
        ActorHasDeleted = flag,
        HasWriterThatNeverReloads = !flag,
        States = states,
        BroughtBack = back,
        Displaced = [new DisplacedFile(path, field, flag)],
    });

    private static readonly Gen<LineOfDescent> Line = Gen.Select(Gen.Int, Sequences.Array[1, 3]).Select((seed, steps) =>
        steps.Aggregate(LineOfDescent.Empty, (line, step) => line.With(ReplicaId.NewToken(new Random(seed)), step)));

    [Fact]
    public void A_header_is_read_back_as_it_was_and_has_one_text() => Header.Sample(
        header => ReplicaHeaderJson.Write(ReplicaHeaderJson.Read(ReplicaHeaderJson.Write(header))).Span.SequenceEqual(ReplicaHeaderJson.Write(header).Span),
        iter: Scale.Times(2_000));

    [Fact]
    public void A_local_state_is_read_back_as_it_was_and_has_one_text() => Local.Sample(
        local => LocalStateJson.Write(LocalStateJson.Read(LocalStateJson.Write(local), local.Files)).Span.SequenceEqual(LocalStateJson.Write(local).Span),
        iter: Scale.Times(2_000));

    [Fact]
    public void A_tracked_file_is_read_back_as_it_was_and_has_one_text() => Tracked.Sample(
        file => TrackedFileJson.Write(TrackedFileJson.Read(TrackedFileJson.Write(file), "f")).Span.SequenceEqual(TrackedFileJson.Write(file).Span),
        iter: Scale.Times(2_000));

    [Fact]
    public void A_line_of_descent_is_read_back_as_it_was_and_has_one_text() => Line.Sample(
        line => LineOfDescent.Read([line.Bytes(1)]) is var read && read.SharedWith(line) == line.Length && read.Bytes(1).Span.SequenceEqual(line.Bytes(1).Span),
        iter: Scale.Times(2_000));

    [Fact]
    public void A_long_line_stands_in_several_files()
    {
        var random = new Random(1);
        var line = Enumerable.Range(1, 1100).Aggregate(LineOfDescent.Empty, (line, i) => line.With(ReplicaId.NewToken(random), new Dictionary<Actor, long> { [new Actor(Hostile.Replicas[0], 1)] = i }));
        line.LastFile.ShouldBe(3);
        var read = LineOfDescent.Read([line.Bytes(1), line.Bytes(2), line.Bytes(3)]);
        read.SharedWith(line).ShouldBe(1100);
        read.Newest.ShouldBe(line.Newest);
        read.SequencesAfter(1025).Values.ShouldBe([1025L]);
        Should.Throw<StateInvalidException>(() => LineOfDescent.Read([line.Bytes(1), line.Bytes(3)]));
    }

    [Fact]
    public void Malformed_headers_are_refused_in_one_way() => Refuses(Header.Select(header => ReplicaHeaderJson.Write(header)), bytes => ReplicaHeaderJson.Read(bytes));

    [Fact]
    public void Malformed_local_states_are_refused_in_one_way() =>
        Refuses(Local.Select(local => LocalStateJson.Write(local)), bytes => LocalStateJson.Read(bytes, new Dictionary<string, TrackedFile>()));

    [Fact]
    public void Malformed_tracked_files_are_refused_in_one_way() => Refuses(Tracked.Select(file => TrackedFileJson.Write(file)), bytes => TrackedFileJson.Read(bytes, "f"));

    [Fact]
    public void Malformed_lines_of_descent_are_refused_in_one_way() => Refuses(Line.Select(line => line.Bytes(1)), bytes => LineOfDescent.Read([bytes]));

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
}
