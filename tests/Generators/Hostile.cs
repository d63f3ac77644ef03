using CsCheck;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Generators;

/// <summary>Values that break what was not written with them in mind.</summary>
internal static class Hostile
{
    public static readonly string[] Replicas = ["ada-aaaaaaaaaa", "bob_2-2345672345", "c-zzzzzzzzzz"];

    public static readonly Gen<string> Text = Gen.Frequency(
        (4, Gen.OneOf("", "a", "b", "\"", "\\", "\n", "\r\n", "\0", "\u001f\u007f", "é", "😀", "\u2028", "~", "/", "#", "~0/#", "_crdt_metadata", "value", "‮abc", "<script>")),
        (1, Gen.String[Gen.Char['\u0020', '\ud7ff'], 0, 6]));

    public static readonly Gen<JsonText> Json = Gen.Recursive<JsonText>((depth, self) => depth > 3
        ? Scalar
        : Gen.Frequency(
            (4, Scalar),
            (1, Gen.Const(JsonText.Parse(Bytes(new string((char)91, 300) + new string((char)93, 300)), 512))),
            (2, Text.Array[0, 4].Select(items => JsonText.Parse($"[{string.Join(',', items.Select(JsonText.String))}]"))),
            (2, self.Array[0, 3].Select(items => JsonText.Parse(Bytes($"[{string.Join(',', items)}]"), 512))),
            (3, ObjectOf(self))));

    public static readonly Gen<JsonText> JsonObject = ObjectOf(Json);

    public static readonly Gen<Dot> Dot = Gen.Select(Gen.OneOf(Replicas), Gen.OneOf(0, 1, 2, int.MaxValue), Gen.OneOf(1L, 2, 3, 41, long.MaxValue - 1))
        .Select((replica, number, sequence) => new Dot(new Actor(replica, number), sequence));

    public static readonly Gen<DotSet> Dots = Dot.Array[0, 6].Select(DotSet.Of);

    public static readonly Gen<Stamp> Time = Gen.OneOf(0L, 1, Stamp.Earliest.Ticks, Stamp.Latest.Ticks, Stamp.Latest.Ticks + 1, DateTime.MaxValue.Ticks, 638_000_000_000_000_001)
        .Select(ticks => new Stamp(ticks));

    public static readonly Gen<EntryKey> Key = Gen.OneOf(
        Text.Select(EntryKey.Entity),
        Gen.Select(Text, Text, Text).Select(EntryKey.Relation),
        Naming.Select(value => EntryKey.ByField("id", value)),
        Gen.Select(Text, Naming).Select(EntryKey.ByField),
        Text.Select(text => EntryKey.Document.In("/" + text)),
        Text.Select(text => EntryKey.Entity(text).In("/a\"b")),
        Json.Select(EntryKey.ByValue));

    /// <summary>Versions as they come about: new ones, and edits on top of one to three others.</summary>
    public static readonly Gen<Crdt.Version> Version =
        Gen.Select(Key, Json.Array[1, 5], Text, Dot.Array[8], Time.Array[8], Gen.Int[0, 3]).Select(Written);

    private static Gen<JsonText> Scalar => field ??= Gen.OneOf(
        Gen.OneOf("null", "true", "false", "0", "-0", "1", "1.0", "1e400", "-1E-400", "123456789012345678901234567890", "0.1e+0", "{}", "[]")
            .Select(JsonText.Parse),
        Text.Select(JsonText.String));

    private static Gen<JsonText> Naming => Scalar.Where(value => value.Kind is JsonKind.String or JsonKind.Number or JsonKind.Boolean);

    /// <summary>One byte of some bytes changed, taken out, doubled, or a piece of them moved.</summary>
    public static Gen<byte[]> Mutation(byte[] bytes) =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, bytes.Length - 1], Gen.Int[0, bytes.Length - 1], Gen.Byte, Gen.OneOf("null", "[", "]", "{", "}", "\"", ",", ":", "-1", "1e99", "9223372036854775807", "\\ud800", "true"))
            .Select((kind, at, other, value, token) => kind switch
            {
                0 => (byte[])[.. bytes[..at], value, .. bytes[(at + 1)..]],
                1 => [.. bytes[..at], .. bytes[(at + 1)..]],
                2 => [.. bytes[..at], .. Bytes(token), .. bytes[at..]],
                3 => [.. bytes[..Math.Min(at, other)], .. bytes[Math.Max(at, other)..]],
                _ => [.. bytes[..at], .. bytes[Math.Min(at, other)..Math.Max(at, other)], .. bytes[at..]],
            });

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static Gen<JsonText> ObjectOf(Gen<JsonText> value) => Gen.Select(Text, value).Array[0, 4].Select(members =>
        JsonText.Parse(Bytes($"{{{string.Join(',', members.DistinctBy(member => member.Item1).Select(member => $"{JsonText.String(member.Item1)}:{member.Item2}"))}}}"), 512));

    private static Crdt.Version Written(EntryKey key, JsonText[] values, string host, Dot[] dots, Stamp[] stamps, int bases)
    {
        Dot[] own = [.. dots.Distinct()];
        var onto = new List<Crdt.Version>();
        for (var i = 0; i < Math.Min(bases, Math.Min(own.Length, values.Length) - 1); i++)
        {
            onto.Add(Write(i, i == 2 ? [onto[0]] : []));
        }

        return Write(own.Length - 1, onto);

        Crdt.Version Write(int i, IReadOnlyList<Crdt.Version> basis) => new Edit
        {
            Key = key,
            Base = basis,
            Value = values[i % values.Length],
            IsBare = values[i % values.Length].Kind != JsonKind.Object,
            Dot = own[i],
            Stamp = stamps[i],
            Host = host,
            ActorMayHaveWrittenKey = i % 2 == 1,
        }.ToVersion();
    }
}
