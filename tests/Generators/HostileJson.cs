using System.Text.Json;
using CsCheck;

namespace MemoryBackup.Generators;

/// <summary>JSON values with names and texts that tempt a path, nested, with sets, near-sets and numbers in many spellings.</summary>
internal static class HostileJson
{
    public static Gen<string> Text { get; } =
        Gen.OneOf("", "a", "b", "~", "/", "#", "~0", "~1", "~01", "/a", "#a", "a/b", "a#b", "é", "\0", "\"", "\\", "😀", "{}", "[]", "true", "ab");

    private static Gen<string> Scalar { get; } =
        Gen.OneOf(
            Gen.OneOf("1", "1.0", "10e-1", "0", "-0", "-0.0", "1e400", "2", "true", "false", "null", "0.1", "1E-1"),
            Text.Select(text => JsonSerializer.Serialize(text)));

    public static Gen<string> Value { get; } =
        Gen.Recursive<string>((depth, value) =>
            depth > 3
                ? Scalar
                : Gen.Frequency(
                    (3, Scalar),
                    (4, Gen.Select(Text, value).Array[0, 4].Select(Object)),
                    (2, Text.Array[0, 4].Select(texts => Array(texts.Distinct().Select(text => JsonSerializer.Serialize(text))))),
                    (1, Text.Array[0, 3].Select(texts => Array(texts.Select(text => JsonSerializer.Serialize(text))))),
                    (1, value.Array[0, 3].Select(items => Array(items)))));

    private static string Object((string Name, string Value)[] members) =>
        "{" + string.Join(",", members.DistinctBy(member => member.Name).Select(member => $"{JsonSerializer.Serialize(member.Name)}:{member.Value}")) + "}";

    private static string Array(IEnumerable<string> items) => $"[{string.Join(",", items)}]";
}
