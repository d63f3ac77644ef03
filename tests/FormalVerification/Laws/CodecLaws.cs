using System.Text;
using CsCheck;
using MemoryBackup.Crdt;
using MemoryBackup.Generators;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;
using static MemoryBackup.Generators.VersionText;

namespace MemoryBackup.FormalVerification.Laws;

/// <summary>What a store writes is read back as it was, and has one text: equal states are equal bytes (docs/format.md).</summary>
public sealed class CodecLaws
{
    private const int DepthMax = 1_000;

    [Fact]
    public void A_version_is_read_back_from_its_line_as_it_was() =>
        Hostile.Version.Holds(version => ShouldSayTheSame(VersionLine.Read(Line(version), DepthMax), version), times: 3_000, print: Shown);

    [Fact]
    public void One_version_has_one_line() =>
        Hostile.Version.Holds(version => Line(VersionLine.Read(Line(version), DepthMax)).ShouldBe(Line(version)), times: 3_000, print: Shown);

    [Fact]
    public void A_line_that_was_checked_when_it_came_is_read_as_one_that_is_checked() =>
        Hostile.Version.Holds(version => ShouldSayTheSame(VersionLine.Read(Line(version), depthMax: null), version), times: 1_000, print: Shown);

    [Fact]
    public void A_line_holds_no_line_end() =>
        Hostile.Version.Holds(version => Line(version).ShouldNotContain((byte)'\n'), times: 1_000, print: Shown);

    [Fact]
    public void The_order_in_which_a_past_came_together_does_not_show_in_a_line() =>
        Gen.Select(Hostile.Version, Gen.Int).Holds(
            sample =>
            {
                var (version, seed) = sample;
                var greatest = version.Seen.Greatest.ToArray();
                var carried = version.Carried.ToArray();
                new Random(seed).Shuffle(greatest);
                new Random(seed).Shuffle(carried);
                var same = new Version
                {
                    Key = version.Key,
                    Dot = version.Dot,
                    Stamp = version.Stamp,
                    Host = version.Host,
                    Number = version.Number,
                    Value = version.Value,
                    IsBare = version.IsBare,
                    IsFirst = version.IsFirst,
                    Seen = CausalPast.Of(greatest),
                    Carried = carried,
                };
                Line(same).ShouldBe(Line(version));
            },
            times: 1_000);

    [Fact]
    public void An_entry_file_is_read_back_as_it_was() =>
        Hostile.Version.Array[1, 6].Holds(
            versions =>
            {
                var files = EntryFiles.Empty.Change(_ => false, versions);
                var read = EntryFiles.Of(files.Files.Keys.Select(number => KeyValuePair.Create(number, EntryFiles.Read(files.Bytes(number).Span, DepthMax))));
                read.Versions.Select(Line).ShouldBe(versions.Select(Line));
                read.Files.Keys.Select(number => Text(read.Bytes(number))).ShouldBe(files.Files.Keys.Select(number => Text(files.Bytes(number))));
            },
            times: 400);

    [Fact]
    public void A_set_of_dots_is_read_back_as_it_was_whatever_the_order_of_its_parts() =>
        Gen.Select(Hostile.Dot.Array[0, 8], Gen.Int).Holds(
            sample =>
            {
                var (dots, seed) = sample;
                var set = DotSet.Of(dots);
                var shuffled = dots.ToArray();
                new Random(seed).Shuffle(shuffled);
                Texts(DotSet.Of(shuffled)).ShouldBe(Texts(set));
                DotSet.TryParse(Texts(set), out var read).ShouldBeTrue();
                Texts(read).ShouldBe(Texts(set));
                dots.ShouldAllBe(dot => read.Contains(dot));
                read.Count.ShouldBe(dots.Distinct().Count());
            },
            times: 2_000);

    [Fact]
    public void A_header_is_read_back_as_it_was_and_has_one_text() =>
        HostileStored.Header.Holds(header => IsReadBack(header, ReplicaHeaderJson.Write, ReplicaHeaderJson.Read), times: 1_000, print: Shown);

    [Fact]
    public void A_header_has_one_text_whatever_the_order_of_its_parts() =>
        HostileStored.Header.Holds(
            header => Text(ReplicaHeaderJson.Write(header with
            {
                Sequences = header.Sequences.Reverse().ToDictionary(),
                Knows = header.Knows.Reverse().ToDictionary(),
                Retired = [.. header.Retired.Reverse()],
                Imported = [.. header.Imported.Reverse()],
                Forgotten = [.. header.Forgotten.Reverse()],
            })).ShouldBe(Shown(header)),
            times: 1_000,
            print: Shown);

    [Fact]
    public void A_local_state_is_read_back_as_it_was_and_has_one_text() =>
        HostileStored.Local.Holds(
            local => IsReadBack(local, LocalStateJson.Write, bytes => LocalStateJson.Read(bytes, local.Files)),
            times: 1_000,
            print: local => Text(LocalStateJson.Write(local)));

    [Fact]
    public void A_tracked_file_is_read_back_as_it_was_and_has_one_text() =>
        HostileStored.Tracked.Holds(
            file => IsReadBack(file, TrackedFileJson.Write, bytes => TrackedFileJson.Read(bytes, "f")),
            times: 1_000,
            print: file => Text(TrackedFileJson.Write(file)));

    [Fact]
    public void A_line_of_descent_is_read_back_as_it_was_and_has_one_text() =>
        HostileStored.Line.Holds(
            line =>
            {
                var read = LineOfDescent.Read([line.Bytes(1)]);
                read.Length.ShouldBe(line.Length);
                read.SharedWith(line).ShouldBe(line.Length);
                read.Advances.Select(Described.Of).ShouldBe(line.Advances.Select(Described.Of));
                Text(read.Bytes(1)).ShouldBe(Text(line.Bytes(1)));
            },
            times: 2_000,
            print: line => Text(line.Bytes(1)));

    private static void IsReadBack<T>(T value, Func<T, ReadOnlyMemory<byte>> write, Func<ReadOnlyMemory<byte>, T> read)
    {
        var back = read(write(value));
        Described.Of(back).ShouldBe(Described.Of(value));
        Text(write(back)).ShouldBe(Text(write(value)));
    }

    private static void ShouldSayTheSame(Version read, Version version)
    {
        read.Key.ShouldBe(version.Key);
        read.Dot.ShouldBe(version.Dot);
        read.Stamp.ShouldBe(version.Stamp);
        read.Host.ShouldBe(version.Host);
        read.Number.ShouldBe(version.Number);
        read.Value.ShouldBe(version.Value);
        read.IsBare.ShouldBe(version.IsBare);
        read.IsFirst.ShouldBe(version.IsFirst);
        read.Seen.Greatest.ShouldBe(version.Seen.Greatest);
        read.Carried.Select(Carried).Order().ShouldBe(version.Carried.Select(Carried).Order());
        Elements(read).ShouldBe(Elements(version));
    }

    private static string Carried(CarriedValue carried) => $"{carried.Path} {carried.IsShown} {carried.Value}";

    private static List<string> Elements(Version version) =>
        [.. version.Elements.Values.Select(element => $"{element.Key}: {string.Join(", ", element.Value)}")];

    private static Dictionary<Actor, string> Texts(DotSet dots) => dots.Actors.ToDictionary(actor => actor, dots.Text);

    private static string Shown(Version version) => Encoding.UTF8.GetString(Line(version));

    private static string Shown(ReplicaHeader header) => Text(ReplicaHeaderJson.Write(header));

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
