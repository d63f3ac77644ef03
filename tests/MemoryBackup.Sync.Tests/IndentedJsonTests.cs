using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Generators;
using MemoryBackup.Sync.Merging;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

public sealed class IndentedJsonTests
{
    [Fact]
    public void Lines_begin_as_deep_as_their_containers() =>
        Indented("""{"a":{},"b":[1,-2.50e+1,["x,]}\"\\",null]],"c":[],"d":{"e":true}}""").ShouldBe(
            """
            {
              "a": {},
              "b": [
                1,
                -2.50e+1,
                [
                  "x,]}\"\\",
                  null
                ]
              ],
              "c": [],
              "d": {
                "e": true
              }
            }
            """);

    [Theory]
    [InlineData("1")]
    [InlineData("\"\"")]
    [InlineData("{}")]
    [InlineData("[]")]
    public void What_fits_a_line_stands_in_one(string json) => Indented(json).ShouldBe(json);

    [Fact]
    public void Nothing_but_white_space_is_added() => HostileJson.Value.Sample(
        json => JsonText.Parse(Indented(JsonText.Parse(json).ToString())) == JsonText.Parse(json),
        iter: Scale.Times(5_000));

    // The framework's writer is a second opinion on where lines break; it spells strings and numbers in its own way, so only the shape counts.
    [Fact]
    public void Lines_break_where_the_frameworks_do() => HostileJson.Value.Sample(
        json =>
        {
            var canonical = JsonText.Parse(json);
            using var document = JsonDocument.Parse(canonical.Utf8, new JsonDocumentOptions { MaxDepth = 512 });
            using var output = new MemoryStream();
            using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 512 }))
            {
                document.WriteTo(writer);
            }

            return Depths(Indented(canonical.ToString())).SequenceEqual(Depths(Encoding.UTF8.GetString(output.ToArray())));
        },
        iter: Scale.Times(5_000));

    private static IEnumerable<int> Depths(string json) => json.Split('\n').Select(line => line.Length - line.TrimStart(' ').Length);

    [Theory]
    [InlineData("\"abc")]
    [InlineData("\"")]
    [InlineData("{\"a\":\"b\\\"}")]
    public void A_string_without_an_end_is_refused(string text) => Should.Throw<ArgumentException>(() =>
    {
        var json = new IndentedJson(new ArrayBufferWriter<byte>());
        json.Write(Encoding.UTF8.GetBytes(text), 0);
    });

    internal static string Indented(string text)
    {
        var writer = new ArrayBufferWriter<byte>();
        var json = new IndentedJson(writer);
        json.Write(JsonText.Parse(text).Utf8.Span, 0);
        json.End();
        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }
}
