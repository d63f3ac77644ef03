using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.Tests;

public sealed class NumberedFileTests
{
    private const string Ada = "ada-aaaaaaaaaa";

    [Theory]
    [InlineData("0000000001-q7f3k2mz.jsonl", true)]
    [InlineData("9999999999-aaaaaaaa.jsonl", true)]
    [InlineData("0000000000-aaaaaaaa.jsonl", false)]
    [InlineData("0000000001.jsonl", false)]
    [InlineData("0000000001-aaaaaaa.jsonl", false)]
    [InlineData("0000000001-aaaaaaaaa.jsonl", false)]
    [InlineData("0000000001-aaaaaaa1.jsonl", false)]
    [InlineData("0000000001-aaaaaaaA.jsonl", false)]
    [InlineData("0000000001_aaaaaaaa.jsonl", false)]
    [InlineData("0000000001-aaaaaaaa.JSONL", false)]
    [InlineData("+000000001-aaaaaaaa.jsonl", false)]
    [InlineData("000000000\u0661-aaaaaaaa.jsonl", false)]
    [InlineData("", false)]
    public void Ten_digits_and_eight_characters_name_a_file(string name, bool valid) => NumberedFile.TryParse(name, out _).ShouldBe(valid);

    [Fact]
    public void A_name_follows_from_the_folder_the_replica_and_the_number()
    {
        NumberedFile.TryParse(NumberedFile.Name("entries", Ada, 1_234_567_890), out var number).ShouldBeTrue();
        number.ShouldBe(1_234_567_890);
        NumberedFile.Path("entries", Ada, 7).ShouldBe("entries/" + NumberedFile.Name("entries", Ada, 7));

        // Part of the format: a state that was written once is read for ever.
        NumberedFile.Name("entries", Ada, 1).ShouldBe(Expected("entries/ada-aaaaaaaaaa/1", 1));
        NumberedFile.Name("line", "bob_2-2345672345", 42).ShouldBe(Expected("line/bob_2-2345672345/42", 42));
    }

    [Fact]
    public void No_two_files_of_many_replicas_look_alike_to_Git()
    {
        var marks = new HashSet<uint>();
        var files = 0;
        foreach (var replica in Enumerable.Range(0, 50).Select(i => $"host-{i}-aaaaaaaaaa"))
        {
            for (var number = 1L; number <= 20; number++, files += 2)
            {
                marks.Add(GitsNameHash(NumberedFile.Path("entries", replica, number)));
                marks.Add(GitsNameHash(NumberedFile.Path("line", replica, number)));
            }
        }

        // Twenty bits of a hash hold apart all but a few of two thousand.
        marks.Count.ShouldBeGreaterThan(files * 98 / 100);
    }

    // The rule of docs/format.md, written down a second time: five bits a character of SHA-256, the highest first.
    private static string Expected(string hashed, long number)
    {
        var bits = string.Concat(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(hashed)).Select(part => Convert.ToString(part, 2).PadLeft(8, '0')));
        var mark = string.Concat(Enumerable.Range(0, 8).Select(i => "abcdefghijklmnopqrstuvwxyz234567"[Convert.ToInt32(bits.Substring(5 * i, 5), 2)]));
        return $"{number:D10}-{mark}.jsonl";
    }

    // How Git orders the paths of objects before it looks for deltas among neighbours: each character counts a quarter of the one behind it.
    private static uint GitsNameHash(string path)
    {
        var hash = 0u;
        foreach (var character in path)
        {
            hash = (hash >> 2) + ((uint)character << 24);
        }

        return hash;
    }
}
