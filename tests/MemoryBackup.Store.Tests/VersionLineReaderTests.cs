using System.Text;
using CsCheck;
using MemoryBackup.Generators;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Tests.Infra;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Tests;

/// <summary>The reader of many lines takes a short way through most; it has to read what the general one reads, and refuse what that refuses.</summary>
public sealed class VersionLineReaderTests
{
    private const int DepthMax = 64;

    private const string Plain =
        """{"_crdt_metadata":{"key":["relation","A\"]","knows","b\\"],"host":"h","timestamp":"2026-01-02T03:04:05.6789012Z","version":1,"unique_id":"ada-aaaaaaaaaa.1:1"},"id":"a"}""";

    private const string Seen =
        """{"_crdt_metadata":{"key":["id","a"],"host":"h","timestamp":"2026-01-02T03:04:05.6789012Z","version":2,"unique_id":"ada-aaaaaaaaaa.1:2","seen":{"ada-aaaaaaaaaa.1":2,"bob_2-2345672345.1":4}},"id":"a","text":"won"}""";

    private const string Bare =
        """{"_crdt_metadata":{"key":["value","00"],"host":"h","timestamp":"2026-01-02T03:04:05.6789012Z","version":1,"unique_id":"ada-aaaaaaaaaa.1:1","bare":true},"value":7}""";

    private const string Empty =
        """{"_crdt_metadata":{"key":["document"],"host":"h","timestamp":"2026-01-02T03:04:05.6789012Z","version":1,"unique_id":"ada-aaaaaaaaaa.1:1"}}""";

    private const string Carried =
        """{"_crdt_metadata":{"key":["id","a"],"host":"h","timestamp":"2026-01-02T03:04:05.6789012Z","version":3,"unique_id":"ada-aaaaaaaaaa.1:3","seen":{"ada-aaaaaaaaaa.1":3,"bob_2-2345672345.1":4},"carried":[{"unique_id":"ada-aaaaaaaaaa.1:1","timestamp":"2026-01-02T03:04:05.0000000Z","shown":["/id"]},{"unique_id":"bob_2-2345672345.1:4","timestamp":"2026-01-02T03:04:06.0000000Z","shown":["/t","/t#a"]}]},"id":"a","text":"won","t":["a"]}""";

    [Fact]
    public void Both_read_every_version_alike() =>
        Hostile.Version.Sample(version => ReadAlike(VersionText.Line(version)), iter: Scale.Times(3_000));

    [Fact]
    public void Both_refuse_the_same_lines() =>
        Gen.OneOf(Plain, Seen, Bare, Empty, Carried).SelectMany(line => Hostile.Mutation(Encoding.UTF8.GetBytes(line)))
            .Sample(ReadAlike, iter: Scale.Times(100_000), print: Encoding.UTF8.GetString);

