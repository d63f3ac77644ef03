using System.Text;
using CsCheck;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Generators;

namespace MemoryBackup.Formats.Tests;

public sealed class HostileTests
{
    private static readonly Gen<byte> Byte = Gen.OneOf(Gen.OneOf("{}[],:\"\\ \n\r\t0123456789-+.eEtrufalsn/\0"u8.ToArray()), Gen.Byte);

    [Fact]
    public void Arbitrary_bytes_are_read_or_refused() =>
        Gen.Select(Byte.Array[0, 40], Gen.OneOf<MemoryFormat?>(null, MemoryFormat.JsonArray, MemoryFormat.JsonDocument, MemoryFormat.JsonLines, MemoryFormat.GraphDocument))
            .Sample(ReadsOrRefuses, iter: Scale.Samples(50_000));

    [Fact]
    public void Mutated_files_are_read_or_refused_and_what_is_read_can_be_rewritten() =>
        Gen.Select(FileGen.File, Gen.Select(Gen.Int[0, 10_000], Byte, Gen.Int[0, 2]).Array[1, 4]).Sample(
            (file, mutations) =>
            {
                var bytes = file.Bytes.ToArray().ToList();
                foreach (var (at, value, kind) in mutations)
                {
                    var place = at % (bytes.Count + 1);
                    if (kind == 0 || place == bytes.Count)
                    {
                        bytes.Insert(place, value);
                    }
                    else if (kind == 1)
                    {
                        bytes.RemoveAt(place);
                    }
                    else
                    {
                        bytes[place] = value;
                    }
                }

                ReadsOrRefuses([.. bytes], file.Format);
            },
            iter: Scale.Samples(20_000));

    private static void ReadsOrRefuses(byte[] bytes, MemoryFormat? expected)
    {
        MemoryFile file;
        try
        {
            file = MemoryFile.Read(bytes, new FormatOptions { Expected = expected, MaxDepth = 8 });
        }
        catch (MemoryFormatException error)
        {
            var lines = bytes.Count(unit => unit == '\n') + 1;
            error.Line.ShouldBeInRange(1, lines);
            error.Reason.ShouldNotBeNullOrWhiteSpace();
            return;
        }

        _ = file.Duplicates;
        foreach (var entry in file.Entries)
        {
            JsonText.Parse(entry.Value.Utf8.Span).ShouldBe(entry.Value);
        }

        var emptied = file.With([.. file.Entries.Select(entry => Files.Delete(entry.Key))]);
        MemoryFile.Read(emptied.Bytes, new FormatOptions { Expected = file.Format, MaxDepth = 8 });
    }

