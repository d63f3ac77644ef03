using CsCheck;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Generators;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Tests.Infra;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Tests;

public sealed class EntryFilesTests
{
    private static readonly Gen<(int Added, double Dropped)[]> Steps = Gen.Select(Gen.Frequency((3, Gen.Int[0, 40]), (1, Gen.Int[0, 1200])), Gen.Frequency((3, Gen.Const(0.02)), (1, Gen.Double[0, 1]))).Array[1, 12];

    [Fact]
    public void Files_keep_the_order_of_writing_and_their_bounds_and_tell_exactly_which_changed() =>
        Gen.Select(Steps, Gen.OneOf(Gen.Const(2), Gen.Const(300), Gen.Const(3000)), Gen.Int[0, int.MaxValue]).Sample(
            history =>
            {
                var (steps, bytesMax, seed) = history;
                var random = new Random(seed);
                var files = EntryFiles.Empty;
                var expected = new List<Version>();
                var (sequence, most) = (0, 0);
                foreach (var (count, share) in steps)
                {
                    var before = files.Files.ToDictionary(file => file.Key, file => files.Bytes(file.Key).ToArray());
                    var dropped = expected.Where(_ => random.NextDouble() < share).Select(version => version.Dot).ToHashSet();
                    var added = Enumerable.Range(0, count).Select(_ => Large(++sequence, random.Next(2, bytesMax + 1))).ToList();
                    expected = [.. expected.Where(version => !dropped.Contains(version.Dot)), .. added];
                    files = files.Stored().Change(dropped.Contains, added);
                    files.Versions.ShouldBe(expected);
                    files.Files.Values.ShouldAllBe(versions => versions.Length > 0 && versions.Length <= EntryFiles.LinesMax);

                    // So many there were while the new ones were put away, before small ones were joined.
                    most = Math.Max(most, before.Keys.Union(files.Files.Keys).Union(files.Changed).Count());
                    files.Files.Values.ShouldAllBe(versions => Said(versions.SkipLast(1)) < EntryFiles.FullAt(most));
                    var written = files.Files.Zip(files.Files.Skip(1)).Where(pair => files.Changed.Any(number => number >= pair.First.Key && number <= pair.Second.Key));
                    written.Select(pair => pair.First.Value.Concat(pair.Second.Value).ToList())
                        .ShouldAllBe(pair => pair.Count >= EntryFiles.LinesJoined || Said(pair) >= EntryFiles.BytesJoined(files.Files.Count));
                    foreach (var number in before.Keys.Union(files.Files.Keys))
                    {
                        var same = before.TryGetValue(number, out var bytes) && files.Files.ContainsKey(number) && files.Bytes(number).Span.SequenceEqual(bytes);
                        (same || files.Changed.Contains(number)).ShouldBeTrue();
                    }
                }

                var read = EntryFiles.Of(files.Files.Keys.Select(number => KeyValuePair.Create(number, EntryFiles.Read(files.Bytes(number).Span, depthMax: 128))));
                read.Versions.Select(version => version.Dot).ShouldBe(expected.Select(version => version.Dot));
            },
            iter: Scale.Times(60));

    [Fact]
    public void One_edit_touches_two_files_at_most()
    {
        var files = EntryFiles.Empty.Change(_ => false, Enumerable.Range(1, 10_000).Select(i => Small(i))).Stored();
        files.Files.Count.ShouldBe(20);
        var edited = files.Change(dot => dot.Sequence == 700, [Small(10_001)]);
        edited.Changed.ShouldBe([2L, 20L]);
        files.Change(_ => false, []).Changed.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1_000, 300)]
    [InlineData(10_000, 300)]
    [InlineData(100_000, 300)]
    [InlineData(2_000, 8_000)]
    public void What_an_edit_writes_grows_with_the_square_root_of_the_state(int entries, int bytes)
    {
        const int bytesOfName = 60;
        var files = EntryFiles.Empty.Change(_ => false, Enumerable.Range(1, entries).Select(i => Large(i, bytes))).Stored();
        for (var edit = 1; edit <= 20; edit++)
        {
            var sequence = entries * edit / 21;
            files = files.Stored().Change(dot => dot.Sequence == sequence, [Large(entries + edit, bytes)]);
            var written = files.Changed.Where(files.Files.ContainsKey).Sum(number => files.Bytes(number).Length) + (files.Files.Count * bytesOfName);
            ((double)written).ShouldBeLessThan(80 * Math.Sqrt(files.Versions.Sum(VersionLine.Size)) + (4 * EntryFiles.FullAt(1)));
        }
    }

    // As other programs of the same format may have written them, and this one before.
    [Fact]
    public void Files_that_were_filled_further_stay_as_they_are_and_are_taken_up()
    {
        var versions = Enumerable.Range(1, 3 * EntryFiles.LinesMax).Select(i => Large(i, 300)).ToList();
        var files = EntryFiles.Of(versions.Chunk(EntryFiles.LinesMax).Select((file, i) => KeyValuePair.Create(i + 1L, file)));
        var edited = files.Change(dot => dot.Sequence == 700, [Large(9_999, 300)]);
        edited.Changed.ShouldBe([2L, 4L]);
        edited.Versions.ShouldBe([.. versions.Where(version => version.Dot.Sequence != 700), edited.Files[4].Single()]);
    }

    [Fact]
    public void Large_entries_are_spread_over_files_that_can_be_read_as_one_object()
    {
        var large = Enumerable.Range(1, 12).Select(i => Write(i, $"{{\"t\":\"{new string('x', 5 << 20)}\"}}")).ToList();
        var files = EntryFiles.Empty.Change(_ => false, large);
        files.Files.Count.ShouldBe(12);
        files.Versions.ShouldBe(large);
        files = files.Change(dot => dot.Sequence % 4 != 0, [Small(13)]);
        files.Versions.Select(version => version.Dot.Sequence).ShouldBe([4, 8, 12, 13]);
        files.Files.Keys.ShouldAllBe(number => files.Bytes(number).Length < 2 * EntryFiles.BytesMax);
    }

    [Theory]
    [InlineData("0000000001.jsonl", true)]
    [InlineData("9999999999.jsonl", true)]
    [InlineData("0000000000.jsonl", false)]
    [InlineData("1.jsonl", false)]
    [InlineData("00000000001.jsonl", false)]
    [InlineData("+000000001.jsonl", false)]
    [InlineData("000000000\u0661.jsonl", false)]
    [InlineData("0000000001", false)]
    [InlineData(".jsonl", false)]
    [InlineData("", false)]
    public void Only_ten_digits_name_a_file(string name, bool valid) => EntryFiles.TryParseName(name, out _).ShouldBe(valid);

    private static long Said(IEnumerable<Version> versions) => versions.Sum(VersionLine.Size);

    private static Version Small(int sequence) => Write(sequence, "{}");

    private static Version Large(int sequence, int bytes) => Write(sequence, bytes < 10 ? "{}" : $"{{\"t\":\"{new string('x', bytes - 8)}\"}}");

    private static Version Write(int sequence, string json) => new Edit
    {
        Key = EntryKey.Entity($"{sequence}"),
        Base = [],
        Value = JsonText.Parse(json),
        Dot = new Dot(new Actor(Hostile.Replicas[0], 1), sequence),
        Stamp = Stamp.Earliest,
        Host = "h",
    }.ToVersion();
}
