using System.Text;
using CsCheck;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Crdt.Tests.Infra;

namespace MemoryBackup.Crdt.Tests;

/// <summary>Most values that differ do so plainly, and most edits are of one plain version: the short ways through these come to what the long ones do.</summary>
public sealed class ShortWaysTests
{
    private static readonly string[] Scalars =
        ["\"x\"", "\"xy\"", "\"\"", "\"\\\"\"", "\"\\\\\"", "\"\\n\"", "\"a:b,{\"", "1", "1.0", "10", "0.1e2", "-1", "0", "-0", "true", "false", "null", "{}", "[]", "[\"x\",\"y\"]", "[\"y\",\"x\"]", "[1,2]", "[{\"a\":\"x\"}]"];

    // Few names and values, so that many have much in common.
    private static readonly Gen<string> Entry = Gen.Int.Select(seed => Object(new Random(seed), depth: 3));

    private static readonly Gen<(string One, string Other)> Pair = Gen.Select(Entry, Gen.Int).Select((one, seed) => (one, Changed(one, new Random(seed))));

    [Fact]
    public void What_plainly_differs_says_something_else()
    {
        var (told, differing) = (0, 0);
        Gen.OneOf(Pair, Gen.Select(Entry, Entry).Select((one, other) => (one, other))).Sample(
            pair =>
            {
                var (one, other) = (JsonText.Parse(pair.Item1), JsonText.Parse(pair.Item2));
                var differs = !JsonNormalForm.Of(one).AsSpan().SequenceEqual(JsonNormalForm.Of(other));
                var isTold = one != other && PlainDifference.Is(one.Utf8.Span, other.Utf8.Span);
                Interlocked.Add(ref differing, differs ? 1 : 0);
                Interlocked.Add(ref told, isTold ? 1 : 0);
                (isTold && !differs).ShouldBeFalse();
                one.SaysTheSame(other).ShouldBe(!differs);
            },
            iter: Scale.Times(60_000));
        told.ShouldBeGreaterThan(differing / 4);
    }

    [Theory]
    [InlineData("""{"a":"x"}""", """{"a":"y"}""", true)]
    [InlineData("""{"a":"x"}""", """{"a":"xy"}""", true)]
    [InlineData("""{"a":"\\"}""", """{"a":"\""}""", true)]
    [InlineData("""{"a":"x"}""", """{"a":1}""", true)]
    [InlineData("""{"a":true}""", """{"a":false}""", true)]
    [InlineData("""{"a":"x"}""", """{"a":"x","b":1}""", true)]
    [InlineData("""{"a":1}""", """{"a":1,"b":1}""", true)]
    [InlineData("""{"o":{"a":"x"},"b":1}""", """{"o":{"a":"y"},"b":1}""", true)]
    [InlineData("""{"a":1}""", """{"a":1.0}""", false)]
    [InlineData("""{"a":1}""", """{"a":12}""", false)]
    [InlineData("""{"a":10}""", """{"a":0.1e2}""", false)]
    [InlineData("""{"a":1,"b":2}""", """{"b":2,"a":1}""", false)]
    [InlineData("""{"s":["x","y"]}""", """{"s":["y","x"]}""", false)]
    [InlineData("""{"s":[{"a":"x"}]}""", """{"s":[{"a":"y"}]}""", false)]
    public void It_is_told_of_texts_and_kinds_and_members_in_objects_alone(string one, string other, bool isTold)
    {
        PlainDifference.Is(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other)).ShouldBe(isTold);
        PlainDifference.Is(Encoding.UTF8.GetBytes(other), Encoding.UTF8.GetBytes(one)).ShouldBe(isTold);
    }

    [Fact]
    public void An_edit_of_one_plain_version_comes_to_what_folding_its_elements_does()
    {
        var (plain, edits, alternatives) = (0, 0, 0);
        Gen.Select(Entry, Gen.Int).Sample(
            (first, seed) =>
            {
                var random = new Random(seed);
                var written = new List<Version> { Edit(first, [], 1, 0).ToVersion() };
                Version[] before = [];
                for (var i = 1; i < 8; i++)
                {
                    // Also beside the last one, and then on top of both: that holds alternatives.
                    var last = written[^1];
                    Version[] onto = i % 4 == 2 ? before : i % 4 == 3 ? [last, written[^2]] : [last];
                    before = onto;
                    var edit = Edit(Changed(Face.Of(onto).Value.ToString(), random), onto, random.Next(3), i);
                    var (short_, long_) = (edit.ToVersion(), edit.ToVersionOfElements());
                    Described(short_).ShouldBe(Described(long_));
                    Interlocked.Increment(ref edits);
                    Interlocked.Add(ref alternatives, onto.Length == 1 && onto[0].CarriedWrites.Any(write => write.Hidden.Count > 0) ? 1 : 0);
                    Interlocked.Add(ref plain, onto.Length == 1 && PlainEdit.TryCarry(last, edit.Value, new SharedNames()) is not null ? 1 : 0);
                    written.Add(short_);
                }
            },
            iter: Scale.Times(4_000));
        plain.ShouldBeGreaterThan(edits / 4);
        alternatives.ShouldBeGreaterThan(edits / 100);
    }

    private static Edit Edit(string value, Version[] onto, int second, int number) => new()
    {
        Key = EntryKey.Entity("Ada"),
        Base = onto,
        Value = JsonText.Parse(value),
        Dot = new Dot(new Actor($"r{number % 3}", number), 1),
        Stamp = new Stamp(Stamp.At(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).Ticks + (second * TimeSpan.TicksPerSecond)),
        Host = "h",
    };

    private static string Described(Version version) =>
        $"{version.Value} {version.Number} {string.Join(' ', version.Seen.Greatest)} "
        + string.Join("; ", version.CarriedWrites.Select(write => $"{write.Dot} {write.Stamp} {string.Join(' ', write.Shown)} | {string.Join(' ', write.Hidden)}"));

    private static string Object(Random random, int depth) =>
        "{" + string.Join(',', "abcd".Where(_ => random.Next(2) == 0).Select(name => $"\"{name}\":{(depth > 0 && random.Next(4) == 0 ? Object(random, depth - 1) : Scalars[random.Next(Scalars.Length)])}")) + "}";

    // One value in another place, members in another order, one more or one less; or all anew.
    private static string Changed(string entry, Random random)
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(entry)!.AsObject();
        var names = node.Select(member => member.Key).ToList();
        switch (random.Next(6))
        {
            case 0:
                return Object(random, depth: 2);
            case 1 when names.Count > 0:
                node.Remove(names[random.Next(names.Count)]);
                break;
            case 2 when names.Count > 0:
                var moved = names[random.Next(names.Count)];
                var value = node[moved]?.DeepClone();
                node.Remove(moved);
                node.Add(moved, value);
                break;
            case 3 when names.FirstOrDefault(name => node[name] is System.Text.Json.Nodes.JsonObject) is { } inside:
                node[inside] = System.Text.Json.Nodes.JsonNode.Parse(Changed(node[inside]!.ToJsonString(), random));
                break;
            default:
                node["abcde"[random.Next(5)].ToString()] = System.Text.Json.Nodes.JsonNode.Parse(Scalars[random.Next(Scalars.Length)]);
                break;
        }

        return node.ToJsonString();
    }
}
