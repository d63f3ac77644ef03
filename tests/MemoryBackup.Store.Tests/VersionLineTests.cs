using System.Text;
using CsCheck;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Generators;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Tests.Infra;
using static MemoryBackup.Generators.VersionText;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Tests;

public sealed class VersionLineTests
{
    private const string Plain =
        """{"_crdt_metadata":{"key":["id","a"],"host":"h","timestamp":"2026-01-02T03:04:05.6789012Z","version":1,"unique_id":"ada-aaaaaaaaaa.1:1"},"id":"a"}""";

    private const string Edited =
        """{"_crdt_metadata":{"key":["id","a"],"host":"h","timestamp":"2026-01-02T03:04:05.6789012Z","version":2,"unique_id":"ada-aaaaaaaaaa.1:2","seen":{"ada-aaaaaaaaaa.1":2,"bob_2-2345672345.1":4},"carried":[{"unique_id":"bob_2-2345672345.1:4","timestamp":"2026-01-01T00:00:00.0000000Z","shown":["/id"],"values":{"/text":"lost"}}]},"id":"a","text":"won"}""";

    [Fact]
    public void Malformed_lines_are_refused_in_one_way() =>
        Gen.OneOf(Plain, Edited).SelectMany(line => Hostile.Mutation(Encoding.UTF8.GetBytes(line))).Sample(ReadsOrRefuses, iter: Scale.Times(100_000), print: Encoding.UTF8.GetString);

    [Fact]
    public void Malformed_lines_of_hostile_versions_are_refused_in_one_way() =>
        Hostile.Version.SelectMany(version => Hostile.Mutation(Line(version))).Sample(ReadsOrRefuses, iter: Scale.Times(5_000), print: Encoding.UTF8.GetString);

    [Theory]
    [InlineData("\"shown\":[\"/id\"]", "\"shown\":[null]")]
    [InlineData("\"shown\":[\"/id\"]", "\"shown\":\"/id\"")]
    [InlineData("\"shown\":[\"/id\"]", "\"shown\":[\"/nothing\"]")]
    [InlineData("\"values\":{\"/text\":\"lost\"}", "\"values\":null")]
    [InlineData("\"values\":{\"/text\":\"lost\"}", "\"values\":{\"~9\":1}")]
    [InlineData("\"version\":2", "\"version\":0")]
    [InlineData("\"version\":2", "\"version\":9223372036854775807")]
    [InlineData("\"version\":2", "\"version\":2.5")]
    [InlineData("\"ada-aaaaaaaaaa.1\":2,", "\"ada-aaaaaaaaaa.1\":1,")]
    [InlineData("\"ada-aaaaaaaaaa.1\":2,", "\"ada-aaaaaaaaaa.1\":9223372036854775807,")]
    [InlineData("\"bob_2-2345672345.1\":4", "\"bob_2-2345672345.1\":-4")]
    [InlineData("\"bob_2-2345672345.1\":4", "\"bob\\\"x-2345672345.1\":4")]
    [InlineData("\"bob_2-2345672345.1\":4", "\"b.1\":4")]
    [InlineData("[\"id\",\"a\"]", "[\"id\"]")]
    [InlineData("[\"id\",\"a\"]", "[\"in\",\"/x\"]")]
    [InlineData("[\"id\",\"a\"]", "[\"id\",{\"a\":1}]")]
    [InlineData("[\"id\",\"a\"]", "[\"unheard of\",1]")]
    [InlineData("\"host\":\"h\"", "\"host\":null")]
    [InlineData("2026-01-02T03:04:05.6789012Z", "2026-01-02T03:04:05Z")]
    [InlineData("\"unique_id\":\"ada-aaaaaaaaaa.1:2\"", "\"unique_id\":\"ada-aaaaaaaaaa.1:02\"")]
    [InlineData("\"key\"", "\"unknown\":1,\"key\"")]
    [InlineData("\"text\":\"won\"", "\"id\":\"won\"")]
    [InlineData("\"text\":\"won\"", " \"text\":\"won\"")]
    [InlineData("\"text\":\"won\"", "\"text\":\"\\u0041\"")]
    public void A_line_that_breaks_a_rule_is_refused(string part, string broken)
    {
        Edited.ShouldContain(part);
        VersionLine.Read(Encoding.UTF8.GetBytes(Edited)).Dot.Sequence.ShouldBe(2);
        Should.Throw<StateInvalidException>(() => VersionLine.Read(Encoding.UTF8.GetBytes(Edited.Replace(part, broken, StringComparison.Ordinal))));
    }