    [Theory]
    [InlineData("[1,]", 1, 4, "unexpected ']': no comma may stand before it")]
    [InlineData("{\"a\":1,}", 1, 8, "unexpected '}': no comma may stand before it")]
    [InlineData("[NaN]", 1, 2, "NaN is not JSON")]
    [InlineData("[\n  {\"a\": Infinity}]", 2, 9, "Infinity is not JSON")]
    [InlineData("[1 // one\n]", 1, 4, "unexpected '/': JSON has no comments")]
    [InlineData("[\n{\"é\":1,\"é\":2}]", 2, 8, "the member \"é\" stands twice in one object")]
    [InlineData("[{\"a\":1,\"\\u0061\":2}]", 1, 9, "the member \"\\u0061\" stands twice in one object")]
    [InlineData("[\"\\ud800\"]", 1, 3, "a string holds half of a surrogate pair")]
    [InlineData("[\"a\0b\"]", 1, 4, "the control character 0x00 in a string is not escaped")]
    [InlineData("[\n1,\n2", 3, 2, "the text ends inside an array")]
    [InlineData("[1] [2]", 1, 5, "unexpected '[': the value ended before it")]
    [InlineData("{\"id\":1}{\"id\":2}\n{\"id\":3}", 1, 9, "unexpected '{': the value ended before it")]
    [InlineData("{\"id\":1}\n{\"id\":\n2}\n", 2, 7, "the line ends before its JSON value does (the text ends inside an object); in JSON Lines every value stands on one line")]
    [InlineData("hello", 1, 1, "a memory file starts with '[' or '{'")]
    [InlineData("[01]", 1, 2, "a number may not start with a needless 0")]
    [InlineData("['a']", 1, 2, "unexpected ''': expected a value")]
    public void A_fault_is_named_with_its_place(string text, int line, int column, string reason)
    {
        var error = Files.Refused(text);
        (error.Fault, error.Line, error.Column, error.Reason).ShouldBe((FormatFault.Invalid, line, column, reason));
        Files.Refused("\uFEFF" + text).Column.ShouldBe(column);
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_refused_with_their_place()
    {
        var error = Should.Throw<MemoryFormatException>(() => MemoryFile.Read((byte[])[.. "[\n\"é"u8, 0xC3, .. "\"]"u8], new FormatOptions()));
        (error.Line, error.Column, error.Reason).ShouldBe((2, 3, "not valid UTF-8"));
    }

    [Fact]
    public void What_is_looked_at_in_pieces_is_refused_alike() => Gen.Select(Gen.Int[0, 3].Select(i => "aé€\n"[i]).Array[0, 30], Gen.Int[0, int.MaxValue], Gen.Int[4, 9]).Sample(
        (characters, seed, pieceBytes) =>
        {
            var random = new Random(seed);
            var bytes = Encoding.UTF8.GetBytes($"[\"\U0001F600\"]\n{new string(characters)}");
            for (var wrong = random.Next(3); wrong > 0; wrong--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(0x80, 0x100);
            }

            var pieces = 0;
            var outcome = Outcome(new FormatOptions { Passed = () => pieces++, BytesOfPass = pieceBytes });
            outcome.ShouldBe(Outcome(new FormatOptions()));
            (pieces >= bytes.Length / pieceBytes || outcome.EndsWith("not valid UTF-8", StringComparison.Ordinal)).ShouldBeTrue();

            string Outcome(FormatOptions options)
            {
                try
                {
                    return MemoryFile.Read(bytes, options).Format.ToString();
                }
                catch (MemoryFormatException error)
                {
                    return $"{error.Line}:{error.Column} {error.Reason}";
                }
            }
        },
        iter: Scale.Samples(3_000));

    [Theory]
    [InlineData("[{0}]")]
    [InlineData("{{\"a\":{0}}}")]
    [InlineData("{{\"a\":[{{\"id\":{0}}}]}}")]
    [InlineData("{{\"a\":1}}\n{0}")]
    public void A_hundred_thousand_levels_are_a_limit_and_no_crash(string frame)
    {
        foreach (var deep in new[] { new string('[', 100_000) + new string(']', 100_000), new string('[', 100_000), string.Concat(Enumerable.Repeat("{\"a\":", 100_000)) })
        {
            var error = Files.Refused(string.Format(frame, deep));
            error.Fault.ShouldBe(FormatFault.Limit);
            error.Reason.ShouldContain("inside one another");
        }
    }

    [Fact]
    public void Limits_are_named_with_their_figures()
    {
        Files.Refused("[1,2,3]", new FormatOptions { MaxEntries = 2 }).Reason.ShouldBe("the file has more than 2 entries, which is the limit");
        Files.Refused("[1,2,3]", new FormatOptions { MaxFileBytes = 6 }).Reason.ShouldBe("the file has 7 bytes, and the limit is 6");
        Files.Refused("[1,\n\"1234\"]", new FormatOptions { MaxEntryBytes = 5 }).Reason.ShouldBe("an entry has 6 bytes, and the limit is 5");
        Files.Refused("[[[]]]", new FormatOptions { MaxDepth = 1 }).Fault.ShouldBe(FormatFault.Limit);
        var full = MemoryFile.Read("[1]"u8.ToArray(), new FormatOptions { MaxEntries = 1 });
        Should.Throw<MemoryFormatException>(() => full.With([Files.Bare("2")])).Fault.ShouldBe(FormatFault.Limit);
    }

    [Fact]
    public void An_entry_may_be_equally_deep_in_every_format()
    {
        var value = "{\"id\":1,\"v\":[[]]}";
        var options = new FormatOptions { MaxDepth = 3 };
        foreach (var text in new[] { value + "\n" + value, $"[{value}]", $"{{\"a\":{{\"b\":[{value}]}}}}" })
        {
            MemoryFile.Read(Files.Utf8(text), options).Entries[^1].Value.ToString().ShouldBe(value);
        }
    }

    [Fact]
    public void An_object_with_a_hundred_thousand_members_is_read_and_a_repeated_one_found()
    {
        var members = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"m{i}\":{i}"));
        Files.Read($"[{{{members}}}]").Entries.Count.ShouldBe(1);
        Files.Refused($"[{{{members},\"m77777\":1}}]").Reason.ShouldBe("the member \"m77777\" stands twice in one object");
    }
}