    [Theory]
    [InlineData(Plain)]
    [InlineData(Seen)]
    [InlineData(Bare)]
    [InlineData(Empty)]
    [InlineData(Carried)]
    public void A_line_cut_anywhere_is_refused_by_both(string line)
    {
        for (var length = 0; length < line.Length; length++)
        {
            var cut = Encoding.UTF8.GetBytes(line[..length]);
            Read(() => new VersionLineReader(DepthMax).Read(cut)).ShouldBeNull();
        }

        Read(() => new VersionLineReader(DepthMax).Read(Encoding.UTF8.GetBytes(line))).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("b\\\\", "b\\/")]
    [InlineData("knows", "\\u006bnows")]
    public void A_line_that_is_not_canonical_is_read_by_both_as_well(string part, string written)
    {
        var line = Encoding.UTF8.GetBytes(Plain.Replace(part, written, StringComparison.Ordinal));
        line.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(Plain)).ShouldBeFalse();
        Read(() => VersionLine.Read(line, DepthMax)).ShouldNotBeNull();
        ReadAlike(line).ShouldBeTrue();
    }

    [Fact]
    public void What_is_kept_of_one_line_is_not_taken_for_the_next_one()
    {
        var reader = new VersionLineReader(DepthMax);
        string[] lines =
        [
            Plain,
            Plain.Replace("ada-aaaaaaaaaa.1", "ada-aaaaaaaaaa.2", StringComparison.Ordinal).Replace("\"host\":\"h\"", "\"host\":\"hh\"", StringComparison.Ordinal),
            Plain.Replace("ada-aaaaaaaaaa", "bob-aaaaaaaaaa", StringComparison.Ordinal).Replace("\"host\":\"h\"", "\"host\":\"\"", StringComparison.Ordinal),
            Plain,
        ];

        var read = lines.Select(line => reader.Read(Encoding.UTF8.GetBytes(line))).ToList();

        read.Select(version => version.Dot.Actor.ToString()).ShouldBe(["ada-aaaaaaaaaa.1", "ada-aaaaaaaaaa.2", "bob-aaaaaaaaaa.1", "ada-aaaaaaaaaa.1"]);
        read.Select(version => version.Host).ShouldBe(["h", "hh", "", "h"]);
    }

    [Fact]
    public void What_one_line_leaves_alone_is_not_taken_for_what_the_next_one_does()
    {
        string[] lines =
        [
            Carried,
            Carried.Replace("[\"/t\",\"/t#a\"]", "[\"/t\"]", StringComparison.Ordinal),
            Carried.Replace("[\"/t\",\"/t#a\"]", "[\"/t\",\"/t#a\",\"/text\"]", StringComparison.Ordinal),
            Carried,
        ];
        foreach (var reader in (VersionLineReader[])[new(DepthMax), new(depthMax: null)])
        {
            lines.Select(line => reader.Read(Encoding.UTF8.GetBytes(line))).Select(version => string.Join(" and ", version.CarriedWrites.Select(write => string.Join(' ', write.Shown))))
                .ShouldBe(["/id and /t /t#a", "/id and /t", "/id and /t /t#a /text", "/id and /t /t#a"]);
        }

        Read(() => new VersionLineReader(DepthMax).Read(Encoding.UTF8.GetBytes(Carried.Replace("\"/id\"", "\"/ix\"", StringComparison.Ordinal)))).ShouldBeNull();
    }

    [Theory]
    [InlineData("[\"/t\",\"/t#a\"]", "[\"/t#a\",\"/t\"]")]
    [InlineData("bob_2-2345672345.1:4\",\"timestamp", "ada-aaaaaaaaaa.1:0\",\"timestamp")]
    [InlineData("bob_2-2345672345.1:4\",\"timestamp", "ada-aaaaaaaaaa.1:1\",\"timestamp")]
    [InlineData(",\"shown\":[\"/t\",\"/t#a\"]", "")]
    public void What_is_carried_out_of_order_is_no_canonical_line(string part, string written)
    {
        var line = Encoding.UTF8.GetBytes(Carried.Replace(part, written, StringComparison.Ordinal));
        line.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(Carried)).ShouldBeFalse();
        ReadAlike(line).ShouldBeTrue();
        if (Read(() => new VersionLineReader(DepthMax).Read(line)) is { } read)
        {
            VersionText.Line(read).ShouldNotBe(line);
        }
    }

    private static bool ReadAlike(byte[] line)
    {
        var (general, quick) = (Read(() => VersionLine.Read(line, DepthMax)), Read(() => new VersionLineReader(DepthMax).Read(line)));
        if (general is null || quick is null)
        {
            return general is null && quick is null;
        }

        // What is read without a check was checked when it came: it is in canonical form, or it was refused.
        var isCanonical = VersionText.Line(general).AsSpan().SequenceEqual(line);
        return VersionLineTests.Same(general, quick) && (!isCanonical || VersionLineTests.Same(general, new VersionLineReader(depthMax: null).Read(line)));
    }

    private static Version? Read(Func<Version> read)
    {
        try
        {
            return read();
        }
        catch (StateInvalidException)
        {
            return null;
        }
    }
}
