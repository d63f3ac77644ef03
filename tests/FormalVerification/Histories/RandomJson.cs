using System.Globalization;
using System.Text.Json.Nodes;

namespace MemoryBackup.FormalVerification.Histories;

/// <summary>Values and changes of values. Most texts are written once in a history, so that the loss of one is seen.</summary>
internal sealed class RandomJson
{
    private static readonly string[] Names = ["a", "b", "c", "d"];
    private static readonly string[] Members = ["r", "s", "t"];
    private static readonly string[] Common = ["1", "1.0", "\"1\"", "true", "null"];

    /// <summary>Whole values that several authors may come to on their own.</summary>
    private static readonly string[] CommonWholes =
    [
        """{"a":1}""", """{"a":1.0}""", """{"a":1,"b":2}""", """{"b":2,"a":1}""", """{"a":{"c":1},"b":["r","s"]}""", """{"b":["s","r"],"a":{"c":1}}""", "7", "7.0",
    ];

    private int written;

    public string Whole(Random random) =>
        random.Next(10) switch
        {
            < 4 => CommonWholes[random.Next(CommonWholes.Length)],
            < 9 => Object(random, depth: 0).ToJsonString(),
            _ => Value(random, depth: 1)?.ToJsonString() ?? "null",
        };

    public string Changed(Random random, string before)
    {
        if (random.Next(12) == 0)
        {
            return Whole(random);
        }

        var root = JsonNode.Parse(before);
        for (var times = 1 + random.Next(3); times > 0; times--)
        {
            root = Change(random, root, depth: 0);
        }

        return root?.ToJsonString() ?? "null";
    }

    private JsonNode? Change(Random random, JsonNode? node, int depth)
    {
        if (node is JsonObject members && random.Next(8) > 0)
        {
            var name = Names[random.Next(Names.Length)];
            if (members.Count > 0 && random.Next(4) == 0)
            {
                members.Remove(members.ElementAt(random.Next(members.Count)).Key);
            }
            else if (members.TryGetPropertyValue(name, out var member) && random.Next(3) > 0)
            {
                members.Remove(name);
                members[name] = Change(random, member, depth + 1);
            }
            else
            {
                members[name] = Value(random, depth + 1);
            }

            return members;
        }

        if (node is JsonArray array && array.All(item => item?.GetValueKind() == System.Text.Json.JsonValueKind.String) && random.Next(8) > 0)
        {
            if (array.Count > 0 && random.Next(2) == 0)
            {
                array.RemoveAt(random.Next(array.Count));
            }
            else
            {
                array.Insert(random.Next(array.Count + 1), Member(random));
            }

            return array;
        }

        return depth == 0 && random.Next(3) > 0 ? Object(random, depth) : Value(random, depth);
    }

    private JsonNode? Value(Random random, int depth) =>
        random.Next(100) switch
        {
            < 22 when depth < 4 => Object(random, depth),
            < 40 => Set(random),
            < 44 => new JsonArray("r", "r"),
            < 48 => new JsonArray(++written, "r"),
            < 70 => JsonNode.Parse(Common[random.Next(Common.Length)]),
            _ => JsonValue.Create(Unique("w")),
        };

    private JsonObject Object(Random random, int depth)
    {
        var members = new JsonObject();
        for (var count = random.Next(4); count > 0; count--)
        {
            members[Names[random.Next(Names.Length)]] = Value(random, depth + 1);
        }

        return members;
    }

    private JsonArray Set(Random random)
    {
        var members = new JsonArray();
        foreach (var member in Enumerable.Range(0, random.Next(4)).Select(_ => Member(random)).Distinct())
        {
            members.Add(member);
        }

        return members;
    }

    private string Member(Random random) => random.Next(2) == 0 ? Members[random.Next(Members.Length)] : Unique("m");

    private string Unique(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{++written}");
}
