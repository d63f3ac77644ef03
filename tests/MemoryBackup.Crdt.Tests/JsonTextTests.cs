using System.Text;
using System.Text.Json;
using CsCheck;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Crdt.Tests.Infra;

namespace MemoryBackup.Crdt.Tests;

public sealed class JsonTextTests
{
    private static readonly Gen<byte[]> NearlyJson =
        Gen.OneOf("{", "}", "[", "]", ",", ":", "\"", "\\", "\"a\"", "\"b\":", "1", "-", "0", ".5", "e", "E+1", "true", "null", "fals", " ", "\n", "\\u00e9", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "é", "\u0001", "/")
            .Array[0, 12].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)));

    private static readonly Gen<string> Value = Gen.Recursive<string>((depth, self) => depth > 4
        ? Gen.OneOf("null", "true", "1", "1.0", "-0", "1e400", "\"a\"", "\"\\u00e9\\n\"", "\" \"")
        : Gen.Frequency(
            (3, Gen.OneOf("null", "true", "1", "1.0", "-0", "1e400", "\"a\"", "\"\\u00e9\\n\"", "\" \"")),
            (1, self.Array[0, 4].Select(items => $"[ {string.Join(" ,\n", items)}]")),
            (1, self.Array[0, 4].Select(items => $"{{{string.Join(", ", items.Select((item, i) => $"\"m{i}\" :{item}"))} }}"))));

    [Theory]
    [InlineData(" { \"b\" : [ 1 , 2 ] ,\t\"a\":{ } }\r\n", "{\"b\":[1,2],\"a\":{}}")]
    [InlineData("\"\\u0041\\u00e9\\/\\ud83d\\ude00\"", "\"Aé/😀\"")]
    [InlineData("\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001F\\u0009\\u007f\"", "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\\t\u007f\"")]
    [InlineData("\"\\u0022\\u005c\"", "\"\\\"\\\\\"")]
    [InlineData(" -0 ", "-0")]
    [InlineData("[1e400,1E+5,0.10,123456789012345678901234567890]", "[1e400,1E+5,0.10,123456789012345678901234567890]")]
    [InlineData("{\"\\u0061\":1}", "{\"a\":1}")]
    [InlineData("\" a  b \"", "\" a  b \"")]
    public void Canonical_text_has_no_needless_space_or_escape_and_keeps_order_and_numbers(string text, string canonical) =>
        JsonText.Parse(text).ToString().ShouldBe(canonical);

    // Each alone: beside another that is not canonical it would be written anew whatever is thought of it.
    [Theory]
    [InlineData("\\/", "/")]
    [InlineData("\\u0008", "\\b")]
    [InlineData("\\u000c", "\\f")]
    [InlineData("\\u000a", "\\n")]
    [InlineData("\\u000d", "\\r")]
    [InlineData("\\u0009", "\\t")]
    [InlineData("\\u001F", "\\u001f")]
    [InlineData("\\u001A", "\\u001a")]
    [InlineData("\\u001b", "\\u001b")]
    [InlineData("\\u0010", "\\u0010")]
    [InlineData("\\u000f", "\\u000f")]
    [InlineData("\\u0020", " ")]
    [InlineData("\\u0022", "\\\"")]
    [InlineData("\\ud83d\\ude00", "😀")]
    [InlineData("\\u00E9\\u007f", "é\u007f")]
    public void An_escape_by_itself_is_written_in_the_one_canonical_way(string inside, string canonical)
    {
        JsonText.Parse($"\"{inside}\"").ToString().ShouldBe($"\"{canonical}\"");
        JsonText.Parse($"{{\"{inside}\":\"{inside}\"}}").ToString().ShouldBe($"{{\"{canonical}\":\"{canonical}\"}}");
    }

    [Theory]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("[ 1]")]
    [InlineData("[1 ]")]
    [InlineData("[1, 2]")]
    [InlineData("[1\n,2]")]
    [InlineData("{\t\"a\":1}")]
    [InlineData("{\"a\" :1}")]
    [InlineData("{\"a\":\r1}")]
    [InlineData("{\"a\":1 }")]
    [InlineData("[{} ]")]
    [InlineData("{\"a\":[ ]}")]
    public void A_needless_space_anywhere_goes(string text) =>
        JsonText.Parse(text).ToString().ShouldBe(string.Concat(text.Where(character => !char.IsWhiteSpace(character))));

    [Fact]
    public void Canonical_text_is_its_own_canonical_text() =>
        Value.Sample(text => JsonText.Parse(JsonText.Parse(text).Utf8.Span) == JsonText.Parse(text), iter: Scale.Times(5_000));

    [Fact]
    public void Canonical_text_means_what_its_source_means_to_another_reader() =>
        Value.Sample(
            text =>
            {
                using var source = JsonDocument.Parse(text);
                using var canonical = JsonDocument.Parse(JsonText.Parse(text).Utf8);
                JsonElement.DeepEquals(source.RootElement, canonical.RootElement).ShouldBeTrue();
            },
            iter: Scale.Times(5_000));

    [Fact]
    public void What_another_strict_reader_takes_is_taken_and_nothing_else() =>
        NearlyJson.Sample(bytes => Takes(bytes) == AnotherTakes(bytes), iter: Scale.Times(100_000), print: bytes => Encoding.UTF8.GetString(bytes));

    [Theory]
    [InlineData("", 0)]
    [InlineData("  ", 2)]
    [InlineData("{\"a\":1", 6)]
    [InlineData("[1,]", 3)]
    [InlineData("[1 2]", 3)]
    [InlineData("{\"a\" 1}", 5)]
    [InlineData("{a:1}", 1)]
    [InlineData("1 1", 2)]
    [InlineData("[\"\\x\"]", 2)]
    [InlineData("\"\\u12g4\"", 1)]
    [InlineData("\"é\\ud800x\"", 3)]
    [InlineData("\"\\udc00\"", 1)]
    [InlineData("{\"a\":1,\"b\":{\"a\":2},\"\\u0061\":3}", 19)]
    [InlineData("[1.]", 3)]
    [InlineData("-", 0)]
    [InlineData("[tru]", 1)]
    [InlineData("tru", 3)]
    [InlineData("\"a\nb\"", 2)]
    public void A_fault_is_named_by_its_place(string text, int offset) =>
        Should.Throw<JsonInvalidException>(() => JsonText.Parse(text)).Offset.ShouldBe(offset);

    [Theory]
    [InlineData("", "the text ends before its value does")]
    [InlineData("{\"a\":", "the text ends inside an object")]
    [InlineData("{\"a\":[1,", "the text ends inside an array")]
    [InlineData("{", "the text ends inside an object")]
    [InlineData("[", "the text ends inside an array")]
    [InlineData("{\"a\":fals", "the text ends inside an object")]
    [InlineData("[\"a", "the text ends inside an array")]
    [InlineData("\"a\\", "the text ends inside a string")]
    [InlineData("\"\\u12", "the text ends inside a string")]
    [InlineData("1 1", "unexpected '1': the value ended before it")]
    [InlineData("[1,]", "unexpected ']': no comma may stand before it")]
    [InlineData("{\"a\":1,}", "unexpected '}': no comma may stand before it")]
    [InlineData("{\"a\":]", "unexpected ']': expected a value")]
    [InlineData("]", "unexpected ']': expected a value")]
    [InlineData("[}", "unexpected '}': expected a value")]
    [InlineData("[falsy]", "unexpected 'f': expected a value")]
    [InlineData("[1 2]", "unexpected '2': expected ',' or ']'")]
    [InlineData("{\"a\":1 2}", "unexpected '2': expected ',' or '}'")]
    [InlineData("{a:1}", "unexpected 'a': expected a member name in double quotes")]
    [InlineData("{\"a\" 1}", "unexpected '1': expected ':' after a member name")]
    [InlineData("[é]", "unexpected 'é': expected a value")]
    [InlineData("[\u007f]", "unexpected the byte 0x7f: expected a value")]
    [InlineData("[1] // so", "unexpected '/': JSON has no comments")]
    [InlineData("[NaN]", "NaN is not JSON")]
    [InlineData("[Infinity]", "Infinity is not JSON")]
    [InlineData("[undefined]", "undefined is not JSON")]
    [InlineData("[None]", "None is not JSON")]
    [InlineData("[True]", "True is not JSON")]
    [InlineData("[False]", "False is not JSON")]
    [InlineData("[1.]", "a number lacks a digit")]
    [InlineData("\"a\nb\"", "the control character 0x0a in a string is not escaped")]
    [InlineData("\"\\x\"", "a backslash stands before a character that it cannot escape")]
    [InlineData("\"\\u12g4\"", "\\u wants four hexadecimal digits")]
    [InlineData("\"\\ud800x\"", "a string holds half of a surrogate pair")]
    [InlineData("\"\\ud800\\u0041\"", "a string holds half of a surrogate pair")]
    [InlineData("{\"a\":1,\"a\":2}", "the member \"a\" stands twice in one object")]
    public void A_fault_is_told_in_words(string text, string reason) =>
        Should.Throw<JsonInvalidException>(() => JsonText.Parse(text)).Message.ShouldBe(reason);

    [Fact]
    public void Wrong_UTF_8_is_named_by_its_place() =>
        Should.Throw<JsonInvalidException>(() => JsonText.Parse((byte[])[(byte)'"', 0xC3, 0xA9, 0x80, (byte)'"'])).Offset.ShouldBe(3);

    [Fact]
    public void Depth_is_a_limit()
    {
        var deep = new string('[', 128) + new string(']', 128);
        JsonText.Parse(deep).ToString().ShouldBe(deep);
        var error = Should.Throw<JsonInvalidException>(() => JsonText.Parse($"[{deep}]"));
        (error.IsLimit, error.Offset).ShouldBe((true, 128));
        Should.Throw<JsonInvalidException>(() => JsonText.Parse(new string('[', 1_000_000))).IsLimit.ShouldBeTrue();
    }

    [Fact]
    public void A_name_that_stands_twice_is_found_among_few_and_among_many()
    {
        for (var count = 1; count < 200; count++)
        {
            var members = string.Join(',', Enumerable.Range(0, count).Select(i => $"\"{i}\":{{\"{i}\":0}}"));
            JsonText.Parse($"{{{members}}}").Kind.ShouldBe(JsonKind.Object);
            Should.Throw<JsonInvalidException>(() => JsonText.Parse($"{{{members},\"{count / 2}\":0}}")).Offset.ShouldBe(members.Length + 2);
        }
    }

    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("1", "1e0")]
    [InlineData("1", "10e-1")]
    [InlineData("0", "-0")]
    [InlineData("0", "0.00e7")]
    [InlineData("1e400", "10e399")]
    [InlineData("-1.50", "-15E-1")]
    [InlineData("1e999999999999999999", "1e+999999999999999999")]
    [InlineData("1e99999999999999999999999", "1e99999999999999999999999")]
    [InlineData("""{"a":1,"b":2}""", """{"b":2.0,"a":1}""")]
    [InlineData("""["a","b"]""", """["b","a"]""")]
    [InlineData("""{"x":[{"y":["é","\u0061"]}]}""", """{"x":[{"y":["a","\u00e9"]}]}""")]
    [InlineData("[]", " [ ]")]
    public void These_say_the_same(string left, string right)
    {
        var (one, other) = (JsonText.Parse(left), JsonText.Parse(right));
        one.SaysTheSame(other).ShouldBeTrue();
        other.SaysTheSame(one).ShouldBeTrue();
        JsonNormalForm.Of(one).ShouldBe(JsonNormalForm.Of(other));
    }

    [Theory]
    [InlineData("1", "\"1\"")]
    [InlineData("1", "-1")]
    [InlineData("1e400", "1e401")]
    [InlineData("0", "false")]
    [InlineData("null", "false")]
    [InlineData("{}", "[]")]
    [InlineData("[1,2]", "[2,1]")]
    [InlineData("""["a","a","b"]""", """["a","b","a"]""")]
    [InlineData("""["a","b",1]""", """["b","a",1]""")]
    [InlineData("""["a"]""", """["a","a"]""")]
    [InlineData("""{"a":1}""", """{"a":1,"b":null}""")]
    [InlineData("\"a\"", "\"A\"")]
    [InlineData("12345678901234567890", "12345678901234567891")]
    [InlineData("[12]", "[1,2]")]
    [InlineData("[\"null\"]", "[null]")]
    [InlineData("[\"true\",1]", "[true,1]")]
    [InlineData("[true,1]", "[false,1]")]
    [InlineData("[[1],2]", "[[1,2]]")]
    [InlineData("[[],[1]]", "[[[],1]]")]
    [InlineData("{\"a\":{\"b\":1},\"c\":2}", "{\"a\":{\"b\":1,\"c\":2}}")]
    [InlineData("{\"ab\":1}", "{\"a\":\"b\"}")]
    public void These_do_not_say_the_same(string left, string right) =>
        JsonText.Parse(left).SaysTheSame(JsonText.Parse(right)).ShouldBeFalse();

    [Fact]
    public void A_string_comes_back_as_it_went_in() =>
        Gen.String.Where(text => !text.Any(char.IsSurrogate)).Sample(
            text => JsonText.String(text).AsString() == text && JsonText.Parse(JsonText.String(text).Utf8.Span) == JsonText.String(text), iter: Scale.Times(5_000));

    [Fact]
    public void A_string_with_half_of_a_surrogate_pair_is_refused() =>
        Should.Throw<ArgumentException>(() => JsonText.String("\ud800"));

    private static bool Takes(byte[] bytes)
    {
        try
        {
            JsonText.Parse(bytes);
            return true;
        }
        catch (JsonInvalidException error)
        {
            error.Offset.ShouldBeInRange(0, bytes.Length);
            return false;
        }
    }

    private static bool AnotherTakes(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return HasWholeStrings(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool HasWholeStrings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString() is not null,
        JsonValueKind.Array => element.EnumerateArray().All(HasWholeStrings),
        JsonValueKind.Object => element.EnumerateObject().All(member => member.Name is not null && HasWholeStrings(member.Value)),
        _ => true,
    };
}