    [Fact]
    public void A_value_as_deep_as_allowed_can_be_read_back_when_it_has_become_an_alternative()
    {
        var deep = $"{{\"a\":{new string('[', 511)}{new string(']', 511)}}}";
        var versions = new[] { Bob("{\"a\":1}", 1, []), Ada(deep, 1, []) };
        var edit = Bob("{\"a\":1,\"b\":2}", 2, [.. versions]);
        edit.Carried.ShouldContain(carried => !carried.IsShown);
        Same(VersionLine.Read(Line(edit)), edit).ShouldBeTrue();
    }

    [Fact]
    public void An_edit_of_a_version_with_the_greatest_number_can_be_read_back()
    {
        var line = Plain.Replace("\"version\":1", $"\"version\":{Version.NumberMax}", StringComparison.Ordinal);
        var edit = Bob("{\"id\":\"a\",\"b\":2}", 1, [VersionLine.Read(Encoding.UTF8.GetBytes(line))]);
        VersionLine.Read(Line(edit)).Number.ShouldBe(Version.NumberMax);
    }

    [Fact]
    public void An_entry_that_is_deeper_than_the_limit_is_refused() =>
        Should.Throw<StateInvalidException>(() => VersionLine.Read(Line(Ada($"{{\"a\":{new string('[', 128)}{new string(']', 128)}}}", 1, [])), depthMax: 128));

    internal static bool Same(Version left, Version right) =>
        left.Key == right.Key
        && left.Dot == right.Dot
        && left.Stamp == right.Stamp
        && left.Host == right.Host
        && left.Number == right.Number
        && left.Value == right.Value
        && left.IsBare == right.IsBare
        && left.IsFirst == right.IsFirst
        && left.Seen.Greatest.SequenceEqual(right.Seen.Greatest)
        && left.Carried.Count == right.Carried.Count
        && left.Elements.Values.Count == right.Elements.Values.Count
        && left.Elements.Values.All(element => right.Elements.Values[element.Key].SequenceEqual(element.Value));

    private static Version Ada(string json, long sequence, Version[] onto) => Write("ada-aaaaaaaaaa", json, sequence, onto, sequence);

    private static Version Bob(string json, long sequence, Version[] onto) => Write("bob_2-2345672345", json, sequence, onto, sequence + 10);

    private static Version Write(string replica, string json, long sequence, Version[] onto, long ticks) => new Edit
    {
        Key = EntryKey.Entity("a"),
        Base = onto,
        Value = JsonText.Parse(Encoding.UTF8.GetBytes(json), JsonCanonical.MaxDepthCeiling),
        Dot = new Dot(new Actor(replica, 1), sequence),
        Stamp = new Stamp(Stamp.Earliest.Ticks + ticks),
        Host = "h",
    }.ToVersion();

    private static void ReadsOrRefuses(byte[] line)
    {
        try
        {
            var version = VersionLine.Read(line);
            VersionLine.Read(Line(version)).Dot.ShouldBe(version.Dot);
            _ = version.Elements;
            _ = version.Key.Display();
        }
        catch (StateInvalidException)
        {
        }
    }

    private static string Shown(Version version) => Encoding.UTF8.GetString(Line(version));
}
