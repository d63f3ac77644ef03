using System.Text;
using CsCheck;
using MemoryBackup.Generators;

namespace MemoryBackup.Formats.Tests;

/// <summary>A file that is read in two halves at once says what it says to one reader, and is refused with the same words.</summary>
public sealed class HalvesTests
{
    // Runs the second half before the first one, beside it, or not at all.
    private static readonly Func<Action, Task>[] Ways = [Now, Task.Run, _ => Task.CompletedTask];

    private static readonly string[] Spaces = ["", "", " ", "\n", "\n  ", "\n  ", "\r\n  ", "\n    "];

    [Fact]
    public void Files_of_all_formats() => FileGen.File.Sample(file => ReadsTheSame(file.Bytes.ToArray()), iter: Scale.Samples(1_000));

    [Fact]
    public void Arrays_in_which_much_looks_like_an_item() => Gen.Int[0, int.MaxValue].Sample(
        seed =>
        {
            var random = new Random(seed);
            var text = new StringBuilder("[");
            var count = random.Next(1, 12);
            var indent = Spaces[random.Next(Spaces.Length)];
            for (var i = 0; i < count; i++)
            {
                text.Append(random.Next(8) == 0 ? Spaces[random.Next(Spaces.Length)] : indent);
                Value(text, random, depth: 3, indent);
                text.Append(i < count - 1 ? "," : indent);
            }

            text.Append("]\n");
            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            ReadsTheSame(bytes);
            ReadsTheSame(bytes[..random.Next(1, bytes.Length)]);
            bytes[random.Next(bytes.Length)] = (byte)"{}[],:\" \n1a"[random.Next(11)];
            ReadsTheSame(bytes);
        },
        iter: Scale.Samples(4_000));

    [Fact]
    public void Lines_of_which_some_are_wrong() => Gen.Int[0, int.MaxValue].Sample(
        seed =>
        {
            var random = new Random(seed);
            var text = new StringBuilder();
            for (var i = random.Next(1, 12); i > 0; i--)
            {
                Value(text, random, depth: 2, "");
                text.Append(random.Next(3) == 0 ? "\n\n" : "\n");
            }

            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            ReadsTheSame(bytes);
            bytes[random.Next(bytes.Length)] = (byte)"{}[],:\" \n1a"[random.Next(11)];
            ReadsTheSame(bytes);
        },
        iter: Scale.Samples(4_000));

    [Fact]
    public void What_is_passed_on_the_way_to_the_second_half_is_told()
    {
        const int PieceBytes = 1_000;
        var bytes = Encoding.UTF8.GetBytes($"[\n  {string.Join(",\n  ", Enumerable.Range(0, 10_000).Select(i => $$"""{"id": {{i}}}"""))}\n]\n");
        int Passed(Func<Action, Task>? beside)
        {
            var pieces = 0;
            MemoryFile.Read(bytes, new FormatOptions { Beside = beside, BytesOfHalves = 0, BytesOfPass = PieceBytes, Passed = () => pieces++ }).Entries[^1].Line.ShouldBe(10_001);
            return pieces;
        }

        (Passed(Now) - Passed(null)).ShouldBe(bytes.Length / 2 / PieceBytes);
    }

    [Fact]
    public async Task A_large_file_is_read_by_two_threads()
    {
        foreach (var (open, between, close) in (IEnumerable<(string, string, string)>)[("[\n  ", ",\n  ", "\n]\n"), ("", "\n", "\n")])
        {
            var bytes = Encoding.UTF8.GetBytes(open + string.Join(between, Enumerable.Range(0, 20_000).Select(i => $$"""{"id": {{i}}, "v": "{{new string('x', i % 50)}}"}""")) + close);
            var begun = new List<Task>();
            var file = MemoryFile.Read(bytes, new FormatOptions
            {
                Beside = work =>
                {
                    begun.Add(Task.Run(work));
                    begun[0].Wait();
                    return begun[0];
                },
            });
            file.Entries.Select(entry => entry.Key.Text).ShouldBe(Enumerable.Range(0, 20_000).Select(i => $"""["id",{i}]"""));
            file.Entries.Select(entry => entry.Line).ShouldBe(Enumerable.Range(open.Length > 0 ? 2 : 1, 20_000));
            await begun.ShouldHaveSingleItem();
        }

        MemoryFile.Read("[\n  1,\n  2\n]"u8.ToArray(), new FormatOptions { Beside = _ => throw new InvalidOperationException("too small for two") }).Entries.Count.ShouldBe(2);
    }

    private static void Value(StringBuilder text, Random random, int depth, string indent)
    {
        var kind = random.Next(depth > 0 ? 6 : 3);
        if (kind < 3)
        {
            text.Append((string[])["1", "\"a\"", "\"\\n  {\"", "true", "{}", "[]", "\"{\\\"id\\\":1},\""] is var some ? some[random.Next(some.Length)] : "");
            return;
        }

        var isObject = kind > 3;
        text.Append(isObject ? '{' : '[');
        for (var (i, count) = (0, random.Next(1, 4)); i < count; i++)
        {
            text.Append(random.Next(2) == 0 ? indent : Spaces[random.Next(Spaces.Length)]);
            if (isObject)
            {
                text.Append(i == 0 ? $"\"id\":{random.Next(6)}{Metadata(random)}" : $"\"{(char)('a' + i)}\":");
                if (i > 0)
                {
                    Value(text, random, depth - 1, indent);
                }
            }
            else
            {
                Value(text, random, depth - 1, indent);
            }

            text.Append(i < count - 1 ? "," : "");
        }

        text.Append(isObject ? '}' : ']');
    }

    private static string Metadata(Random random) => random.Next(4) == 0 ? $",\"_crdt_metadata\":{random.Next(100)}" : "";

    private static void ReadsTheSame(byte[] bytes)
    {
        foreach (var options in (FormatOptions[])[new(), new() { MaxEntries = 3 }, new() { MaxDepth = 2 }, new() { MaxEntryBytes = 12 }, new() { Expected = MemoryFormat.JsonLines }])
        {
            var whole = Outcome(bytes, options);
            foreach (var way in Ways)
            {
                Outcome(bytes, options with { Beside = way, BytesOfHalves = 1 }).ShouldBe(whole, Encoding.UTF8.GetString(bytes));
            }

            Outcome(bytes, options with { Beside = Now, BytesOfHalves = 1, HoldsValues = false }).ShouldBe(whole, Encoding.UTF8.GetString(bytes));
        }
    }

    private static string Outcome(byte[] bytes, FormatOptions options)
    {
        try
        {
            var file = MemoryFile.Read(bytes, options);
            return string.Join('\n', [
                $"{file.Format} {file.Contents.Start}",
                .. file.Contents.Arrays.Select(array => array.ToString()),
                .. file.Entries.Select((entry, i) => $"{entry.Key} {entry.Value} {entry.IsBare} {entry.Line} {entry.Metadata} {file.Entries.PlaceAt(i)}")]);
        }
        catch (MemoryFormatException error)
        {
            return $"{error.Fault}: {error.Message}";
        }
    }

    private static Task Now(Action work)
    {
        work();
        return Task.CompletedTask;
    }
}
