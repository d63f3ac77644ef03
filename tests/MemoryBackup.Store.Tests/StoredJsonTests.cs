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
}
