using CsCheck;

namespace MemoryBackup.Git.Tests;

public sealed class ObjectIdTests
{
    [Fact]
    public void An_id_is_printed_as_it_was_read_in_both_lengths() =>
        Gen.OneOf(Gen.Byte.Array[20], Gen.Byte.Array[32]).Sample(bytes =>
        {
            var id = ObjectId.FromBytes(bytes);
            var raw = new byte[id.Length];
            id.CopyTo(raw);
            return raw.SequenceEqual(bytes)
                && id.ToString() == Convert.ToHexStringLower(bytes)
                && ObjectId.Parse(id.ToString()) == id
                && ObjectId.Parse(id.ToString().ToUpperInvariant()).GetHashCode() == id.GetHashCode();
        });

    [Fact]
    public void Ids_order_as_their_bytes_do() =>
        Gen.Select(Gen.Byte.Array[20], Gen.Byte.Array[20]).Sample((a, b) =>
            Math.Sign(ObjectId.FromBytes(a).CompareTo(ObjectId.FromBytes(b))) == Math.Sign(a.AsSpan().SequenceCompareTo(b)));

    [Theory]
    [InlineData("")]
    [InlineData("123")]
    [InlineData("g000000000000000000000000000000000000000")]
    [InlineData("00000000000000000000000000000000000000000")]
    [InlineData("0x00000000000000000000000000000000000000")]
    public void What_is_no_id_is_not_read(string text)
    {
        ObjectId.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => ObjectId.Parse(text));
    }

    [Fact]
    public void No_object_is_null_in_every_spelling()
    {
        ObjectId.None.IsNull.ShouldBeTrue();
        ObjectId.Parse(new string('0', 64)).IsNull.ShouldBeTrue();
        ObjectId.None.ToString().ShouldBe(new string('0', 40));
        ObjectId.Parse(new string('0', 39) + "1").IsNull.ShouldBeFalse();
    }

    [Fact]
    public void Hashes_of_managed_code_are_those_of_the_platform()
    {
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(random.Next(3) == 0 ? 10_000 : 200)];
            random.NextBytes(bytes);
            var cut = random.Next(bytes.Length + 1);
            foreach (var length in new[] { 20, 32 })
            {
                var (here, platform, whole) = (new byte[length], new byte[length], new byte[length]);
                Digest.HashHere(here, bytes.AsSpan(0, cut), bytes.AsSpan(cut));
                Digest.HashByPlatform(platform, bytes.AsSpan(0, cut), bytes.AsSpan(cut));
                Digest.Hash(whole, [], bytes);
                here.ShouldBe(platform);
                whole.ShouldBe(platform);
            }

            Digest.Sha256(bytes).ShouldBe(System.Security.Cryptography.SHA256.HashData(bytes));
        }
    }

    [Fact]
    public void What_is_hashed_in_pieces_has_the_hash_of_the_whole()
    {
        var bytes = new byte[(9 << 20) + 5];
        new Random(2).NextBytes(bytes);
        foreach (var length in new[] { (4 << 20) - 1, 4 << 20, (4 << 20) + 1, 8 << 20, bytes.Length })
        {
            Digest.Sha256(bytes.AsSpan(0, length)).ShouldBe(System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(0, length)));
        }
    }
}
